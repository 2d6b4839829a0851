import type { Json } from "../actor.ts";
import { type LocationStock, type SkuState } from "./sku_state.ts";

/** A SKU's stock as everyone sees it; `available` sums the locations, in the sequence that allocation chooses. */
export function skuView(state: SkuState): { readonly [key: string]: Json } {
  const locations = state.locations.map(levelOf);
  const description = state.description?.description;
  return {
    sku: state.sku,
    stocked: state.stocked,
    ...(description === undefined ? {} : { description }),
    available: locations.reduce((sum, level) => sum + level.available, 0),
    backordered: state.backordered,
    locations,
  };
}

function levelOf({ priority: _, over: __, ...stock }: LocationStock) {
  const { sellable, qualityControl, quarantine, refurbish, damaged } = stock;
  const { reserved, allocated, picked, packed, held, safetyStock } = stock;
  const onHand = sellable + qualityControl + quarantine + refurbish + damaged;
  const free = sellable - reserved - allocated - picked - packed - held;
  return { ...stock, onHand, available: Math.max(0, free - safetyStock) };
}
