import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pointersOf } from "./testing/told.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

let town: Town;
beforeEach(async () => {
  town = await openTown();
});
afterEach(() => town.close());

const receipt = {
  location: "LON1",
  reference: "r1",
  lines: [{ sku: "A", quantity: 5 }, { sku: "A", quantity: 2 }],
};

describe("descriptions", () => {
  test("a location and a SKU are kept as described", async () => {
    const location = {
      name: "London",
      country: "GB",
      postalCode: "E1",
      latitude: 51.5,
      longitude: -0.1,
      priority: 1,
    };
    const told = await town.call("PUT", "/v1/locations/LON1", location);
    expect([told.status, told.body]).toEqual([200, { location: "LON1", ...location }]);
    const sku = await town.call("PUT", "/v1/skus/A%2FB%20%25", {
      description: "Thing",
      safetyStock: { LON1: 1 },
    });
    expect(sku.status).toBe(200);
    expect(sku.body).toMatchObject({ sku: "A/B %", description: "Thing", stocked: true });
    expect(sku.headers.get("waybill-position")).toBeTruthy();
  });

  test("every wrong field is named", async () => {
    const location = await town.call("PUT", "/v1/locations/LON1", {
      country: "ZZ",
      latitude: 91,
      priority: -1,
    });
    expect([location.status, pointersOf(location.body)])
      .toEqual([422, ["/country", "/latitude", "/name", "/priority"]]);
    const sku = await town.call("PUT", "/v1/skus/A", {
      description: "",
      stocked: "no",
      safetyStock: { "": 1, "LON/1": -1, "A:B": 1 },
      backorderLimit: 1.5,
      weightGrams: -1,
    });
    expect(pointersOf(sku.body)).toEqual([
      "/backorderLimit",
      "/description",
      "/safetyStock/",
      "/safetyStock/A:B",
      "/safetyStock/LON~11",
      "/stocked",
      "/weightGrams",
    ]);
    const path = await town.call("PUT", "/v1/locations/A%3AB", { name: "x", country: "GB" });
    expect([path.status, pointersOf(path.body)]).toEqual([422, ["/path/location"]]);
    expect(town.asked).toEqual([]);
  });
});

describe("documents", () => {
  test("a receipt counts once, and its reference holds for ever", async () => {
    const first = await town.call("POST", "/v1/stock/receipts", receipt);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      location: "LON1",
      reference: "r1",
      lines: [{ sku: "A", quantity: 7 }],
    });
    const again = await town.call("POST", "/v1/stock/receipts", receipt);
    expect([again.status, again.headers.get("idempotent-replayed"), again.body]).toEqual([
      201,
      "true",
      first.body,
    ]);
    const other = await town.call("POST", "/v1/stock/receipts", {
      ...receipt,
      lines: [{ sku: "A", quantity: 7 }],
    });
    expect([other.status, other.body.type]).toEqual([422, "/problems/idempotency-mismatch"]);
    expect((await town.call("GET", "/v1/stock/A")).body.available).toBe(7);
  });

  test("an adjustment is all or nothing, and names the lines as they were written", async () => {
    await town.call("POST", "/v1/stock/receipts", receipt);
    await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    const lines = [{ sku: "A", delta: -3 }, { sku: "B", delta: 4 }, { sku: "A", delta: -4 }, {
      sku: "C",
      delta: -1,
    }];
    const adjustment = { location: "LON1", reference: "a1", reason: "count", lines };
    const refused = await town.call("POST", "/v1/stock/adjustments", adjustment);
    expect([refused.status, refused.body.type]).toEqual([409, "/problems/stock-claimed"]);
    expect(pointersOf(refused.body)).toEqual(["/lines/0/delta", "/lines/3/delta"]);
    const forced = await town.call("POST", "/v1/stock/adjustments", {
      ...adjustment,
      reference: "a2",
      force: true,
      lines: lines.slice(0, 3),
    });
    expect(forced.status).toBe(201);
    const { body } = await town.call("GET", "/v1/stock?sku=A&sku=B&sku=A&sku=never");
    expect(body.items?.map(({ sku, available }) => [sku, available]))
      .toEqual([["A", 0], ["B", 4]]);
    const below = await town.call("POST", "/v1/stock/adjustments", {
      ...adjustment,
      reference: "a3",
      force: true,
      lines: [{ sku: "A", delta: -1 }],
    });
    expect([below.status, below.body.type]).toEqual([409, "/problems/stock-below-zero"]);
  });

  test("every wrong field is named", async () => {
    const { body } = await town.call("POST", "/v1/stock/adjustments", {
      location: "A:B",
      reference: "",
      force: 1,
      lines: [{ sku: "A", delta: 0 }, { sku: "A", delta: 1.5 }, { delta: 1 }, { sku: "A", delta: 2e9 }],
    });
    expect(pointersOf(body)).toEqual([
      "/force",
      "/lines/0/delta",
      "/lines/1/delta",
      "/lines/2/sku",
      "/lines/3/delta",
      "/location",
      "/reason",
      "/reference",
    ]);
    const nothing = await town.call("POST", "/v1/stock/adjustments", {
      location: "LON1",
      reference: "a",
      reason: "x",
      lines: [{ sku: "B", delta: 1 }, { sku: "A", delta: 2 }, { sku: "A", delta: -2 }],
    });
    expect([nothing.status, pointersOf(nothing.body)]).toEqual([422, ["/lines/1/delta"]]);
    const many = await town.call("POST", "/v1/stock/receipts", {
      ...receipt,
      lines: Array(5_001).fill({ sku: "A", quantity: 1 }),
    });
    expect([many.status, pointersOf(many.body)]).toEqual([422, ["/lines"]]);
  });
});

describe("levels", () => {
  test("read this edge's own writes, and say how old they are", async () => {
    await town.call("POST", "/v1/stock/receipts", receipt);
    for (let n = 1; n <= 5; n++) {
      await town.call("POST", "/v1/orders", orderOf(String(n), ["A"]));
      const { body, headers } = await town.call("GET", "/v1/stock/A");
      expect(body).toMatchObject({ sku: "A", available: 7 - n });
      expect(body.locations).toMatchObject([{
        location: "LON1",
        sellable: 7,
        allocated: n,
        available: 7 - n,
      }]);
      expect(Math.abs(Date.parse(body.asOf!) - Date.now())).toBeLessThan(60_000);
      expect(headers.get("waybill-stale")).toBeNull();
      const same = await town.call("GET", "/v1/stock/A", undefined, {
        "if-none-match": headers.get("etag")!,
        "waybill-position": body.position!,
      });
      expect(same.status).toBe(304);
    }
  });

  test("a SKU that nothing was ever said of is 404; a query needs 1 to 200", async () => {
    const unknown = await town.call("GET", "/v1/stock/none");
    expect([unknown.status, unknown.body.type]).toEqual([404, "/problems/unknown-sku"]);
    const none = await town.call("GET", "/v1/stock");
    expect([none.status, pointersOf(none.body)]).toEqual([422, ["/query/sku"]]);
    const bad = await town.call("GET", "/v1/stock?sku=A&sku=%20B");
    expect(pointersOf(bad.body)).toEqual(["/query/sku/1"]);
    const many = await town.call("GET", `/v1/stock?${Array(201).fill("sku=A").join("&")}`);
    expect(many.status).toBe(422);
    expect((await town.call("GET", "/v1/stock/%20A")).status).toBe(422);
  });
});
