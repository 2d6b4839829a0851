import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { skuEventVersions } from "../../actors/sku/sku_events.ts";
import { skuInWords } from "./sku_words.ts";

const golden = "actors/sku/golden";
const events = readdirSync(golden).filter((name) => name.endsWith(".json") && name !== "manifest.json")
  .map((file) => JSON.parse(readFileSync(`${golden}/${file}`, "utf8")) as { type: string; data: unknown });

test("every event that a SKU has ever had is a sentence", () => {
  for (const event of events) {
    expect(skuInWords(event), event.type).toMatch(/^(?:[A-Z]|ord_)(?!.*(?:undefined|NaN|null|\[object))/);
    expect(skuInWords(event)).not.toBe(event.type);
  }
  expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(Object.keys(skuEventVersions).sort());
});

test("a sentence says how many, where, and for whom", () => {
  expect(skuInWords(events.find(({ type }) => type === "stock.reserved")!)).toBe(
    "Reserved for ord_01J8ABCDEFGHJKMNPQRSTVWXYZ until 2011-12-01 09:10:00: 2 at LON, 1 at MAN",
  );
  const counted = { count: "C1", location: "LON", bucket: "sellable", counted: 7, expected: 9, delta: -2 };
  expect(skuInWords({ type: "count.posted", data: counted })).toBe(
    "Counted (C1): 7 at LON, sellable; 9 were expected (-2)",
  );
});
