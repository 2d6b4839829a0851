import type { Rejection } from "../actor.ts";
import { exponentOf } from "../money/currency.ts";
import type { OrderPlaced, OrderRefusal } from "./events.ts";
import type { KnownOrder } from "./state.ts";

export type OrderRejection = Rejection<
  | OrderRefusal
  | "amount-precision"
  | "insufficient-stock"
  | "unknown-order"
  | "unknown-shipment"
  | "unknown-refund"
  | "unknown-return"
  | "parcel-not-returned"
  | "refund-settled"
  | "idempotency-mismatch"
  | "order-busy"
  | "too-many-payments"
  | "too-many-shipments"
  | "too-many-returns"
  | "too-many-credits"
  | "too-many-refunds"
>;

/** The body is wrong, whatever the order is like: nothing is remembered of it. */
export function tooPrecise({ currency }: OrderPlaced["data"], amount: string): OrderRejection {
  const places = exponentOf(currency);
  const detail = `Cannot book ${amount} ${currency}: an amount of it has at most ${places} places`;
  return { reason: "amount-precision", detail, errors: [{ pointer: "/amount", detail }] };
}

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
