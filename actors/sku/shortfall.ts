import type { LocationCode } from "../ids.ts";
import { type Draft, toOrder } from "./draft.ts";
import { skuLimits } from "./sku_commands.ts";
import { type AsideReason, skuEvent } from "./sku_events.ts";
import { type Claim, free, stockAt } from "./sku_state.ts";

export interface Shortfall {
  readonly location: LocationCode;
  /** How many units have to go; the caller knows that they are not picked, packed or set aside by others. */
  readonly quantity: number;
  readonly reason: string;
  readonly reference: string;
  /** Under which id the units are set aside that this decision may not reach. */
  readonly aside: string;
  readonly as: AsideReason;
}

/**
 * Makes sure that `quantity` sellable units are free to be taken away, by the shortfall rule where they are not. Where that would
 * touch more than `claimsLostMax` claims, the rest is marked as promised (`over`), and its number returned: to go on with.
 */
export function makeFree(draft: Draft, shortfall: Shortfall): number {
  const { aside, location, quantity, as } = shortfall;
  const short = quantity - free(stockAt(draft.state, location));
  if (short <= 0) return 0;
  const left = short - loseClaims(draft, { ...shortfall, quantity: short });
  if (left > 0) draft.emit(skuEvent("stock.held", { aside, location, quantity: 0, reason: as, over: left }));
  return left;
}

/** Ends what was set aside under this id. */
export function lift(draft: Draft, id: string): void {
  const aside = draft.state.asides.get(id);
  if (aside !== undefined) draft.emit(skuEvent("hold.lifted", aside));
}

/**
 * The shortfall rule: the newest reserved first, then the newest allocated, never what is picked or packed. Each claim that loses
 * units is recorded and its order told; nothing is dropped in silence. It looks at every claim of the SKU: only a shortfall may.
 */
function loseClaims(draft: Draft, { location, quantity, reason, reference }: Shortfall): number {
  draft.emit(skuEvent("stock.shortfall_detected", { location, quantity, reason, reference }));
  let freed = 0, claims = 0;
  for (const as of ["reserved", "allocated"] as const) {
    for (const { hold, order, parts } of newestFirst(draft, location, as)) {
      if (freed === quantity || claims === skuLimits.claimsLostMax) return freed;
      const units = Math.min(unitsOf(parts, location, as), quantity - freed);
      const lost = [{ location, quantity: units }];
      draft.emit(skuEvent("claim.lost", { hold, order, parts: lost, claim: as, reason }));
      draft.tell(toOrder(order, { kind: "lost", sku: draft.state.sku, hold, parts: lost }));
      freed += units;
      claims++;
    }
  }
  return freed;
}

function newestFirst(draft: Draft, location: LocationCode, as: "reserved" | "allocated"): readonly Claim[] {
  const claims: Claim[] = [];
  for (const claim of draft.state.claims.values()) {
    if (unitsOf(claim.parts, location, as) > 0) claims.push(claim);
  }
  return claims.sort((a, b) => b.ordinal - a.ordinal);
}

function unitsOf(parts: Claim["parts"], location: LocationCode, as: "reserved" | "allocated"): number {
  return parts.find((part) => part.location === location)?.[as] ?? 0;
}
