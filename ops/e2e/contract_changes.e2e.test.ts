import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { orderAnswer } from "../../http/schemas/answers.ts";
import { expectOneTruth } from "./books.ts";
import type { Answer } from "./caller.ts";
import { expectProblem, orderOf, receive, seeing } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
});
afterAll(() => system?.remove());

const stock = (sku: string) => system.get(`/v1/stock/${sku}`).then(({ body }) => body);
const replayed = ({ headers }: Answer) => headers.get("idempotent-replayed");
const lineOf = (sku: string, quantity: number) => ({ sku, quantity, unitPrice: "1.00" });

/** Places an order of so many units, which must be accepted; its id. */
async function placed(sku: string, quantity: number, change: Record<string, unknown> = {}): Promise<string> {
  const order = orderOf(`${sku}-${quantity}`, sku, { lines: [lineOf(sku, quantity)], ...change });
  const { status, text, body } = await system.post("/v1/orders", order);
  expect(status, text).toBe(201);
  return orderAnswer.parse(body).orderId;
}
const cancel = (id: string, key: string | undefined, body: unknown) =>
  system.post(`/v1/orders/${id}/cancel`, body, {
    headers: key === undefined ? {} : { "idempotency-key": key },
  });
const pay = (id: string, status: string, reference: string) =>
  system.post(`/v1/orders/${id}/payment`, { status, reference });

describe("POST /v1/orders/{orderId}/cancel", () => {
  test("needs a key, happens once, and gives the stock back", async () => {
    await receive(system, { GONE: 5 });
    const id = await placed("GONE", 5);
    expectProblem(await cancel(id, undefined, { reason: "changed mind" }), 400, "idempotency-key-required");
    const first = await cancel(id, "c-1", { reason: "changed mind" });
    expect(first).toMatchObject({ status: 200, body: { status: "cancelled", total: "0.00" } });
    expect(await stock("GONE")).toMatchObject({ available: 5 });
    const again = await cancel(id, "c-1", { reason: "changed mind" });
    expect([again.status, again.text, replayed(again)]).toEqual([200, first.text, "true"]);
    expectProblem(await cancel(id, "c-1", { reason: "another" }), 422, "idempotency-mismatch");
    expectProblem(await cancel(id, "c-2", { reason: "once more" }), 409, "already-shipped");
    expectProblem(await pay(id, "captured", "late"), 409, "order-closed");
  });

  test("takes back some lines, and never more than there are", async () => {
    await receive(system, { PART: 5 });
    const id = await placed("PART", 5);
    const some = await cancel(id, "p-1", { reason: "two less", lines: [{ sku: "PART", quantity: 2 }] });
    expect(some.body).toMatchObject({
      status: "confirmed",
      total: "3.00",
      lines: [{ cancelled: 2, net: "3.00" }],
    });
    expect(await stock("PART")).toMatchObject({ available: 2 });
    const more = await cancel(id, "p-2", { reason: "more", lines: [{ sku: "PART", quantity: 4 }] });
    expectProblem(more, 409, "already-shipped");
    expect(await stock("PART")).toMatchObject({ available: 2 });
    expectProblem(await cancel(`ord_${"0".repeat(26)}`, "p-3", { reason: "x" }), 404, "unknown-order");
  });
});

describe("POST /v1/orders/{orderId}/payment", () => {
  test("captures what is pending, once", async () => {
    await receive(system, { PAID: 1 });
    const id = await placed("PAID", 1, { payment: "pending" });
    expect(await system.get(`/v1/orders/${id}`)).toMatchObject({ body: { status: "awaiting_payment" } });
    expect(await stock("PAID")).toMatchObject({ available: 0, locations: [{ reserved: 1, allocated: 0 }] });
    const first = await pay(id, "captured", "PAY-1");
    expect(first).toMatchObject({ status: 200, body: { status: "confirmed", payment: "captured" } });
    expect(await stock("PAID")).toMatchObject({ available: 0, locations: [{ reserved: 0, allocated: 1 }] });
    const again = await pay(id, "captured", "PAY-1");
    expect([again.text, replayed(again)]).toEqual([first.text, "true"]);
    expectProblem(await pay(id, "failed", "PAY-1"), 422, "idempotency-mismatch");
    expectProblem(await pay(id, "failed", "PAY-2"), 409, "payment-captured");
  });

  test("a failed one cancels; a rejected order takes none", async () => {
    await receive(system, { UNPAID: 1 });
    const id = await placed("UNPAID", 1, { payment: "pending" });
    expect(await pay(id, "failed", "PAY-1")).toMatchObject({ status: 200, body: { status: "cancelled" } });
    expect(await stock("UNPAID")).toMatchObject({ available: 1 });
    const refused = await system.post(
      "/v1/orders",
      orderOf("unpaid-2", "", { lines: [lineOf("UNPAID", 9)] }),
    );
    expectProblem(refused, 409, "insufficient-stock");
    const { orderId } = refused.body as { orderId: string };
    expectProblem(await pay(orderId, "captured", "PAY-1"), 409, "order-closed");
  });
});

describe("stock documents", () => {
  const adjust = (reference: string, deltas: Record<string, number>, more: Record<string, unknown> = {}) =>
    system.post("/v1/stock/adjustments", {
      ...{ location: "LON1", reference, reason: "count" },
      lines: Object.entries(deltas).map(([sku, delta]) => ({ sku, delta })),
      ...more,
    });

  test("the same receipt counts once; another under its reference is refused", async () => {
    const receipt = (quantity: number) =>
      system.post("/v1/stock/receipts", {
        location: "LON1",
        reference: "R-1",
        lines: [{ sku: "RE", quantity }],
      });
    const first = await receipt(3);
    expect(first.status).toBe(201);
    const again = await receipt(3);
    expect([again.status, again.text, replayed(again)]).toEqual([201, first.text, "true"]);
    expectProblem(await receipt(4), 422, "idempotency-mismatch");
    expect(await stock("RE")).toMatchObject({ available: 3, locations: [{ location: "LON1", onHand: 3 }] });
    const elsewhere = { location: "LON2", reference: "R-1", lines: [{ sku: "RE", quantity: 1 }] };
    expect(await system.post("/v1/stock/receipts", elsewhere)).toMatchObject({ status: 201 });
    expect(await stock("RE")).toMatchObject({ available: 4 });
  });

  test("an adjustment is all or nothing, and takes nothing that is promised", async () => {
    await receive(system, { FREE: 5, SOLD: 5 });
    await placed("SOLD", 4);
    const both = await adjust("A-1", { FREE: -1, SOLD: -2 });
    expectProblem(both, 409, "stock-claimed");
    expect(await stock("FREE")).toMatchObject({ available: 5, locations: [{ held: 0 }] });
    const again = await adjust("A-1", { FREE: -1, SOLD: -2 });
    expect([again.status, again.text, replayed(again)]).toEqual([409, both.text, "true"]);
    expect((await adjust("A-2", { FREE: -1, SOLD: -1 })).status).toBe(201);
    expect((await adjust("A-3", { FREE: 3 })).status).toBe(201);
    expect(await stock("FREE")).toMatchObject({ available: 7 });
    expect(await stock("SOLD")).toMatchObject({ available: 0, locations: [{ onHand: 4, allocated: 4 }] });
    expectProblem(await adjust("A-4", { FREE: -8 }, { force: true }), 409, "stock-below-zero");
    expectProblem(await adjust("A-5", { FREE: 0 }), 422, "invalid-request");
  });

  test("with force the claims give way, newest first, and their orders know", async () => {
    await receive(system, { FORCED: 5 });
    const older = await placed("FORCED", 3);
    const newer = await placed("FORCED", 2);
    const forced = await adjust("F-1", { FORCED: -1 }, { force: true });
    expect(forced.status).toBe(201);
    const orderNow = async (id: string) =>
      orderAnswer.parse((await system.get(`/v1/orders/${id}`, seeing(forced))).body);
    const lost = async () => {
      const { status, lines: [line] } = await orderNow(newer);
      const allocated = line!.allocated.reduce((sum, { quantity }) => sum + quantity, 0);
      return { isShort: allocated < 2, isKnown: status === "on_hold" || line!.backordered > 0 };
    };
    // The order hears of it after the answer, as soon as its turn comes.
    await expect.poll(lost).toEqual({ isShort: true, isKnown: true });
    expect(await orderNow(older)).toMatchObject({
      status: "confirmed",
      lines: [{ allocated: [{ quantity: 3 }] }],
    });
    expect(await stock("FORCED")).toMatchObject({ locations: [{ onHand: 4, sellable: 4 }] });
  });

  test("stock of many SKUs at once, of none, and of codes that are awkward", async () => {
    const awkward = { "a/b ?&#%": 1, "ÄÖ 漢字": 2, "85123a": 3, "85123A": 4, "*.>": 5 };
    await receive(system, awkward);
    const query = Object.keys(awkward).map((sku) => `sku=${encodeURIComponent(sku)}`).join("&");
    const { body } = await system.get(`/v1/stock?${query}&sku=unheard-of`);
    expect(body).toMatchObject({
      items: Object.entries(awkward).map(([sku, available]) => ({ sku, available })),
    });
    for (const [sku, available] of Object.entries(awkward)) {
      expect(await stock(encodeURIComponent(sku))).toMatchObject({ sku, available });
    }
    expectProblem(await system.get("/v1/stock/unheard-of"), 404, "unknown-sku");
    const many = Array.from({ length: 201 }, (_, i) => `sku=${i}`).join("&");
    expectProblem(await system.get(`/v1/stock?${many}`), 422, "invalid-request");
    expectProblem(await system.get("/v1/stock"), 422, "invalid-request");
  });
});

test("afterwards the log, the edge's memory and the rows tell the same", async () => {
  await expectOneTruth(system);
});
