import { accept, reject } from "../actor.ts";
import type { DescribeSku } from "../commands.ts";
import type { LocationCode } from "../ids.ts";
import type { LocationRevised } from "../protocol.ts";
import { offer } from "./backorders.ts";
import { Draft } from "./draft.ts";
import type { SkuRejection } from "./sku_commands.ts";
import { type SkuEvent, skuEvent } from "./sku_events.ts";
import { type SkuState, stockAt } from "./sku_state.ts";

/** Says all of it each time: what is absent has no value. The same again changes nothing. */
export function describe(state: SkuState, command: DescribeSku) {
  const { type: _, safetyStock, ...description } = command;
  const draft = new Draft(state);
  if (!describedSo(state, description)) draft.emit(skuEvent("sku.described", description));
  const levels = revisedLevels(state, safetyStock);
  if (levels.length > 0) draft.emit(skuEvent("safety_stock.revised", { levels }));
  if (draft.events.length > 0) offer(draft);
  return draft.accept("view");
}

function describedSo(state: SkuState, to: Omit<DescribeSku, "type" | "safetyStock">): boolean {
  const { description: old, stocked, backorderLimit } = state;
  return old !== null && old.description === to.description && old.barcode === to.barcode &&
    old.taxCategory === to.taxCategory && old.weightGrams === to.weightGrams &&
    stocked === to.stocked && backorderLimit === to.backorderLimit;
}

function revisedLevels(state: SkuState, safetyStock: DescribeSku["safetyStock"]) {
  const wanted = new Map(state.locations.map(({ location }) => [location, 0]));
  for (const [location, quantity] of Object.entries(safetyStock)) {
    wanted.set(location as LocationCode, quantity);
  }
  return [...wanted].flatMap(([location, quantity]) => {
    const delta = quantity - stockAt(state, location).safetyStock;
    return delta === 0 ? [] : [{ location, quantity, delta }];
  });
}

/** Kept also for a location where nothing lies yet: its first receipt is on the way. */
export function reviseLocation(state: SkuState, { location, priority }: LocationRevised) {
  if (stockAt(state, location).priority === priority) return accept<SkuEvent>();
  return accept([skuEvent("location.revised", { location, priority })]);
}

export function read(state: SkuState) {
  if (state.known) return accept<SkuEvent>([], { reply: "view" });
  return unknown(state);
}

export function unknown(state: SkuState) {
  const detail = `Cannot show SKU ${state.sku}: nothing was ever said of it`;
  return reject<SkuRejection>({ reason: "unknown-sku", detail });
}
