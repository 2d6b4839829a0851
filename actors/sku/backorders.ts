import { assert } from "../actor.ts";
import { actorId } from "../ids.ts";
import { allocate } from "./allocation.ts";
import { type Draft, toOrder } from "./draft.ts";
import { skuLimits } from "./sku_commands.ts";
import { skuEvent } from "./sku_events.ts";
import { availableInAll } from "./sku_state.ts";

/**
 * Offers what has become available to the queue, first come, first served, also in part. A hold that is not committed yet gets its
 * units reserved, a firm one allocated. The end of every decision that may free units.
 */
export function offer(draft: Draft): void {
  if (draft.state.queue.size === 0) return;
  let available = availableInAll(draft.state);
  for (let filled = 0; available > 0 && draft.state.queue.size > 0; filled++) {
    if (filled === skuLimits.backordersFilledMax) {
      return draft.tell({ to: actorId("sku", draft.state.sku), message: { type: "offer" } });
    }
    available -= fillFirst(draft, available);
  }
}

function fillFirst(draft: Draft, available: number): number {
  const { state } = draft;
  const hold = state.queue.get(state.queueFirst);
  const claim = hold === undefined ? undefined : state.claims.get(hold);
  assert(claim !== undefined, `Cannot fill the queue of ${state.sku}: its first place has no claim`);
  const quantity = Math.min(claim.queued, available);
  const parts = allocate(state.locations, quantity);
  const { order } = claim;
  const as = claim.firm ? "allocated" : "reserved";
  draft.emit(skuEvent("backorder.filled", { hold: claim.hold, order, parts, claim: as }));
  draft.tell(toOrder(order, { kind: "filled", sku: state.sku, hold: claim.hold, parts }));
  return quantity;
}
