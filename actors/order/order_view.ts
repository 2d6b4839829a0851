import type { ReturnParcel } from "../return/return_commands.ts";
import type { ArrivalView } from "../return/return_state.ts";
import type { LocationCode, OrderId, ReturnId, ShipmentId, Sku } from "../ids.ts";

/** An order as everyone sees it: the answer of the API, computed from the actor's state alone (`view.ts`). */
export const orderStatuses = [
  "reserving",
  "awaiting_payment",
  "confirmed",
  "backordered",
  "on_hold",
  "in_fulfilment",
  "partially_shipped",
  "shipped",
  "delivered",
  "closed",
  "cancelled",
  "expired",
  "rejected",
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export interface OrderLineView {
  /** 1, 2, 3 … in the order's own sequence. */
  readonly line: number;
  readonly sku: Sku;
  readonly description?: string;
  readonly quantity: number;
  readonly unitPrice: string;
  readonly taxRate: string;
  /** What is not cancelled, in the currency's own exponent. */
  readonly net: string;
  readonly allocated: readonly { readonly location: LocationCode; readonly quantity: number }[];
  readonly backordered: number;
  readonly cancelled: number;
  readonly shipped: number;
  /** Units of `shipped` that came back. */
  readonly returned: number;
}

export interface OrderView {
  readonly orderId: OrderId;
  readonly channel: string;
  readonly orderNumber: string;
  readonly status: OrderStatus;
  /** With `on_hold`: why. */
  readonly holdReason?: string;
  readonly payment: "captured" | "pending" | "failed";
  readonly placedAt: string;
  /** While `awaiting_payment`: when the stock is released. */
  readonly expiresAt?: string;
  readonly currency: string;
  readonly net: string;
  readonly tax: string;
  readonly total: string;
  readonly shipping?: { readonly net: string; readonly service?: string };
  readonly lines: readonly OrderLineView[];
}

/** A shipment as the one who asked for it is told, at first and whenever it is asked for again. */
export interface ShipmentView {
  readonly orderId: OrderId;
  readonly shipmentId: ShipmentId;
  readonly trackingToken: string;
  readonly reference: string;
  readonly location: LocationCode;
  readonly carrier: string;
  readonly service?: string;
  readonly trackingNumber: string;
  readonly handedOverAt: string;
}

/** A return as the one who announced it is told, at first and whenever it is asked for again. */
export interface ReturnView {
  readonly orderId: OrderId;
  readonly returnId: ReturnId;
  readonly reference: string;
  readonly reason: string;
  readonly status: "authorised" | "received";
  readonly parcel?: ReturnParcel;
  /** Present when nobody announced it. */
  readonly arrived?: ArrivalView;
  readonly lines: readonly { readonly sku: Sku; readonly quantity: number }[];
  readonly authorisedAt: string;
}
