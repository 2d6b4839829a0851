import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { orderIdOf } from "./order_id.ts";
import type { Sellers } from "./sellers.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

let town: Town;
const german = { entity: "de", on: "on_confirm", flatShipping: "first", taxMode: "per_line" } as const;
const british = { entity: "main", on: "on_shipment", flatShipping: "first", taxMode: "document" } as const;
const sellers: Sellers = { of: (channel) => channel === "web-de" ? german : british };

beforeAll(async () => {
  town = await openTown({ deps: { sellers } });
  const lines = [{ sku: "A", quantity: 90 }];
  await town.call("POST", "/v1/stock/receipts", { location: "LON1", reference: "r", lines });
});
afterAll(() => town.close());

const customer = { id: "17", name: "Ada", address: { country: "GB" } };

/** An order of one unit for 3.00 that has left; answers with its id. */
async function shipped(orderNumber: string, rest: Record<string, unknown> = {}): Promise<string> {
  const { body } = await town.call("POST", "/v1/orders", orderOf(orderNumber, ["A"], { customer, ...rest }));
  const parcel = { reference: "P1", location: "LON1", carrier: "ups", trackingNumber: `1Z${orderNumber}` };
  const handed = await town.call("POST", `/v1/orders/${body.orderId}/shipments`, {
    ...parcel,
    lines: [{ sku: "A", quantity: 1 }],
  });
  expect(handed.status).toBe(201);
  return body.orderId!;
}
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  town.call("POST", path, body, headers);
const invoicesOf = async (order: string, headers: Record<string, string> = {}) =>
  (await town.call("GET", `/v1/orders/${order}/invoices`, undefined, headers)).body.items ?? [];

describe("an order that is shipped", () => {
  test("has one invoice as soon as the shipment is answered", async () => {
    const order = await shipped("I1");
    const [invoice, ...others] = await invoicesOf(order);
    expect(others).toEqual([]);
    expect(invoice).toMatchObject({
      type: "invoice",
      net: "2.50",
      tax: "0.50",
      total: "3.00",
      orderNumber: "I1",
    });
    expect(JSON.stringify(invoice)).not.toContain("Ada");
  });

  test("is invoiced by the entity that sells on its channel, by that one's rule", async () => {
    const { body } = await post("/v1/orders", orderOf("I2", ["A"], { channel: "web-de" }));
    await expect.poll(() => invoicesOf(body.orderId!)).toMatchObject([
      { number: expect.stringMatching(/^DE-INV-/), taxMode: "per_line", seller: { entity: "de" } },
    ]);
    const [command] = town.asked.map(({ command }) => command).filter(({ type }) => type === "place").slice(
      -1,
    );
    expect(command).toMatchObject({ invoicing: german });
    expect(town.asked.map(({ command }) => command).find(({ type }) => type === "place")).not.toHaveProperty(
      "invoicing",
    );
  });
});

describe("POST /v1/orders/{orderId}/credits", () => {
  test("credits lines, an amount, or all that is left, and never more", async () => {
    const order = await shipped("C1"), path = `/v1/orders/${order}/credits`;
    const off = await post(path, { reference: "off", reason: "price", amount: "1.20" });
    expect(off).toMatchObject({ status: 201, body: { type: "credit_note", total: "1.20" } });
    expect(off.headers.get("location")).toBe(`/v1/invoices/${off.body.number}`);
    const rest = await post(path, { reference: "rest", reason: "return" });
    expect(rest).toMatchObject({ status: 201, body: { total: "1.80" } });
    const more = await post(path, { reference: "more", reason: "goodwill", amount: "0.01" });
    expect(more).toMatchObject({ status: 409, body: { type: "/problems/credit-exceeds-invoice" } });
    const all = await invoicesOf(order);
    expect(all.map(({ total }) => total)).toEqual(["3.00", "1.20", "1.80"]);
  });

  test("asking twice is asking once; another body under the same reference is refused", async () => {
    const order = await shipped("C2"), path = `/v1/orders/${order}/credits`;
    const body = { reference: "c", reason: "return", lines: [{ sku: "A", quantity: 1 }] };
    const first = await post(path, body), again = await post(path, body);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const other = await post(path, { ...body, reason: "goodwill" });
    expect(other).toMatchObject({ status: 422, body: { type: "/problems/idempotency-mismatch" } });
    expect(await invoicesOf(order)).toHaveLength(2);
  });

  test("refuses what cannot be: nothing invoiced, too many places, an unknown order, a wrong body", async () => {
    const { body: { orderId } } = await post("/v1/orders", orderOf("C3", ["A"]));
    const early = await post(`/v1/orders/${orderId}/credits`, { reference: "c", reason: "return" });
    expect(early).toMatchObject({ status: 409, body: { type: "/problems/nothing-invoiced" } });
    const order = await shipped("C4"), path = `/v1/orders/${order}/credits`;
    const fine = await post(path, { reference: "c", reason: "price", amount: "0.001" });
    expect(fine).toMatchObject({ status: 422, body: { type: "/problems/amount-precision" } });
    const unknown = await post(`/v1/orders/${orderIdOf("web", "nobody")}/credits`, {
      reference: "c",
      reason: "return",
    });
    expect(unknown).toMatchObject({ status: 404, body: { type: "/problems/unknown-order" } });
    const wrong = await post(path, { reason: "bored", amount: "0", lines: [] });
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors?.map(({ pointer }) => pointer).sort()).toEqual(
      ["/amount", "/lines", "/reason", "/reference"],
    );
  });

  test("needs invoices:write, and another channel's order is unknown", async () => {
    const order = await shipped("C5"), path = `/v1/orders/${order}/credits`;
    const body = { reference: "c", reason: "return" };
    expect(await post(path, body, { authorization: "Bearer reader" })).toMatchObject({ status: 403 });
    await town.settled();
    expect(await post(path, body, { authorization: "Bearer shop" })).toMatchObject({ status: 404 });
  });
});

describe("refunds", () => {
  test("are pending until they are settled, once", async () => {
    const order = await shipped("R1");
    const asked = await post(`/v1/orders/${order}/refunds`, {
      reference: "r",
      amount: "3.00",
      method: "card",
    });
    const { refundId } = asked.body;
    expect(asked).toMatchObject({ status: 201, body: { status: "pending", amount: "3.00", orderId: order } });
    const listed = () => town.call("GET", `/v1/orders/${order}/refunds`);
    expect((await listed()).body.items).toMatchObject([{ refundId, status: "pending" }]);
    const settled = await post(`/v1/refunds/${refundId}/settle`, { status: "succeeded" });
    expect(settled).toMatchObject({ status: 200, body: { refundId, status: "succeeded" } });
    expect((await listed()).body.items).toMatchObject([{ refundId, status: "succeeded" }]);
    const other = await post(`/v1/refunds/${refundId}/settle`, { status: "failed" });
    expect(other).toMatchObject({ status: 409, body: { type: "/problems/refund-settled" } });
  });

  test("are no more than what was captured, but for failed ones", async () => {
    const order = await shipped("R2"), path = `/v1/orders/${order}/refunds`;
    const first = await post(path, { reference: "1", amount: "2.00", method: "card" });
    const more = await post(path, { reference: "2", amount: "1.01", method: "card" });
    expect(more).toMatchObject({ status: 409, body: { type: "/problems/refund-exceeds-captured" } });
    await post(`/v1/refunds/${first.body.refundId}/settle`, { status: "failed" });
    expect(await post(path, { reference: "3", amount: "3.00", method: "card" })).toMatchObject({
      status: 201,
    });
  });

  test("that nobody asked for are unknown", async () => {
    const order = await shipped("R3");
    for (const id of ["rfn_x", `rfn_${order.slice(4)}${"0".repeat(16)}`, `rfn_${"0".repeat(42)}`]) {
      const settled = await post(`/v1/refunds/${id}/settle`, { status: "failed" });
      expect(settled, id).toMatchObject({ status: 404, body: { type: "/problems/unknown-refund" } });
    }
  });
});

describe("POST /v1/credits", () => {
  const lines = [{ description: "Old lamp", quantity: 2, unitPrice: "9.99", taxRate: "0.20" }];
  const body = { channel: "web", reference: "OLD-1", reason: "return", currency: "GBP", customer, lines };

  test("issues a credit note of its own, once, with the customer kept apart", async () => {
    const first = await post("/v1/credits", body), again = await post("/v1/credits", body);
    expect(first).toMatchObject({ status: 201, body: { type: "credit_note", total: "23.98" } });
    expect(again.body).toEqual(first.body);
    const note = await town.call("GET", first.headers.get("location")!);
    expect(note.body).toMatchObject({ net: "19.98", tax: "4.00", corrects: [], buyer: { name: "Ada" } });
    const command = town.asked.findLast(({ command }) => command.type === "issue_credit")!.command;
    expect(JSON.stringify(command)).not.toContain("Ada");
  });

  test("belongs to the key's own channel", async () => {
    const { channel: _, ...without } = body;
    const own = await post("/v1/credits", { ...without, reference: "OLD-2" }, {
      authorization: "Bearer shop",
    });
    expect(own.status).toBe(201);
    const note = await town.call("GET", own.headers.get("location")!);
    expect(note.body).toMatchObject({ channel: "shop" });
    expect(await post("/v1/credits", body, { authorization: "Bearer shop" })).toMatchObject({ status: 403 });
  });

  test("needs lines that say what they are", async () => {
    const wrong = await post("/v1/credits", {
      ...body,
      reference: "OLD-3",
      lines: [{ quantity: 1, unitPrice: "1" }],
    });
    expect(wrong).toMatchObject({ status: 422 });
    expect(wrong.body.errors).toEqual([{ pointer: "/lines/0", detail: "must have a description or a sku" }]);
  });
});
