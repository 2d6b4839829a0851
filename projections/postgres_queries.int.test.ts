import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { OrderId } from "../actors/ids.ts";
import { orderView } from "../actors/order/view.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import type { Broker } from "../streams/broker/broker.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { formatCursor } from "./cursor.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { PersonalProjector } from "./personal.ts";
import { postgresPeople } from "./personal_rows.ts";
import { postgresRows } from "./postgres_rows.ts";
import { type PostgresQueries, postgresQueries } from "./postgres_queries.ts";
import { everything, projectTo, until } from "./testing/running.ts";
import { cancelling, line, placing, receiving, TownLog } from "./testing/town_log.ts";

const runtime = systemRuntime("test");
let database: TestDatabase;
let sql: Sql;
let broker: Broker;
let town: TownLog;
let queries: PostgresQueries;

const id = (n: number | string) => `ord_${n}` as OrderId;
const day = (n: number) => `2026-01-${String(n).padStart(2, "0")}T10:00:00Z`;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  queries = postgresQueries(sql, runtime);
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  town = new TownLog(broker);
  await town.turn(receiving("A", 100));
  // Three on each day, so that pages break between orders of one moment.
  for (let n = 0; n < 12; n++) {
    await town.turn(placing(n, [line("A", n === 11 ? 1_000 : 1)], {
      placedAt: day(1 + Math.floor(n / 3)),
      channel: n % 2 ? "web" : "shop",
      personal: n === 5,
    }));
  }
  await projectTo(await town.turn(cancelling(3)), { broker, sql });
});
afterAll(async () => {
  await queries.close();
  await sql.end({ timeout: 1 });
  await database.drop();
});

describe("migrations", () => {
  test("run once, however many ask at the same time", async () => {
    const fresh = await testDatabase();
    try {
      const applied = await Promise.all([1, 2, 3].map(() => migrate(fresh.url)));
      expect(applied.flat().length).toBe(Math.max(...applied.map((names) => names.length)));
      expect(await migrate(fresh.url)).toEqual([]);
    } finally {
      await fresh.drop();
    }
  });
});

describe("queries", () => {
  test("an order is what its actor answers", async () => {
    const found = await queries.order(id(3));
    const { state, version } = town.orders().get("ord_3")!;
    expect(state.phase).not.toBe("unknown");
    if (state.phase !== "unknown") expect(found).toEqual({ order: orderView(state), version });
    expect(await queries.order(id("none"))).toBeUndefined();
  });

  test("an order comes with its customer once that was copied, and without it once erased", async () => {
    const people = new PersonalProjector({
      broker,
      runtime,
      rows: postgresRows(sql),
      people: postgresPeople,
      partition: 0,
    });
    const running = people.run();
    const say = async (personal: unknown, sequence: number) => {
      const items = [{ actor: "order:ord_5", id: "cmd-5", at: [5, 0], personal }];
      const pack = { format: 1, partition: 0, position: { sequence, hash: "" }, items };
      await broker.publish("personal.0", new TextEncoder().encode(JSON.stringify(pack)), { ackMsMax: 1_000 });
    };
    const customer = { name: "Ada", address: { line1: "1 High Street", country: "GB" } };
    expect((await queries.order(id(5)))?.customerMissing).toBe(true);
    expect(await queries.reachedCustomers(new Map([[0, 5]]), 0)).toBe(false);
    const reached = queries.reachedCustomers(new Map([[0, 5]]), 60_000);
    await say(customer, 5);
    expect(await reached).toBe(true);
    expect(await queries.order(id(5))).toMatchObject({ customer });
    expect(await queries.order(id(5))).not.toHaveProperty("customerMissing");
    expect(await queries.reachedCustomers(new Map([[0, 6]]), 0)).toBe(false);
    await say(null, 6);
    await until(async () => (await queries.order(id(5)))?.customer === undefined);
    people.stop();
    await running;
  });

  test("pages hold every order once, newest first, whatever their size", async () => {
    const all = (await queries.orders({ limit: 100 })).items.map(({ orderId }) => orderId);
    expect(all).toHaveLength(12);
    for (const limit of [1, 2, 5, 12]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await queries.orders({ limit, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items.map(({ orderId }) => orderId));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toEqual(all);
    }
    const placed = (await queries.orders({ limit: 100 })).items.map(({ placedAt }) => placedAt);
    expect(placed).toEqual([...placed].sort().reverse());
  });

  test("filters", async () => {
    const ids = async (filter: Parameters<PostgresQueries["orders"]>[0]) =>
      (await queries.orders(filter)).items.map(({ orderId }) => orderId).sort();
    expect(await ids({ limit: 100, status: "rejected" })).toEqual(["ord_11"]);
    expect(await ids({ limit: 100, status: "cancelled" })).toEqual(["ord_3"]);
    expect(await ids({ limit: 100, channel: "web", orderNumber: "7" })).toEqual(["ord_7"]);
    expect(await ids({ limit: 100, channel: "shop", orderNumber: "7" })).toEqual([]);
    expect(await ids({ limit: 100, createdFrom: day(4) })).toEqual(["ord_10", "ord_11", "ord_9"]);
    expect(await ids({ limit: 100, createdFrom: day(4), channel: "web" })).toEqual(["ord_11", "ord_9"]);
  });

  test("a cursor of somebody else's making is refused", async () => {
    for (const cursor of ["", "x", formatCursor({ at: "soon", id: "ord_1" })]) {
      await expect(queries.orders({ limit: 1, cursor })).rejects.toThrow(RangeError);
    }
  });

  test("history is oldest first and goes on after a version", async () => {
    const history = await queries.history(id(3));
    expect(history.map(({ version }) => version)).toEqual(history.map((_, i) => i + 1));
    expect(history[0]).toMatchObject({ type: "order.placed", data: { orderNumber: "3" } });
    expect(history[0]!.cause).toMatch(/^cmd-\d+$/);
    expect(await queries.history(id(3), history.length - 1)).toEqual([history.at(-1)]);
    expect(await queries.history(id("none"))).toEqual([]);
  });
});

describe("waiting for rows", () => {
  const at = (sequence: number) => new Map([[0, sequence]]);

  test("what is there is reached at once; what is not, not in time", async () => {
    expect(await queries.reads("orders").reached(at(1), 0)).toBe(true);
    const started = performance.now();
    expect(await queries.reads("orders").reached(at(1_000_000), 50)).toBe(false);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(await queries.reads("orders").reached(new Map([[7, 1]]), 20)).toBe(false);
  });

  test("rows that stand behind the orders are not taken to be where the orders are", async () => {
    const next = await town.turn(placing("before its case", [line("A", 1)]));
    const others = everything.filter(({ name }) => name !== "cases" && name !== "lanes");
    await projectTo(next, { broker, sql, projections: others });
    expect(await queries.reads("orders", "invoices").reached(at(next), 0)).toBe(true);
    expect(await queries.reads("cases", "orders").reached(at(next), 20)).toBe(false);
    const waiting = queries.reads("cases", "orders").reached(at(next), 60_000);
    await projectTo(next, { broker, sql });
    expect(await waiting).toBe(true);
  });

  test("everybody who waits is woken when the rows are there", async () => {
    const next = await town.turn(placing("late", [line("A", 1)]));
    const waiting = Array.from({ length: 200 }, () => queries.reads("orders").reached(at(next), 60_000));
    await projectTo(next, { broker, sql });
    expect(await Promise.all(waiting)).toEqual(Array(200).fill(true));
    expect((await queries.order(id("late")))?.order.status).toBe("confirmed");
  });

  test("also when the connection that listens was cut", async () => {
    const admin = openDatabase({ url: database.url, connectionsMax: 1 });
    const next = await town.turn(placing("later", [line("A", 1)]));
    const waiting = queries.reads("orders").reached(at(next), 60_000);
    await sleep(100);
    await admin`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await projectTo(next, { broker, sql: admin });
    expect(await waiting).toBe(true);
    await admin.end({ timeout: 1 });
  });
});

describe("without a database", () => {
  test("every question is a fault that may be asked again", async () => {
    const nowhere = openDatabase({ url: "postgres://waybill@127.0.0.1:1/none", connectMsMax: 500 });
    const lost = postgresQueries(nowhere, runtime);
    const unavailable = { code: "database.unavailable" };
    await expect(lost.order(id(1))).rejects.toMatchObject(unavailable);
    await expect(lost.orders({ limit: 1 })).rejects.toMatchObject(unavailable);
    await expect(lost.history(id(1))).rejects.toMatchObject(unavailable);
    await expect(lost.reads("orders").reached(new Map([[0, 1]]), 10)).rejects.toMatchObject(unavailable);
    await expect(migrate("postgres://waybill@127.0.0.1:1/none", { limits: { startingMsMax: 100 } })).rejects
      .toMatchObject(unavailable);
    await lost.close();
    await nowhere.end({ timeout: 1 });
  });
});
