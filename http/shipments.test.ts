import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ScanInput, ScanParcel } from "../actors/commands.ts";
import { parcelActor } from "./carriers/parcel_key.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

let town: Town, orderId: string;
beforeEach(async () => {
  town = await openTown({ deps: { publicUrl: "https://shop.example" } });
  await town.call("POST", "/v1/stock/receipts", {
    location: "LON1",
    reference: "r1",
    lines: [{ sku: "A", quantity: 5 }, { sku: "B", quantity: 5 }],
  });
  orderId = (await town.call("POST", "/v1/orders", orderOf("1", ["A", "B"]))).body.orderId!;
});
afterEach(() => town.close());

const parcelOf = (reference: string, skus: readonly string[], more: object = {}) => ({
  reference,
  location: "LON1",
  carrier: "ups",
  trackingNumber: `1z 999 ${reference}`,
  lines: skus.map((sku) => ({ sku, quantity: 1 })),
  ...more,
});
const ship = (reference: string, skus: readonly string[], more: object = {}) =>
  town.call("POST", `/v1/orders/${orderId}/shipments`, parcelOf(reference, skus, more));
const order = () => town.call("GET", `/v1/orders/${orderId}`);
const stockOf = async (sku: string) => (await town.call("GET", `/v1/stock/${sku}`)).body.locations?.[0];

/** As if a callback of the carrier had been worked out. */
const scan = (reference: string, ...scans: (Partial<ScanInput> & Pick<ScanInput, "status" | "atMs">)[]) => {
  const told = scans.map((one) => ({ description: "", carrierCode: "", ...one }));
  const command: ScanParcel = { type: "scans", source: "cb", scans: told };
  return town.ask({ to: parcelActor("ups", `1z 999 ${reference}`), command, patienceMs: 60_000 });
};

describe("POST /v1/orders/{orderId}/shipments", () => {
  test("answers 201 with the shipment, and where the customer can see it", async () => {
    const { status, body, headers } = await ship("P1", ["A", "B"]);
    expect(status).toBe(201);
    expect(body.shipmentId).toMatch(/^shp_[0-9A-HJKMNP-TV-Z]{42}$/);
    expect(body.trackingToken).toMatch(/^[\w-]{27}$/);
    expect(body.trackingUrl).toBe(`https://shop.example/t/${body.trackingToken}`);
    expect(headers.get("location")).toBe(`/v1/shipments/${body.shipmentId}`);
    expect((await order()).body).toMatchObject({
      status: "shipped",
      lines: [{ shipped: 1 }, { shipped: 1 }],
    });
  });

  test("takes the units out of stock, once, however often it is sent", async () => {
    const first = await ship("P1", ["A"]), again = await ship("P1", ["A"]);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await stockOf("A")).toMatchObject({
      onHand: 4,
      sellable: 4,
      allocated: 0,
      packed: 0,
      available: 4,
    });
    expect((await order()).body.status).toBe("partially_shipped");
  });

  test("the same reference with another body is a mismatch, whichever order of lines is not", async () => {
    await ship("P1", ["A", "B"]);
    expect((await ship("P1", ["A"])).body).toMatchObject({ type: "/problems/idempotency-mismatch" });
  });

  test("more than is allocated there is refused by line, and nothing leaves", async () => {
    const lines = [{ sku: "A", quantity: 1 }, { sku: "B", quantity: 2 }];
    const { status, body } = await ship("P1", [], { lines });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      type: "/problems/not-allocated",
      errors: [{ pointer: "/lines/1/quantity" }],
    });
    expect((await ship("P2", ["A"], { location: "MAN1" })).body).toMatchObject({
      type: "/problems/not-allocated",
    });
    expect(await stockOf("A")).toMatchObject({ sellable: 5, allocated: 1, packed: 0 });
  });

  test("of an order that is not paid says so; once it is, it leaves under another reference", async () => {
    const unpaid = await town.call("POST", "/v1/orders", { ...orderOf("2", ["A"]), payment: "pending" });
    orderId = unpaid.body.orderId!;
    const refused = await ship("P-1", ["A"]);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      type: "/problems/not-allocated",
      detail: expect.stringContaining("the order is not paid yet"),
    });
    await town.call("POST", `/v1/orders/${orderId}/payment`, { status: "captured", reference: "pay-1" });
    const again = await ship("P-1", ["A"]);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([409, "true"]);
    expect((await ship("P-2", ["A"])).status).toBe(201);
    expect(await stockOf("A")).toMatchObject({ onHand: 4, packed: 0 });
  });

  test("of an order that is cancelled is refused, of one that nobody knows is a 404", async () => {
    await town.call("POST", `/v1/orders/${orderId}/cancel`, { reason: "no" }, { "idempotency-key": "c1" });
    expect((await ship("P1", ["A"])).body).toMatchObject({ type: "/problems/order-closed" });
    orderId = `ord_${"0".repeat(26)}`;
    expect((await ship("P1", ["A"])).status).toBe(404);
  });

  test.each<[string, object]>([
    ["/carrier", { carrier: "United Parcel" }],
    ["/trackingNumber", { trackingNumber: "" }],
    ["/lines", { lines: [] }],
    ["/lines/0/quantity", { lines: [{ sku: "A", quantity: 0 }] }],
  ])("a wrong field is named: %s", async (pointer, more) => {
    const { status, body } = await ship("P1", ["A"], more);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer }]);
  });

  test("needs the scope, and a storefront may ship only its own orders", async () => {
    const path = `/v1/orders/${orderId}/shipments`, body = parcelOf("P1", ["A"]);
    expect((await town.call("POST", path, body, { authorization: "Bearer reader" })).status).toBe(403);
    const other = await town.call("POST", "/v1/orders", { ...orderOf("2", ["A"]), channel: "shop" });
    const foreign = `/v1/orders/${other.body.orderId}/shipments`;
    expect((await town.call("POST", foreign, body, { authorization: "Bearer web" })).status).toBe(404);
  });
});

describe("what the customer was promised", () => {
  const promised = "2031-12-03T17:00:00Z";
  const shown = async (token: string) =>
    (await town.call("GET", `/v1/shipments/${token}`)).body.estimatedDelivery;

  test("is the order's, and shown while nobody knows better", async () => {
    const order = { ...orderOf("2", ["A"]), promisedBy: promised };
    orderId = (await town.call("POST", "/v1/orders", order)).body.orderId!;
    const again = await town.call("POST", "/v1/orders", {
      ...order,
      promisedBy: "2031-12-03T18:00:00+01:00",
    });
    expect(again.body.orderId).toBe(orderId);
    const other = await town.call("POST", "/v1/orders", { ...order, promisedBy: "2031-12-04T17:00:00Z" });
    expect(other.body.type).toBe("/problems/idempotency-mismatch");
    const { body: { shipmentId } } = await ship("P1", ["A"]);
    await town.settled();
    expect(await shown(shipmentId!)).toEqual({ from: "2031-12-03", to: "2031-12-03" });
  });

  test("may be said of each parcel", async () => {
    const { body: { shipmentId } } = await ship("P1", ["A"], { promisedBy: promised });
    await town.settled();
    expect(await shown(shipmentId!)).toEqual({ from: "2031-12-03", to: "2031-12-03" });
    expect((await ship("P2", ["B"], { promisedBy: "soon" })).status).toBe(422);
  });
});

describe("GET /v1/shipments/{shipmentId}", () => {
  test("tells what was handed over and what the carrier said since, oldest first", async () => {
    const { body: { shipmentId, trackingToken } } = await ship("P1", ["A"]);
    const before = await town.call("GET", `/v1/shipments/${shipmentId}`);
    expect(before.body).toMatchObject({
      shipmentId,
      orderId,
      reference: "P1",
      location: "LON1",
      carrier: "ups",
      trackingNumber: "1Z999P1",
      status: "pre_transit",
      trackingToken,
      lines: [{ line: 1, sku: "A", quantity: 1 }],
      events: [],
    });
    const day = Date.now();
    const asked = await scan(
      "P1",
      { status: "out_for_delivery", atMs: day + 2_000, location: "London, GB", carrierCode: "OT" },
      { status: "in_transit", atMs: day + 1_000 },
    );
    expect(asked.kind).toBe("answered");
    await town.settled();
    const { body } = await town.call("GET", `/v1/shipments/${shipmentId}`);
    expect(body).toMatchObject({ status: "out_for_delivery", statusAt: new Date(day + 2_000).toISOString() });
    expect(body.events).toMatchObject([
      { status: "in_transit" },
      { status: "out_for_delivery", location: "London, GB", carrierCode: "OT" },
    ]);
  });

  test("scans that came before the shipment count as soon as it is known", async () => {
    await scan("P1", { status: "in_transit", atMs: Date.now() });
    const { body: { shipmentId } } = await ship("P1", ["A"]);
    await town.settled();
    expect((await town.call("GET", `/v1/shipments/${shipmentId}`)).body).toMatchObject({
      status: "in_transit",
    });
  });

  test("is found on another edge at once: rows that do not have it wait for what its order says", async () => {
    town.queries.pause();
    const { body: { shipmentId } } = await ship("P1", ["A"]);
    const reading = town.elsewhere("GET", `/v1/shipments/${shipmentId}`);
    await expect.poll(() => town.asked.at(-1)?.command.type).toBe("find_shipment");
    town.queries.resume();
    expect(await reading).toMatchObject({ status: 200, body: { shipmentId, status: "pre_transit" } });
  });

  test("is unknown only when its order says so", async () => {
    const { body: { shipmentId } } = await ship("P1", ["A"]);
    const other = (await ship("P2", ["B"])).body.shipmentId!.slice(-16);
    const never = shipmentId!.slice(0, -16) + [...other].toReversed().join("");
    expect((await town.elsewhere("GET", `/v1/shipments/${never}`)).body.type).toBe(
      "/problems/unknown-shipment",
    );
    expect(town.asked.at(-1)!.command.type).toBe("find_shipment");
    const noOrder = `shp_${"0".repeat(42)}`;
    expect((await town.elsewhere("GET", `/v1/shipments/${noOrder}`)).status).toBe(404);
    const older = `shp_${"0".repeat(26)}`, asked = town.asked.length;
    expect((await town.elsewhere("GET", `/v1/shipments/${older}`)).status).toBe(404);
    expect(town.asked).toHaveLength(asked); // It does not tell whose it would be.
  });

  test("an order is delivered when all its parcels are", async () => {
    await ship("P1", ["A"]);
    await ship("P2", ["B"]);
    await scan("P1", { status: "delivered", atMs: Date.now() });
    await town.settled();
    expect((await order()).body.status).toBe("shipped");
    await scan("P2", { status: "delivered", atMs: Date.now() });
    await town.settled();
    expect((await order()).body.status).toBe("delivered");
  });

  test("one that nobody knows is a 404, and so is another channel's", async () => {
    expect((await town.call("GET", `/v1/shipments/shp_${"0".repeat(26)}`)).status).toBe(404);
    expect((await town.call("GET", "/v1/shipments/nonsense")).status).toBe(404);
    const { body: { shipmentId } } = await ship("P1", ["A"]);
    const asked = await town.call("GET", `/v1/shipments/${shipmentId}`, undefined, {
      authorization: "Bearer shop",
    });
    expect(asked.status).toBe(404);
  });
});
