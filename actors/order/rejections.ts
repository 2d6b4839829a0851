import type { Rejection } from "../actor.ts";
import type { OrderRefusal } from "./events.ts";
import type { KnownOrder } from "./state.ts";

export type OrderRejection = Rejection<
  | OrderRefusal
  | "insufficient-stock"
  | "unknown-order"
  | "unknown-shipment"
  | "unknown-refund"
  | "unknown-return"
  | "refund-settled"
  | "idempotency-mismatch"
  | "order-busy"
  | "too-many-payments"
  | "too-many-shipments"
  | "too-many-returns"
  | "too-many-credits"
  | "too-many-refunds"
>;

export const mismatch: OrderRejection = {
  reason: "idempotency-mismatch",
  detail: "Cannot repeat the request: its key was used with another body",
};

/** A credit or refund may name only a return of its own order. */
export function unknownReturn(
  { returns }: KnownOrder,
  { returnId }: { readonly returnId?: string },
): OrderRejection | undefined {
  if (returnId === undefined || returns.some((known) => known.return === returnId)) return undefined;
  return { reason: "unknown-return", detail: `Cannot find return ${returnId}: the order has none of it` };
}
