import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { expectOneTruth } from "./books.ts";
import { expectProblem, orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

/** DOMAIN's target is a second; a busy machine gets more. */
const lateMsMax = 20_000;
const restartMsMax = 60_000;
/** Between what has to be done before a deadline and the deadline. */
const earlyMs = 20_000;
/** Deadlines that come while everything is down, and after that. */
const minutes = { soon: 1, later: 2 };
const held = z.looseObject({
  orderId: z.string(),
  status: z.literal("awaiting_payment"),
  expiresAt: z.iso.datetime().transform((text) => Date.parse(text)),
});
const history = z.object({ items: z.array(z.object({ type: z.string(), at: z.string() })) });

let system: System;
const orders: Record<string, { readonly id: string; readonly dueMs: number }> = {};

/** Orders one unit, of which there is no other. */
async function hold(sku: string, holdMinutes: number): Promise<void> {
  await receive(system, { [sku]: 1 });
  const pending = { payment: "pending", holdMinutes }, sentMs = Date.now();
  const { status, body, text } = await system.post("/v1/orders", orderOf(sku, sku, pending));
  expect(status, text).toBe(201);
  const { orderId, expiresAt } = held.parse(body);
  orders[sku] = { id: orderId, dueMs: expiresAt };
  const decidedMs = expiresAt - holdMinutes * 60_000;
  expect(decidedMs).toBeGreaterThanOrEqual(sentMs);
  expect(decidedMs).toBeLessThanOrEqual(Date.now());
}

const of = (sku: string) => orders[sku]!;
const pay = (sku: string, reference: string, status = "captured") =>
  system.post(`/v1/orders/${of(sku).id}/payment`, { status, reference });
const stock = (sku: string) => system.get(`/v1/stock/${sku}`).then(({ body }) => body);
const positioned = z.looseObject({ position: z.string() });
/** The edge's memory hears of a deadline before the rows do: what it names is waited for. */
async function readThere(sku: string, path = "") {
  const { position } = positioned.parse(await stock(sku));
  return await system.get(`/v1/orders/${of(sku).id}${path}`, { headers: { "waybill-position": position } });
}
const read = (sku: string) => readThere(sku);
const untilMs = (ms: number) => sleep(Math.max(0, ms - Date.now()));

const reserved = { available: 0, locations: [{ reserved: 1, allocated: 0 }] };
const free = { available: 1, locations: [{ reserved: 0, allocated: 0 }] };
const sold = { available: 0, locations: [{ reserved: 0, allocated: 1 }] };

/** When it expired, as its history says. */
async function expiredAtMs(sku: string): Promise<number[]> {
  const { body } = await readThere(sku, "/events");
  return history.parse(body).items.filter(({ type }) => type === "order.expired").map(({ at }) =>
    Date.parse(at)
  );
}

beforeAll(async () => {
  system = await newSystem();
  const startSeconds = await system.start();
  // The next start may take twice as long, and has to be over before them.
  minutes.later = minutes.soon + Math.ceil((2 * startSeconds + 10) / 60);
  for (const sku of ["DOWN", "EARLY", "AGAIN", "LOST"]) await hold(sku, minutes.soon);
  for (const sku of ["UP", "LATEST", "FAILED"]) await hold(sku, minutes.later);
});
afterAll(() => system?.remove());

describe("an order that is not paid yet holds its stock for its time, over a kill of the whole system", () => {
  test("while it is held nobody else gets it, and a failed payment lets it go", async () => {
    for (const sku of ["DOWN", "UP"]) {
      expect(await stock(sku)).toMatchObject(reserved);
      expectProblem(await system.post("/v1/orders", orderOf(`other-${sku}`, sku)), 409, "insufficient-stock");
    }
    const { status, body } = await pay("FAILED", "PAY-F", "failed");
    expect({ status, body }).toMatchObject({ status: 200, body: { status: "cancelled" } });
    expect(await stock("FAILED")).toMatchObject(free);
  });

  test("a payment before the deadline wins", async () => {
    expect(await pay("EARLY", "PAY-E")).toMatchObject({ status: 200, body: { status: "confirmed" } });
  });

  test("a deadline that passes while everything is down takes effect once it is up, and once only", async () => {
    await untilMs(of("DOWN").dueMs - earlyMs);
    expect(await read("DOWN")).toMatchObject({ status: 200, body: { status: "awaiting_payment" } });
    await system.killAll();
    await untilMs(of("LOST").dueMs + 500);
    await system.start();
    for (const sku of ["DOWN", "AGAIN", "LOST"]) {
      await expect.poll(() => stock(sku), { timeout: restartMsMax }).toMatchObject(free);
      expect(await read(sku)).toMatchObject({ status: 200, body: { status: "expired" } });
      expect(await expiredAtMs(sku)).toHaveLength(1);
    }
    expect(await read("EARLY")).toMatchObject({ body: { status: "confirmed" } });
    expect(await stock("EARLY")).toMatchObject(sold);
  });

  test("a deadline that was set before the kill is kept to the second, and not before its time", async () => {
    const { dueMs } = of("UP");
    expect(Date.now(), "the restart took too long for this test").toBeLessThan(dueMs - 500);
    expect(await read("UP")).toMatchObject({ body: { status: "awaiting_payment" } });
    await untilMs(of("LATEST").dueMs - 250);
    expect(await pay("LATEST", "PAY-L")).toMatchObject({ status: 200, body: { status: "confirmed" } });
    const timeout = Math.max(0, dueMs - Date.now()) + lateMsMax;
    await expect.poll(() => stock("UP"), { timeout, interval: 20 }).toMatchObject(free);
    expect(Date.now()).toBeGreaterThanOrEqual(dueMs);
    const [atMs = 0] = await expiredAtMs("UP");
    expect(atMs).toBeGreaterThanOrEqual(dueMs);
    expect(atMs - dueMs).toBeLessThan(lateMsMax);
    expect((await system.post("/v1/orders", orderOf("next-UP", "UP"))).status).toBe(201);
    await sleep(1_500);
    expect(await read("LATEST")).toMatchObject({ body: { status: "confirmed" } });
    expect(await stock("LATEST")).toMatchObject(sold);
  });

  test("a payment after the deadline tries again, at the stock of that moment", async () => {
    const again = await pay("AGAIN", "PAY-A");
    expect(again).toMatchObject({ status: 200, body: { status: "confirmed", payment: "captured" } });
    expect(await stock("AGAIN")).toMatchObject(sold);
    expect((await system.post("/v1/orders", orderOf("next-LOST", "LOST"))).status).toBe(201);
    const lost = await pay("LOST", "PAY-L");
    expect(lost).toMatchObject({ status: 200, body: { status: "on_hold", payment: "captured" } });
    expect(await stock("LOST")).toMatchObject(sold);
    const replayed = await pay("LOST", "PAY-L");
    expect(replayed.text).toBe(lost.text);
    expect(replayed.headers.get("idempotent-replayed")).toBe("true");
  });

  test("afterwards the log, the edge's memory and the rows tell the same", async () => {
    await expectOneTruth(system);
  });
});
