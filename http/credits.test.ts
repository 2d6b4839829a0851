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

  test("is named on it by its SKUs, where the shop gave its lines no name, as they were then", async () => {
    const describe = async (description: string) => {
      await town.call("PUT", "/v1/skus/GIFTWRAP", { description, stocked: false });
      const seen = async () => (await town.call("GET", "/v1/stock/GIFTWRAP")).body;
      await expect.poll(seen).toMatchObject({ description });
    };
    await describe("Gift wrap");
    const lines = [{ sku: "A", quantity: 1, unitPrice: "2.00" }, {
      sku: "GIFTWRAP",
      quantity: 1,
      unitPrice: "1.00",
    }];
    const named = { ...lines[1], description: "Wrapped by Ada" };
    const order = await shipped("I9", { lines: [...lines, named] });
    await describe("Wrapping");
    expect(await invoicesOf(order)).toMatchObject([{
      lines: [{ sku: "A" }, { sku: "GIFTWRAP", description: "Gift wrap" }, { description: "Wrapped by Ada" }],
    }]);
    expect((await invoicesOf(order))[0]?.lines?.[0]).not.toHaveProperty("description");
    const again = await post("/v1/orders", orderOf("I9", ["A"], { customer, lines: [...lines, named] }));
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
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

const hashOf = ({ text }: { readonly text: string }) => JSON.parse(text).hash as string;

describe("what has become of an invoice", () => {
  test("stands beside it, in lists and on its own page, and its document stays as it was", async () => {
    const order = await shipped("S1"), [issued] = await invoicesOf(order);
    expect(issued).toMatchObject({
      status: "paid",
      creditedAmount: "0.00",
      outstanding: "0.00",
      paid: "3.00",
    });
    const page = `/v1/invoices/${issued!.number}`, first = await town.call("GET", page);
    const pdf = await town.call("GET", `${page}.pdf`);
    await post(`/v1/orders/${order}/credits`, { reference: "c", reason: "price", amount: "1.00" });
    const over = { status: "overpaid", creditedAmount: "1.00", outstanding: "-1.00", due: "0.00" };
    const known = { "if-none-match": first.headers.get("etag")! };
    const after = await town.call("GET", page, undefined, known);
    expect(after).toMatchObject({ status: 200, body: over });
    expect(hashOf(after)).toBe(hashOf(first));
    expect((await invoicesOf(order))[0]).toMatchObject(over);
    const same = await town.call("GET", `${page}.pdf`, undefined, {
      "if-none-match": pdf.headers.get("etag")!,
    });
    expect(same.status).toBe(304);
    const asked = await post(`/v1/orders/${order}/refunds`, {
      reference: "r",
      amount: "1.00",
      method: "card",
    });
    await post(`/v1/refunds/${asked.body.refundId}/settle`, { status: "succeeded" });
    expect((await invoicesOf(order))[0]).toMatchObject({ status: "paid", outstanding: "0.00" });
    const { body: { items = [] } } = await town.call("GET", "/v1/invoices?limit=100");
    expect(items.find(({ number }) => number === issued!.number)).toMatchObject({ status: "paid" });
    expect(items.find(({ type }) => type === "credit_note")).not.toHaveProperty("outstanding");
  });
});
