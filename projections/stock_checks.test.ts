import { describe, expect, test } from "vitest";
import type { Json } from "../actors/actor.ts";
import { actorId } from "../actors/ids.ts";
import { foldStockChecks } from "./stock_checks.ts";

const day = "2026-11-22", atMs = Date.parse(`${day}T23:59:00Z`), lamp = actorId("sku", "LAMP");
const happened = (type: string, data: Json, actor = lamp) => ({
  actor,
  type,
  v: 1,
  version: 1,
  cause: 0,
  data,
});
const record = (entries: readonly ReturnType<typeof happened>[], at = atMs) => ({
  record: { atMs: at, entries: [...entries] },
});
const at = { location: "LON1" };

describe("what is counted of the stock, by day and location", () => {
  test("is what counts found, and by how much they differed, either way", () =>
    expect(foldStockChecks([
      record([happened("count.posted", { ...at, bucket: "sellable", counted: 10, expected: 12, delta: -2 })]),
      record([happened("count.posted", { ...at, bucket: "sellable", counted: 5, expected: 4, delta: 1 })]),
    ])).toEqual([{ day, location: "LON1", counted: 15, corrected: 3, moved: 0 }]));

  test("is what came, left, or went somewhere else", () =>
    expect(
      foldStockChecks([
        record(
          [
            "goods.received",
            "parcel.handed_over",
            "transfer.dispatched",
            "transfer.received",
            "return.received",
            "stock.moved",
          ]
            .map((type) => happened(type, { ...at, quantity: 2 })),
        ),
      ]),
    ).toEqual([{ day, location: "LON1", counted: 0, corrected: 0, moved: 12 }]));

  test("are none of the claims, corrections by hand, or others' events", () =>
    expect(foldStockChecks([record([
      happened("stock.allocated", { parts: [{ ...at, quantity: 2 }] }),
      happened("stock.adjusted", { ...at, bucket: "sellable", delta: -3, reason: "write_off", doc: "d" }),
      happened("goods.received", { ...at, quantity: 2 }, actorId("stockdoc", "x")),
    ])])).toEqual([]));

  test("is apart for each day, in UTC, and location", () =>
    expect(
      foldStockChecks([
        record([happened("goods.received", { ...at, quantity: 2 })]),
        record([happened("goods.received", { location: "LON2", quantity: 3 })]),
        record([happened("goods.received", { ...at, quantity: 4 })], atMs + 60_000),
      ]).map(({ day, location, moved }) => [day, location, moved]),
    ).toEqual([[day, "LON1", 2], [day, "LON2", 3], ["2026-11-23", "LON1", 4]]));
});
