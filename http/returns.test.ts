import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { shippedOrder } from "./testing/shipped_order.ts";
import { pointersOf } from "./testing/told.ts";
import { orderOf, type Town } from "./testing/town.ts";

let town: Town, orderId: string;
beforeEach(async () => {
  ({ town, orderId } = await shippedOrder());
});
afterEach(() => town.close());

const two = [{ sku: "A", quantity: 2 }];
const announce = (lines: unknown = two, reference = "RMA1", headers: Record<string, string> = {}) =>
  town.call("POST", `/v1/orders/${orderId}/returns`, { reference, reason: "too small", lines }, headers);
const keyed = (key: string, more: Record<string, string> = {}): Record<string, string> => ({
  "idempotency-key": key,
  ...more,
});
const change = (id: string, what: string, body: unknown, headers = keyed("k1")) =>
  town.call("POST", `/v1/returns/${id}/${what}`, body, headers);
const come = (id: string, quantity: number, headers = keyed("k1")) =>
  change(id, "receive", { location: "LON1", lines: [{ sku: "A", quantity }] }, headers);
const judge = (id: string, quantity: number, rest: object = {}) =>
  change(id, "grade", { lines: [{ sku: "A", quantity, grade: "A", disposition: "restock", ...rest }] });
const stockOf = async (sku: string) => (await town.call("GET", `/v1/stock/${sku}`)).body.locations?.[0];
const order = () => town.call("GET", `/v1/orders/${orderId}`);
async function announced(): Promise<string> {
  return (await announce()).body.returnId!;
}

describe("POST /v1/orders/{orderId}/returns", () => {
  test("answers 201 with the return, and where it can be read; sent again, the same", async () => {
    const { status, body, headers } = await announce();
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        returnId: expect.stringMatching(/^ret_[0-9A-HJKMNP-TV-Z]{42}$/),
        orderId,
        status: "authorised",
        lines: two,
      },
    });
    const again = await announce();
    expect(again).toMatchObject({ status: 201, body });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const read = await town.call("GET", headers.get("location")!);
    expect(read.body).toMatchObject({
      status: "authorised",
      lines: [{ sku: "A", quantity: 2, received: 0 }],
    });
    expect((await announce([{ sku: "A", quantity: 1 }])).status).toBe(422);
  });

  test("refuses more than was shipped, naming each line by its place in the body", async () => {
    const lines = [{ sku: "B", quantity: 1 }, { sku: "A", quantity: 1 }, { sku: "A", quantity: 2 }];
    const { status, body } = await announce(lines);
    expect({ status, body }).toMatchObject({
      status: 409,
      body: { type: "/problems/exceeds-shipped", errors: [{ sku: "A", requested: 3, returnable: 2 }] },
    });
    expect(pointersOf(body)).toEqual(["/lines/1/quantity"]);
  });

  test("refuses returns of an order of which nothing has left, or that there is not", async () => {
    orderId = (await town.call("POST", "/v1/orders", orderOf("2", ["A"]))).body.orderId!;
    expect((await announce([{ sku: "A", quantity: 1 }])).body).toMatchObject({
      type: "/problems/exceeds-shipped",
      errors: [{ requested: 1, returnable: 0 }],
    });
    orderId = orderId.replace(/.$/, "0");
    expect((await announce()).status).toBe(404);
  });

  test("refuses a body without a reason or lines", async () => {
    const { status, body } = await town.call("POST", `/v1/orders/${orderId}/returns`, {
      reference: "R",
      lines: [],
    });
    expect(status).toBe(422);
    expect(pointersOf(body)).toEqual(["/lines", "/reason"]);
  });
});

describe("POST /v1/returns/{returnId}/receive and …/grade", () => {
  test("bring goods into quality control, and from there where they belong", async () => {
    const id = await announced();
    expect(await come(id, 2)).toMatchObject({ status: 200, body: { orderId, location: "LON1", lines: two } });
    expect(await stockOf("A")).toMatchObject({ onHand: 5, sellable: 3, qualityControl: 2 });
    expect(await judge(id, 2)).toMatchObject({
      status: 200,
      body: { lines: [{ grade: "A", disposition: "restock" }] },
    });
    expect(await stockOf("A")).toMatchObject({ onHand: 5, sellable: 5, qualityControl: 0, available: 5 });
    expect((await town.call("GET", `/v1/returns/${id}`)).body).toMatchObject({ status: "graded" });
    await town.settled();
    expect((await order()).body.lines).toMatchObject([{ returned: 1 }, { returned: 0 }, { returned: 1 }]);
  });

  test("happen once for each Idempotency-Key or reference, and need one of them", async () => {
    const id = await announced(), body = { location: "LON1", lines: [{ sku: "A", quantity: 1 }] };
    const first = await come(id, 1), again = await come(id, 1);
    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect((await come(id, 2)).status).toBe(422);
    expect(await change(id, "receive", body, {})).toMatchObject({
      status: 400,
      body: { type: "/problems/idempotency-key-required" },
    });
    const referenced = { ...body, reference: "dock 7" };
    for (let times = 0; times < 2; times++) {
      expect((await change(id, "receive", referenced, {})).status).toBe(200);
    }
    expect(await stockOf("A")).toMatchObject({ qualityControl: 2 });
  });

  test("refuse what was not announced, or has not come", async () => {
    const id = await announced();
    expect(await come(id, 3)).toMatchObject({
      status: 409,
      body: { type: "/problems/exceeds-authorised", errors: [{ requested: 3, expected: 2 }] },
    });
    expect(await judge(id, 1)).toMatchObject({
      status: 409,
      body: { type: "/problems/exceeds-received", errors: [{ requested: 1, ungraded: 0 }] },
    });
    expect(await stockOf("A")).toMatchObject({ onHand: 3, qualityControl: 0 });
  });

  test("want another SKU exactly with restock_as, and known words", async () => {
    const id = await announced();
    const wrong = [{ disposition: "restock_as" }, { restockAs: "A2" }, { disposition: "eat" }, {
      grade: "E",
    }];
    const pointers = await Promise.all(
      wrong.map(async (rest) => pointersOf((await judge(id, 1, rest)).body)),
    );
    expect(pointers).toEqual([
      ["/lines/0/restockAs"],
      ["/lines/0/restockAs"],
      ["/lines/0/disposition"],
      ["/lines/0/grade"],
    ]);
  });

  test("are for warehouses, too; announcing and ending is not", async () => {
    const id = await announced(), deck = { authorization: "Bearer warehouse" };
    expect((await announce(two, "RMA2", deck)).status).toBe(403);
    expect((await come(id, 1, keyed("w", deck))).status).toBe(200);
    expect((await change(id, "settle", undefined, keyed("w", deck))).status).toBe(403);
    expect((await come(id, 1, keyed("w", { authorization: "Bearer reader" }))).status).toBe(403);
  });
});

describe("a return", () => {
  test("is nobody else's: another channel's key does not learn of it", async () => {
    const id = await announced(), shop = { authorization: "Bearer shop" };
    for (
      const call of [
        () => town.call("GET", `/v1/returns/${id}`, undefined, shop),
        () => come(id, 1, keyed("s", shop)),
      ]
    ) {
      expect(await call()).toMatchObject({ status: 404, body: { type: "/problems/unknown-return" } });
    }
    expect((await town.call("GET", `/v1/orders/${orderId}/returns`, undefined, shop)).status).toBe(404);
    expect((await town.call("GET", `/v1/returns/${id}`, undefined, { authorization: "Bearer web" })).status)
      .toBe(200);
  });

  test("that was never authorised is unknown", async () => {
    for (const id of ["ret_1", `ret_${"0".repeat(42)}`]) {
      expect((await town.call("GET", `/v1/returns/${id}`)).status).toBe(404);
      expect((await come(id, 1)).status).toBe(404);
    }
  });

  test("is listed with its order, oldest first, in pages", async () => {
    const first = await announced();
    await announce([{ sku: "B", quantity: 1 }], "RMA2");
    await town.settled();
    const path = `/v1/orders/${orderId}/returns`, page = await town.call("GET", `${path}?limit=1`);
    expect(page.body).toMatchObject({ items: [{ returnId: first, reference: "RMA1" }] });
    const rest = await town.call("GET", `${path}?limit=1&cursor=${page.body.next}`);
    expect(rest.body.items).toMatchObject([{ reference: "RMA2" }]);
    expect(rest.body.next).toBeUndefined();
  });

  test("is cancelled while nothing has come, settled once all is graded, and told by the order's history", async () => {
    const id = await announced();
    await come(id, 1);
    expect((await change(id, "cancel", undefined)).body).toMatchObject({ type: "/problems/return-received" });
    expect((await change(id, "settle", undefined)).body).toMatchObject({ type: "/problems/return-ungraded" });
    await judge(id, 1);
    expect((await change(id, "settle", undefined, keyed("k2"))).body).toMatchObject({ status: "settled" });
    expect((await come(id, 1, keyed("k3"))).body).toMatchObject({ type: "/problems/return-closed" });
    await announce([{ sku: "A", quantity: 1 }], "RMA2");
    await town.settled();
    const { body } = await town.call("GET", `/v1/orders/${orderId}/events`);
    const told = body.items!.filter(({ type }) => type!.startsWith("order.return_")).map(({ type }) => type);
    expect(told).toEqual([
      "order.return_requested",
      "order.return_authorised",
      "order.return_received",
      "order.return_graded",
      "order.return_ended",
      "order.return_requested",
      "order.return_authorised",
    ]);
  });
});
