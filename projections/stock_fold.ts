import { assert } from "../actors/actor.ts";
import { keyOf, kindOf } from "../actors/ids.ts";
import { type SkuEvent, skuEventVersions } from "../actors/sku/sku_events.ts";
import { backorderedChange, stockChanges, type StockCounter } from "../actors/sku/stock_changes.ts";
import type { Entry } from "../streams/record.ts";

/** Where stock events are added up: a batch of rows, or the edge's memory. */
export interface StockSums {
  /** Called for every event of a SKU, so that it is known from then on. */
  see(sku: string): void;
  add(sku: string, location: string, counter: StockCounter, delta: number): void;
  describe(sku: string, description: string, stocked: boolean): void;
  addBackordered(sku: string, delta: number): void;
}

/** Adds up what the entry does to stock; entries of other actors do nothing. Throws at an event it does not know. */
export function foldStock(sums: StockSums, entry: Entry): void {
  if (kindOf(entry.actor) !== "sku") return;
  const event = skuEventOf(entry);
  const sku = keyOf(entry.actor);
  sums.see(sku);
  for (const { location, counter, delta } of stockChanges(event)) sums.add(sku, location, counter, delta);
  if (event.type === "sku.described") sums.describe(sku, event.data.description, event.data.stocked);
  const queued = backorderedChange(event);
  if (queued !== 0) sums.addBackordered(sku, queued);
}

/** A SKU's entry as its event. Throws at one that this code does not know. */
export function skuEventOf({ actor, version, type, v, data }: Entry): SkuEvent {
  const known: readonly number[] | undefined = Object.hasOwn(skuEventVersions, type)
    ? skuEventVersions[type as SkuEvent["type"]]
    : undefined;
  if (!known?.includes(v)) {
    assert(false, `Cannot read event ${version} of ${actor}: ${type} version ${v} is not known`);
  }
  return { type, version: v, data } as SkuEvent;
}
