import { type Draft, record, tell } from "./draft.ts";
import { awaitsPayment, holdsOf } from "./state.ts";
import type { SkuMessageFromOrder } from "../protocol.ts";

/** The deadline passed. A payment that was decided first has won, whatever the clocks say. */
export function expire(draft: Draft, dueMs: number): void {
  if (!awaitsPayment(draft.state)) return;
  releaseAll(draft, "expired");
  record(draft, "order.expired", { deadlineMs: dueMs });
}

/** Gives back every unit that the order has anywhere. Nothing waits for the SKUs: what they have of it is theirs again. */
export function releaseAll(
  draft: Draft,
  reason: Extract<SkuMessageFromOrder, { readonly type: "release" }>["reason"],
): void {
  for (const hold of holdsOf(draft.state)) tell(draft, hold, { type: "release", reason, answer: false });
}
