import fc from "fast-check";
import { expect, test } from "vitest";
import type { Sku } from "../actors/ids.ts";
import { stockCounters } from "../actors/sku/stock_changes.ts";
import { StockMemory } from "./stock_memory.ts";

const A = "A" as Sku;

test("an unknown SKU is undefined, a known one without goods is empty", () => {
  const memory = new StockMemory();
  expect(memory.sku(A)).toBeUndefined();
  memory.see("A");
  expect(memory.sku(A)).toEqual({ sku: "A", stocked: true, available: 0, backordered: 0, locations: [] });
});

test("available is what nobody claims and is not kept back, never below zero, per location", () => {
  const memory = new StockMemory();
  memory.add("A", "LON1", "sellable", 10);
  memory.add("A", "LON1", "damaged", 3);
  for (const claim of ["reserved", "allocated", "picked", "packed", "held", "safetyStock"] as const) {
    memory.add("A", "LON1", claim, 1);
  }
  memory.add("A", "MAN1", "sellable", 1);
  memory.add("A", "MAN1", "safetyStock", 5);
  expect(memory.sku(A)).toMatchObject({
    available: 4,
    locations: [
      { location: "LON1", onHand: 13, sellable: 10, available: 4 },
      { location: "MAN1", onHand: 1, available: 0 },
    ],
  });
});

test("holds exactly the sums, whatever the sequence, for thousands of rows", () => {
  const change = fc.record({
    sku: fc.integer({ min: 0, max: 2_000 }).map((n) => `S${n}`),
    location: fc.constantFrom("b", "a", "c", "", "é"),
    counter: fc.constantFrom(...stockCounters),
    delta: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3_000, size: "max" }), (changes) => {
      const memory = new StockMemory();
      const sums = new Map<string, number>();
      for (const { sku, location, counter, delta } of changes) {
        memory.add(sku, location, counter, delta);
        const key = `${sku}|${location}|${counter}`;
        sums.set(key, (sums.get(key) ?? 0) + delta);
      }
      for (const [key, sum] of sums) {
        const [sku, location, counter] = key.split("|");
        const levels = memory.sku(sku as Sku)!.locations;
        expect(levels.find((level) => level.location === location)).toMatchObject({ [counter!]: sum });
        expect(levels.map((level) => level.location)).toEqual(levels.map((level) => level.location).sort());
      }
    }),
    { numRuns: 5 },
  );
});
