import { describe, expect, test } from "vitest";
import type { DescribeLocation } from "../commands.ts";
import type { Sku } from "../ids.ts";
import type { LocationStocked } from "../protocol.ts";
import { givenKey } from "../testing/given.ts";
import { location } from "./location.ts";

const london = (priority: number | null): DescribeLocation => ({
  type: "describe",
  name: "London",
  country: "GB",
  priority,
});
const stocked = (...skus: string[]): LocationStocked => ({
  type: "stocked",
  doc: "LON:R1",
  skus: skus as Sku[],
});
const located = (priority: number | null) => ({
  to: "stockdoc:LON:R1",
  message: { type: "located", priority },
});
const revised = (sku: string, priority: number | null) => ({
  to: `sku:${sku}`,
  message: { type: "location", location: "LON", priority },
});
const given = () => givenKey(location, "LON");

describe("a location", () => {
  test("is described, and the same again changes nothing", () => {
    given().when(london(2)).thenEventTypes("location.described").thenReplies("view")
      .thenAnswers({ ok: true, value: { location: "LON", name: "London", country: "GB", priority: 2 } })
      .and().when(london(2)).thenNothing().thenReplies("view");
  });
  test("of which nothing was ever said is unknown", () =>
    given().when({ type: "read" }).thenRejected({ reason: "unknown-location" }));
  test("may be used before it is described", () =>
    given().when(stocked("A", "B", "A"))
      .thenEvents({ type: "location.stocked", version: 1, data: { skus: ["A", "B"] as Sku[] } })
      .thenSends(located(null))
      .and().when({ type: "read" }).thenReplies("view").thenAnswers({ ok: true }));
  test("remembers only the new SKUs, and always says its priority", () =>
    given().after(london(2), stocked("A")).when(stocked("A", "B"))
      .thenEvents({ type: "location.stocked", version: 1, data: { skus: ["B"] as Sku[] } }).thenSends(
        located(2),
      )
      .and().when(stocked("A", "B")).thenNothing().thenSends(located(2)));
  test("tells a changed priority to every SKU that lies there", () =>
    given().after(stocked("A", "B")).when(london(2)).thenSends(revised("A", 2), revised("B", 2))
      .and().when({ ...london(2), name: "LONDON" }).thenEventTypes("location.described").thenSends()
      .and().when(london(null)).thenSends(revised("A", null), revised("B", null)));
  test("tells very many in slices", () => {
    const skus = Array.from({ length: 1001 }, (_, i) => `S${i}`);
    const told = given().after(stocked(...skus)).when(london(2));
    expect(told.messages).toHaveLength(1001);
    expect(told.messages.at(-1)).toEqual({ to: "location:LON", message: { type: "announce", from: 1000 } });
    told.and().when({ type: "announce", from: 1000 }).thenNothing().thenSends(revised("S1000", 2));
  });
  test("survives being stored", () => {
    const { state } = given().after(london(2), stocked("A", "B")).when({ type: "read" });
    const json = JSON.parse(JSON.stringify(location.encode(state)));
    expect(location.encode(location.decode(json))).toEqual(json);
    expect(location.decode(json).known.has("B" as Sku)).toBe(true);
  });
});
