import type { LocationCode } from "../ids.ts";
import { type Draft, toOrder } from "./draft.ts";
import { skuLimits } from "./sku_commands.ts";
import { skuEvent } from "./sku_events.ts";
import type { Claim } from "./sku_state.ts";

export interface Shortfall {
  readonly location: LocationCode;
  readonly quantity: number;
  readonly reason: string;
  readonly reference: string;
}

/**
 * The shortfall rule: the newest reserved first, then the newest allocated, never what is picked or packed. Each claim that loses
 * units is recorded and its order told; nothing is dropped in silence. Returns how many units that freed: fewer than asked when it
 * would touch more than `claimsLostMax` claims. It looks at every claim of the SKU, which only a shortfall may.
 */
export function loseClaims(draft: Draft, shortfall: Shortfall): number {
  const { location, quantity, reason, reference } = shortfall;
  draft.emit(skuEvent("stock.shortfall_detected", { location, quantity, reason, reference }));
  let freed = 0, claims = 0;
  for (const as of ["reserved", "allocated"] as const) {
    const claimsHere: Claim[] = [];
    for (const claim of draft.state.claims.values()) {
      if (unitsOf(claim, location, as) > 0) claimsHere.push(claim);
    }
    claimsHere.sort((a, b) => b.ordinal - a.ordinal);
    for (const { hold, order, ...claim } of claimsHere) {
      if (freed === quantity || claims === skuLimits.claimsLostMax) return freed;
      const units = Math.min(unitsOf(claim, location, as), quantity - freed);
      const parts = [{ location, quantity: units }];
      draft.emit(skuEvent("claim.lost", { hold, order, parts, claim: as, reason }));
      draft.tell(toOrder(order, { kind: "lost", sku: draft.state.sku, hold, parts }));
      freed += units;
      claims++;
    }
  }
  return freed;
}

function unitsOf(claim: Pick<Claim, "parts">, location: LocationCode, as: "reserved" | "allocated"): number {
  return claim.parts.find((part) => part.location === location)?.[as] ?? 0;
}
