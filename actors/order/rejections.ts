import type { Rejection } from "../actor.ts";
import type { OrderRefusal } from "./events.ts";

export type OrderRejection = Rejection<
  | OrderRefusal
  | "insufficient-stock"
  | "unknown-order"
  | "unknown-shipment"
  | "unknown-refund"
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
