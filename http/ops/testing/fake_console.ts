import { createHmac } from "node:crypto";
import type { Figures } from "../../../projections/console/figures.ts";
import { Fault } from "../../../streams/faults.ts";
import type { Acted, ConsoleDesk, Operator, Reading } from "../console.ts";

/** A console on nothing: a test says what is read, and who may look. */
export class FakeConsole implements ConsoleDesk {
  /** By their keys. */
  readonly operators = new Map<string, Operator>([["good", { keyId: "k1", name: "ada", stamp: "1" }]]);
  readonly settled: { does: string; id: string; by: string; why: string }[] = [];
  readonly letters = new Map<string, object>();
  reading: Reading = quiet;
  figured: Figures | undefined;
  acted: Acted = { done: true, said: "decided" };
  reads = 0;

  operatorWith = (key: string) => this.operators.get(key);
  operatorNamed = (keyId: string) => [...this.operators.values()].find((one) => one.keyId === keyId);
  sign = (text: string) => createHmac("sha256", "secret").update(text).digest("base64url");

  read = () => {
    this.reads++;
    return Promise.resolve({ ...this.reading, atMs: Date.now() });
  };

  figures = () =>
    this.figured === undefined
      ? Promise.reject(new Fault("database.unavailable", "Cannot read figures: no connection"))
      : Promise.resolve(this.figured);

  deadLetter = (id: string) => Promise.resolve(this.letters.get(id));

  settle: ConsoleDesk["settle"] = (does, id, act) => {
    this.settled.push({ does, id, ...act });
    if (this.acted.done) this.letters.delete(id);
    return Promise.resolve(this.acted);
  };
}

const minuteMs = 60_000, atMs = Date.UTC(2026, 10, 22, 12);
const away = { unknown: "Cannot read the log: no connection" };

/** Nothing happens, and nothing is wrong. */
export const quiet: Reading = {
  atMs,
  orders: { known: { perMinute: lastHour(() => 0), statuses: [], hottest: [], waiting: [] } },
  log: { known: { partitions: [], members: [], streams: [], readers: [] } },
  held: { known: { switches: new Map(), paused: [], deadLetters: [] } },
  carriers: { known: { sinceMs: atMs, carriers: [] } },
  outgoing: {
    known: { milestones: { waiting: 0 }, messages: { waiting: 0 }, webhooks: { waiting: 0 }, parked: 0 },
  },
  cases: { known: [] },
};

/** All parts of the system are away. */
export const dark: Reading = {
  ...{ atMs, orders: away, log: away, held: away, carriers: away, outgoing: away, cases: away },
};

function lastHour(orders: (minute: number) => number) {
  return Array.from({ length: 60 }, (_, i) => ({
    minute: new Date(atMs - (59 - i) * minuteMs),
    orders: orders(i),
  }));
}

const past = (minutes: number) => new Date(atMs - minutes * minuteMs);
const reason = { by: "ada@shop", why: "moving the warehouse, until about noon", atMs: past(34).getTime() };
const host = "host-7f9c4/12/01M82SJBGTX66XPKSKNEC4387N";

/** A bad night. */
export const busy: Reading = {
  atMs,
  orders: {
    known: {
      perMinute: lastHour((i) => 40 + Math.round(30 * Math.sin(i / 6)) + i % 7),
      statuses: [
        { status: "awaiting_payment", orders: 41 },
        { status: "backordered", orders: 1_204 },
        { status: "confirmed", orders: 10_000 },
        { status: "partially_shipped", orders: 7 },
      ],
      hottest: Array.from({ length: 10 }, (_, i) => ({
        sku: i === 3 ? "GARDEN-CHAIR-WITH-A-VERY-LONG-CODE-0042" : `8512${i}A`,
        units: 900 - i * 61,
        orders: 640 - i * 40,
      })),
      waiting: ["reserving", "on_hold", "backordered", "awaiting_payment"].map((status, i) => ({
        orderId: `ord_01M82SJBGTX66XPKSKNEC438${i}N`,
        status,
        since: past(3 ** (i + 2)),
      })),
    },
  },
  log: {
    known: {
      partitions: [0, 1, 2].map((partition) => ({
        partition,
        buckets: [0, 1] as const,
        ...(partition < 2 && { host }),
        epoch: 4,
        head: 10_422 + partition,
        headAtMs: past(partition * 2).getTime(),
        behind: partition === 2 ? 312 : 0,
        waitingMs: partition === 2 ? 240_000 : 0,
      })),
      members: [{ role: "host", name: host, state: "here", declines: [], follows: [], stampMs: atMs - 300 }],
      streams: [{ name: "EVENTS", messages: 1_042_200, bytes: 2_345_678_901 }],
      readers: [
        { reader: "callbacks", behind: 17 },
        { reader: "orders_v2", partition: 1, behind: 90, waitingMs: 12_000 },
        { reader: "stock_v1", partition: 1, behind: 0, waitingMs: 0 },
      ],
    },
  },
  held: {
    known: {
      switches: new Map([["read-only", reason]]),
      paused: [{ target: "kind:payout", waiting: 3 }],
      deadLetters: [{
        id: "undecided/sku:85123A",
        what: "decide describe for sku:85123A",
        why: "Cannot divide by zero",
        waiting: 12,
      }],
    },
  },
  carriers: {
    known: {
      sinceMs: past(600).getTime(),
      carriers: [
        { carrier: "ups", callbacks: { stored: 10_422, unreadable: 3 }, heardAtMs: past(1).getTime() },
        { carrier: "dhl", callbacks: { refused: 9 }, problem: "refused: its signature is of another secret" },
        { carrier: "gls", callbacks: {}, pausedUntilMs: atMs + 90_000 },
      ],
    },
  },
  outgoing: {
    known: {
      milestones: { waiting: 2, oldest: past(1) },
      messages: { waiting: 10_000, oldest: past(190) },
      webhooks: { waiting: 44, oldest: past(20) },
      parked: 3,
    },
  },
  cases: {
    known: [
      { team: "customer_service", open: 14, overdue: 3, nextDue: past(90) },
      { team: "returns", open: 2, overdue: 0, nextDue: new Date(atMs + 3_600_000) },
    ],
  },
};
