import { describe, expect, test } from "vitest";
import type { HoldId, LocationCode, OrderId } from "../ids.ts";
import { fold, throughJson } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { recount } from "./invariants.ts";
import { sku } from "./sku.ts";
import { type SkuEvent, skuEvent, skuEvents, skuEventVersions } from "./sku_events.ts";
import { type LocationStock, stockAt } from "./sku_state.ts";
import { backorderedChange, stockChanges } from "./stock_changes.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));
const owner = {
  hold: "ord_01J8ABCDEFGHJKMNPQRSTVWXYZ/1" as HoldId,
  order: "ord_01J8ABCDEFGHJKMNPQRSTVWXYZ" as OrderId,
};
const LON = "LON" as LocationCode, MAN = "MAN" as LocationCode;
const at = (quantity: number, location = LON) => ({ location, quantity });

/** A SKU with some of everything, so that any event may come next. */
const before = fold(sku, sku.initial("85123A"), [
  skuEvent("stock.adjusted", { location: LON, bucket: "sellable", delta: 100, reason: "start", doc: "D" }),
  skuEvent("stock.adjusted", { location: MAN, bucket: "sellable", delta: 50, reason: "start", doc: "D" }),
  skuEvent("return.received", { return: "RMA-1", ...at(9) }),
  skuEvent("supply.expected", { supply: "PO-1", ...at(20), etaMs: null, promisable: false }),
  skuEvent("transfer.dispatched", { transfer: "TR-1", ...at(9), to: MAN, etaMs: null, claim: null }),
  skuEvent("stock.held", { aside: "H-1", ...at(5), reason: "manual", over: 0 }),
  skuEvent("stock.reserved", { ...owner, parts: [at(9), at(9, MAN)] }),
  skuEvent("stock.allocated", { ...owner, parts: [at(12), at(12, MAN)] }),
  skuEvent("backorder.queued", { ...owner, quantity: 8 }),
  skuEvent("units.picked", { ...owner, ...at(8) }),
  skuEvent("parcel.packed", { ...owner, ...at(4), parcel: "1Z999AA10123456784" }),
  skuEvent("stock.packed", { ...owner, ...at(2), parcel: "shp_01J8ABCDEFGHJKMNPQRSTVWXYZ" }),
]);

describe("golden files of a SKU's events", () => {
  test("there is one for each, and none has changed", () =>
    expect(golden.problems(skuEventVersions)).toEqual([]));

  test.each(skuEvents)("$type v$version is still understood", ({ type, version }) => {
    const event = golden.read(type, version) as SkuEvent;
    const after = fold(sku, before, [event]);
    recount(after);
    for (const location of [LON, MAN]) {
      const expected: Record<string, unknown> = { ...stockAt(before, location) };
      for (const change of stockChanges(event)) {
        if (change.location === location) {
          expected[change.counter] = stockAt(before, location)[change.counter] + change.delta;
        }
      }
      const { priority: _, over: __, ...counters }: LocationStock = stockAt(after, location);
      expect(expected).toMatchObject(counters);
    }
    expect(after.backordered - before.backordered).toBe(backorderedChange(event));
    expect(sku.encode(sku.decode(throughJson(sku.encode(after))))).toEqual(sku.encode(after));
    if (type !== "stock.shortfall_detected") expect(sku.encode(after)).not.toEqual(sku.encode(before));
  });
});
