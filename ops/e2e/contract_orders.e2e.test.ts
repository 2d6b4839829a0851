import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { orderAnswer } from "../../http/schemas/answers.ts";
import { expectOneTruth } from "./books.ts";
import type { Answer, CallOptions } from "./caller.ts";
import { expectProblem, orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
});
afterAll(() => system?.remove());

const place = (body: unknown, options?: CallOptions) => system.post("/v1/orders", body, options);
const stock = (sku: string) => system.get(`/v1/stock/${sku}`).then(({ body }) => body);
const orderIn = (answer: Answer) => orderAnswer.parse(answer.body);
const lineOf = (sku: string, quantity: number) => ({ sku, quantity, unitPrice: "1.00" });
const replayed = ({ headers }: Answer) => headers.get("idempotent-replayed");

/** Places an order that must be accepted. */
async function placed(number: string, sku: string, change: Record<string, unknown> = {}) {
  const answer = await place(orderOf(number, sku, change));
  expect(answer.status, answer.text).toBe(201);
  return orderIn(answer);
}

describe("POST /v1/orders", () => {
  test("the example of the contract gives the example's answer", async () => {
    await receive(system, { "85123A": 10 });
    const example = {
      ...{ channel: "web", orderNumber: "536365", placedAt: "2011-12-01T08:26:00Z", currency: "GBP" },
      customer: {
        ...{ id: "17850", name: "A. Buyer", email: "a@example.com", phone: "+442071838750", language: "en" },
        address: { line1: "1 High Street", city: "London", postalCode: "N1 1AA", country: "GB" },
      },
      lines: [{
        ...{ sku: "85123A", description: "WHITE HANGING HEART T-LIGHT HOLDER", quantity: 6 },
        ...{ unitPrice: "2.55", discount: "0.00", taxRate: "0.20" },
      }],
      shipping: { amount: "4.95", taxRate: "0.20", service: "next_day" },
      ...{ pricesIncludeTax: false, payment: "captured", stockPolicy: "reject" },
    };
    const answer = await place(example);
    expect(answer.status).toBe(201);
    const line = {
      line: 1,
      sku: "85123A",
      quantity: 6,
      net: "15.30",
      backordered: 0,
      cancelled: 0,
      shipped: 0,
    };
    expect(answer.body).toMatchObject({
      ...{ channel: "web", orderNumber: "536365", status: "confirmed", currency: "GBP" },
      ...{ net: "20.25", tax: "4.05", total: "24.30" },
      lines: [{ ...line, allocated: [{ location: "LON1", quantity: 6 }] }],
    });
    const { orderId } = orderIn(answer);
    // The order itself knows of no customer: rows do, a moment later.
    await expect.poll(() => system.get(`/v1/orders/${orderId}`)).toMatchObject({
      status: 200,
      body: { orderId, total: "24.30", customer: example.customer },
    });
    expect(await stock("85123A")).toMatchObject({ available: 4 });
    const again = await place({ ...example, unknown: "is ignored" });
    expect([again.status, again.text, replayed(again)]).toEqual([201, answer.text, "true"]);
    expectProblem(await place({ ...example, currency: "EUR" }), 422, "idempotency-mismatch");
  });

  test("prices that include tax are what the customer pays", async () => {
    await receive(system, { GROSS: 10 });
    const lines = [{ sku: "GROSS", quantity: 3, unitPrice: "9.99", discount: "1.00", taxRate: "0.20" }];
    const order = await placed("gross", "GROSS", { lines, pricesIncludeTax: true });
    expect(order).toMatchObject({ net: "24.14", tax: "4.83", total: "28.97" });
  });

  test("a refused order is spent: the same answer for ever, and readable", async () => {
    await receive(system, { FEW: 2, PLENTY: 9 });
    const lines = [lineOf("PLENTY", 1), lineOf("FEW", 3), lineOf("NEVER-SEEN", 1)];
    const first = await place(orderOf("short", "", { lines }));
    expectProblem(first, 409, "insufficient-stock");
    expect(first.body).toMatchObject({
      errors: [
        { pointer: expect.stringMatching(/^\/lines\/1/), requested: 3, available: 2 },
        { pointer: expect.stringMatching(/^\/lines\/2/), requested: 1, available: 0 },
      ],
    });
    expect(await stock("PLENTY")).toMatchObject({ available: 9, locations: [{ reserved: 0, allocated: 0 }] });
    await receive(system, { FEW: 10, "NEVER-SEEN": 10 });
    const again = await place(orderOf("short", "", { lines }));
    expect([again.status, again.text, replayed(again)]).toEqual([409, first.text, "true"]);
    const { body } = await system.get("/v1/orders?channel=web&orderNumber=short");
    expect(body).toMatchObject({ items: [{ orderNumber: "short", status: "rejected" }] });
  });

  test("ship_available takes what there is and cancels the rest; nothing at all is refused", async () => {
    await receive(system, { SOME: 2 });
    const wanting = { lines: [lineOf("SOME", 5), lineOf("NONE", 1)], stockPolicy: "ship_available" };
    const order = await placed("some", "", wanting);
    expect(order).toMatchObject({
      ...{ status: "confirmed", total: "2.00" },
      lines: [
        { quantity: 5, net: "2.00", cancelled: 3, backordered: 0, allocated: [{ quantity: 2 }] },
        { quantity: 1, net: "0.00", cancelled: 1, backordered: 0, allocated: [] },
      ],
    });
    expectProblem(await place(orderOf("some-2", "", wanting)), 409, "insufficient-stock");
  });

  test("backorder queues the short part as far as the SKU allows, and a receipt fills the queue", async () => {
    const describe = (sku: string, backorderLimit: number | null) =>
      system.put(`/v1/skus/${sku}`, { description: sku, backorderLimit });
    for (const [sku, limit] of [["B-NONE", 0], ["B-THREE", 3], ["B-ANY", null]] as const) {
      expect((await describe(sku, limit)).status).toBe(200);
      await receive(system, { [sku]: 2 });
    }
    const wanting = (sku: string, quantity: number) => ({
      lines: [lineOf(sku, quantity)],
      stockPolicy: "backorder",
    });
    expectProblem(await place(orderOf("b0", "", wanting("B-NONE", 3))), 409, "insufficient-stock");
    expectProblem(await place(orderOf("b6", "", wanting("B-THREE", 6))), 409, "insufficient-stock");
    const part = await placed("b5", "", wanting("B-THREE", 5));
    expect(part).toMatchObject({
      status: "confirmed",
      lines: [{ allocated: [{ quantity: 2 }], backordered: 3 }],
    });
    expectProblem(await place(orderOf("b1", "", wanting("B-THREE", 1))), 409, "insufficient-stock");
    expect((await placed("any", "", wanting("B-ANY", 1_000))).lines[0]).toMatchObject({ backordered: 998 });
    const queued = await placed("any-2", "", wanting("B-ANY", 4));
    expect(queued).toMatchObject({ status: "backordered", lines: [{ allocated: [], backordered: 4 }] });
    const received = await receive(system, { "B-ANY": 1_000 });
    // Whoever waits gets it after the receipt is answered, as soon as its turn comes.
    await expect.poll(() => system.get(`/v1/orders/${queued.orderId}`, received)).toMatchObject({
      body: { status: "confirmed", lines: [{ backordered: 2, allocated: [{ quantity: 2 }] }] },
    });
    await expect.poll(() => stock("B-ANY")).toMatchObject({ available: 0, backordered: 2 });
  });

  test("the location with the lowest priority is taken from first, and safety stock from nowhere", async () => {
    for (const [code, priority] of [["P-B", 1], ["P-A", 2], ["P-LAST", null]] as const) {
      const location = { name: code, country: "GB", ...(priority === null ? {} : { priority }) };
      expect((await system.put(`/v1/locations/${code}`, location)).status).toBe(200);
      await receive(system, { CHOICE: 4 }, code);
    }
    const safety = { description: "Chosen", safetyStock: { "P-B": 1 } };
    expect((await system.put("/v1/skus/CHOICE", safety)).status).toBe(200);
    expect(await stock("CHOICE")).toMatchObject({ available: 11 });
    const order = await placed("choice", "", { lines: [lineOf("CHOICE", 8)] });
    const allocated = [["P-B", 3], ["P-A", 4], ["P-LAST", 1]];
    expect(order.lines[0]?.allocated.map(({ location, quantity }) => [location, quantity])).toEqual(
      allocated,
    );
    expectProblem(
      await place(orderOf("choice-4", "", { lines: [lineOf("CHOICE", 4)] })),
      409,
      "insufficient-stock",
    );
  });

  test("services need no stock; lines that repeat a SKU count together", async () => {
    expect((await system.put("/v1/skus/POST", { description: "Postage", stocked: false })).status).toBe(200);
    await receive(system, { TWICE: 5 });
    const lines = (second: number) => [lineOf("POST", 1), lineOf("TWICE", 3), lineOf("TWICE", second)];
    const short = await place(orderOf("twice-6", "", { lines: lines(3) }));
    expectProblem(short, 409, "insufficient-stock");
    const order = await placed("twice-5", "", { lines: lines(2) });
    expect(order).toMatchObject({ status: "confirmed", total: "6.00" });
    expect(order.lines.map(({ allocated }) => allocated.map(({ quantity }) => quantity))).toEqual([[], [3], [
      2,
    ]]);
    const service = await placed("post", "", { lines: [lineOf("POST", 2)] });
    expect(service).toMatchObject({ status: "confirmed", total: "2.00" });
  });

  test("2,000 lines are one order, all or nothing; one more is too many", async () => {
    const skus = Array.from({ length: 1_999 }, (_, i) => `MANY-${i}`);
    await receive(system, Object.fromEntries(skus.map((sku) => [sku, 1])));
    const lines = skus.map((sku) => lineOf(sku, 1));
    const more = await place(orderOf("many-short", "", { lines: [...lines, lineOf("MANY-0", 1)] }));
    expectProblem(more, 409, "insufficient-stock");
    await receive(system, { "MANY-0": 1 });
    const order = await placed("many", "", { lines: [...lines, lineOf("MANY-0", 1)] });
    expect(order).toMatchObject({ status: "confirmed", total: "2000.00" });
    expect(order.lines.every(({ allocated }) => allocated.length === 1)).toBe(true);
    const tooMany = await place(orderOf("too-many", "", { lines: Array(2_001).fill(lineOf("POST", 1)) }));
    expectProblem(tooMany, 422, "invalid-request");
    expect(tooMany.body).toMatchObject({ errors: [{ pointer: "/lines" }] });
  });

  test("Prefer: respond-async answers 202 with the place to look", async () => {
    await receive(system, { LATER: 1 });
    const answer = await place(orderOf("later", "LATER"), { headers: { prefer: "respond-async" } });
    expect(answer).toMatchObject({ status: 202, body: { status: "reserving", orderNumber: "later" } });
    const found = await system.get(answer.headers.get("location") ?? "none");
    expect(found).toMatchObject({ status: 200, body: { orderNumber: "later" } });
    const decided = await place(orderOf("later", "LATER"));
    expect(decided).toMatchObject({ status: 201, body: { status: "confirmed" } });
    expect(replayed(decided)).toBe("true");
  });
});

test("POST /v1/orders:bulk answers each line in its place, and a bad line stops nothing", async () => {
  await receive(system, { BULK: 2 });
  const good = (number: string) => JSON.stringify(orderOf(number, "BULK"));
  const huge = `{"channel":"${"x".repeat(1_100_000)}"}`;
  const lines = [good("k1"), "{not json", `{"channel":"web"}`, huge, good("k2"), good("k1"), "", good("k3")];
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await system.post("/v1/orders:bulk", undefined, { raw: lines.join("\n"), headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("application/x-ndjson");
  const results = answer.text.trim().split("\n").map((line) => JSON.parse(line));
  expect(results).toMatchObject([
    { line: 1, orderNumber: "k1", status: "confirmed" },
    { line: 2, type: "/problems/malformed-json", status: 400 },
    { line: 3, type: "/problems/invalid-request", status: 422 },
    { line: 4, type: "/problems/body-too-large", status: 413 },
    { line: 5, orderNumber: "k2", status: "confirmed" },
    { line: 6, orderNumber: "k1", status: "confirmed", replayed: true },
    { line: 8, type: "/problems/insufficient-stock", status: 409 },
  ]);
  expect(results[2].errors.map(({ pointer }: { pointer: string }) => pointer).sort())
    .toEqual(["/currency", "/lines", "/orderNumber"]);
});

test("afterwards the log, the edge's memory and the rows tell the same", async () => {
  await expectOneTruth(system);
});
