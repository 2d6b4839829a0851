import { booksOf } from "./money_state.ts";
import type { KnownOrder } from "./state.ts";
import { orderStatus } from "./view.ts";

/**
 * When the order closes, as it stands: at the end of its return window, once all of it is delivered and nothing of it is open. Undefined
 * while something is, when it is closed, and of an order that was placed without a window. Payouts are not the order's to know (0040).
 */
export function closesAtMs(state: KnownOrder): number | undefined {
  const { shipments, placed: { returnWindowMs }, closed } = state;
  if (returnWindowMs === undefined || closed || shipments.length === 0) return undefined;
  let deliveredMs = 0;
  for (const { parcel } of shipments) {
    if (parcel?.status !== "delivered") return undefined;
    deliveredMs = Math.max(deliveredMs, parcel.atMs);
  }
  if (state.payment !== "captured" || orderStatus(state) !== "delivered" || isOpen(state)) return undefined;
  return deliveredMs + returnWindowMs;
}

/** Somebody else has still to say how a return, a document or a refund of it ends. */
function isOpen(state: KnownOrder): boolean {
  const { invoices, credits, refunds } = booksOf(state);
  return state.returns.some(({ ended }) => ended === undefined) ||
    invoices.some(({ issued }) => issued === undefined) ||
    credits.some(({ issued }) => issued === undefined) ||
    refunds.some(({ settled }) => settled === undefined);
}
