import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTown, orderOf, type Town } from "./testing/town.ts";

let town: Town;
beforeEach(async () => {
  town = await openTown();
  await town.call("POST", "/v1/stock/receipts", {
    location: "LON1",
    reference: "r1",
    lines: [{ sku: "A", quantity: 3 }, { sku: "B", quantity: 2 }, { sku: "A", quantity: 2 }],
  });
});
afterEach(() => town.close());

describe("POST /v1/orders", () => {
  test("answers 201 with the order, where it is, and its position", async () => {
    const { status, headers, body } = await town.call("POST", "/v1/orders", orderOf("1", ["A", "B"]));
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: "confirmed", net: "5.00", tax: "1.00", total: "6.00" });
    expect(body.lines?.[0]?.allocated).toEqual([{ location: "LON1", quantity: 1 }]);
    expect(headers.get("location")).toBe(`/v1/orders/${body.orderId}`);
    expect(headers.get("waybill-position")).toMatch(/^p1-0\./);
    expect(headers.get("idempotent-replayed")).toBeNull();
  });

  test("the same body again is the same answer, marked as replayed, however its numbers and time are written", async () => {
    const body = orderOf("1", ["A"], { placedAt: "2026-01-01T10:00:00+02:00" });
    const first = await town.call("POST", "/v1/orders", body);
    const again = await town.call("POST", "/v1/orders", {
      ...orderOf("1", []),
      placedAt: "2026-01-01T08:00:00Z",
      lines: [{ quantity: 1, taxRate: "0.2", unitPrice: "2.5", discount: "0.00", sku: "A", unknown: 1 }],
    });
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.body).toEqual(first.body);
  });

  test("without placedAt the time of arrival is no part of what is compared", async () => {
    await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    town.clock.aheadMs = 60_000;
    const again = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    expect(again.status).toBe(201);
  });

  test.each([
    ["another quantity", { lines: [{ sku: "A", quantity: 2, unitPrice: "2.50", taxRate: "0.20" }] }],
    ["another customer", { customer: { name: "Somebody" } }],
    ["another policy", { stockPolicy: "backorder" }],
    ["a placedAt", { placedAt: "2026-01-01T08:00:00Z" }],
    ["shipping", { shipping: { amount: "0" } }],
  ])("the same number with %s is refused", async (_, other) => {
    await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    const { status, body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"], other));
    expect(status).toBe(422);
    expect(body.type).toBe("/problems/idempotency-mismatch");
  });

  test("too little stock is 409 naming the lines, spends the number, and is told again the same", async () => {
    const order = orderOf("1", ["A", "B", "B", "B"]);
    const { status, body, headers } = await town.call("POST", "/v1/orders", order);
    expect(status).toBe(409);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({ type: "/problems/insufficient-stock", status: 409, instance: "/v1/orders" });
    expect(body.errors).toMatchObject([{ pointer: "/lines/3/quantity", requested: 1, available: 0 }]);
    const again = await town.call("POST", "/v1/orders", order);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([409, "true"]);
    expect((await town.call("GET", `/v1/orders/${body.orderId}`)).body.status).toBe("rejected");
    expect((await town.call("GET", "/v1/stock/B")).body.available).toBe(2);
  });

  test("what is personal travels beside the command, and comes back with the order", async () => {
    const customer = {
      name: "Ada Byron",
      email: "ada@example.com",
      address: { city: "London", country: "GB" },
    };
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"], { customer }));
    const asked = town.asked.at(-1)!;
    expect(asked.personal).toEqual(customer);
    expect(JSON.stringify(asked.command)).not.toMatch(/Ada|ada@|London/);
    expect(asked.command).toMatchObject({ personal: true });
    expect((await town.call("GET", `/v1/orders/${body.orderId}`)).body.customer).toEqual(customer);
  });

  test("Prefer: respond-async answers 202 at once with a Location that tells the rest", async () => {
    const told = await town.call("POST", "/v1/orders", orderOf("1", ["A"]), { prefer: "respond-async" });
    expect(told.status).toBe(202);
    expect(told.headers.get("preference-applied")).toBe("respond-async");
    expect(told.body).toMatchObject({ channel: "web", orderNumber: "1", status: "reserving" });
    const order = await town.call("GET", told.headers.get("location")!);
    expect(order.body.status).toBe("confirmed");
  });

  test("passes the caller's trace on, and answers with its request id", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const { headers } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]), {
      traceparent,
      "x-request-id": "mine-1",
    });
    expect(town.asked.at(-1)!.traceparent).toBe(traceparent);
    expect(headers.get("x-request-id")).toBe("mine-1");
  });
});

describe("payment and cancel", () => {
  async function pending(orderNumber = "1") {
    const { body } = await town.call(
      "POST",
      "/v1/orders",
      orderOf(orderNumber, ["A"], { payment: "pending" }),
    );
    expect(body.status).toBe("awaiting_payment");
    return `/v1/orders/${body.orderId}`;
  }

  test("a captured payment confirms, once", async () => {
    const order = await pending();
    const payment = { status: "captured", reference: "p1" };
    const first = await town.call("POST", `${order}/payment`, payment);
    expect([first.status, first.body.status]).toEqual([200, "confirmed"]);
    const again = await town.call("POST", `${order}/payment`, payment);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
    const other = await town.call("POST", `${order}/payment`, { ...payment, status: "failed" });
    expect([other.status, other.body.type]).toEqual([422, "/problems/idempotency-mismatch"]);
    const failed = await town.call("POST", `${order}/payment`, { status: "failed", reference: "p2" });
    expect([failed.status, failed.body.type]).toEqual([409, "/problems/payment-captured"]);
  });

  test("an unpaid order expires, and a payment tries again", async () => {
    const order = await pending();
    town.clock.aheadMs = 11 * 60_000;
    await expect.poll(async () => (await town.call("GET", order)).body.status).toBe("expired");
    const paid = await town.call("POST", `${order}/payment`, { status: "captured", reference: "p1" });
    expect(paid.body.status).toBe("confirmed");
  });

  test("a payment for a cancelled order is refused", async () => {
    const order = await pending();
    await town.call("POST", `${order}/cancel`, { reason: "no" }, { "idempotency-key": "k" });
    const { status, body } = await town.call("POST", `${order}/payment`, {
      status: "captured",
      reference: "p1",
    });
    expect([status, body.type]).toEqual([409, "/problems/order-closed"]);
  });

  test("a cancel needs an Idempotency-Key, quoted or bare, and happens once for it", async () => {
    const order = await pending();
    const missing = await town.call("POST", `${order}/cancel`, { reason: "no" });
    expect([missing.status, missing.body.type]).toEqual([400, "/problems/idempotency-key-required"]);
    const bad = await town.call("POST", `${order}/cancel`, { reason: "no" }, { "idempotency-key": '"k' });
    expect([bad.status, bad.body.type]).toEqual([400, "/problems/malformed-header"]);
    const first = await town.call("POST", `${order}/cancel`, { reason: "no" }, { "idempotency-key": '"k"' });
    expect([first.status, first.body.status]).toEqual([200, "cancelled"]);
    const again = await town.call("POST", `${order}/cancel`, { reason: "no" }, { "idempotency-key": "k" });
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
    const other = await town.call("POST", `${order}/cancel`, { reason: "yes" }, { "idempotency-key": "k" });
    expect([other.status, other.body.type]).toEqual([422, "/problems/idempotency-mismatch"]);
    const late = await town.call("POST", `${order}/cancel`, { reason: "no" }, { "idempotency-key": "k2" });
    expect([late.status, late.body.type]).toEqual([409, "/problems/already-shipped"]);
  });

  test("a line that asks for too much is named where the caller wrote it", async () => {
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A", "B"]));
    const lines = [{ sku: "A", quantity: 1 }, { sku: "A", quantity: 1 }, { sku: "B", quantity: 9 }];
    const told = await town.call("POST", `/v1/orders/${body.orderId}/cancel`, { reason: "x", lines }, {
      "idempotency-key": "k",
    });
    expect([told.status, told.body.type]).toEqual([409, "/problems/already-shipped"]);
  });

  test("an order that never was is 404", async () => {
    for (const id of ["ord_00000000000000000000000000", "nonsense"]) {
      const payment = await town.call("POST", `/v1/orders/${id}/payment`, {
        status: "captured",
        reference: "p1",
      });
      expect([payment.status, payment.body.type]).toEqual([404, "/problems/unknown-order"]);
    }
  });
});
