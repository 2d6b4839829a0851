import type { Event, Rejection } from "../actor.ts";
import type { CancelOrder, PlaceOrder, RecordPayment, ShipOrder } from "../commands.ts";
import type { Sku } from "../ids.ts";
import type { OrderReturnEvent } from "./return_events.ts";
import type { TaxMode } from "../series/document.ts";
import type { OrderMoneyEvent } from "./money_events.ts";
import type { OrderShippingEvent } from "./shipping_events.ts";
import type { Part, SkuAnswer, TimerDue } from "../protocol.ts";

/** Wire names and versions are what the log holds for years: add a version, never edit one. Each has a golden file. */

/** What the order was placed with; `attempt` numbers the hold that it asks every SKU for. */
export type OrderPlaced = Event<
  "order.placed",
  1,
  Omit<PlaceOrder, "type"> & {
    readonly attempt: number;
    /** Frozen here. */
    readonly taxMode: TaxMode;
    /** With `payment: "pending"`: when the held stock goes back. */
    readonly deadlineMs?: number;
  }
>;

/** Part of the answers to an attempt, while others are missing. A later answer of the same SKU replaces the earlier one. */
export type OrderStockAnswered = Event<"order.stock_answered", 1, {
  readonly attempt: number;
  readonly answers: readonly Grant[];
}>;
export type Grant = Extract<SkuAnswer, { readonly kind: "held" | "refused" }>;

/** What a line got of an attempt. `cancelled`: what `ship_available` does without. `service`: nothing has to be claimed. */
export interface GrantedLine {
  readonly line: number;
  readonly parts: readonly Part[];
  readonly queued?: number;
  readonly cancelled?: number;
  readonly service?: true;
}
interface Granted {
  readonly attempt: number;
  readonly lines: readonly GrantedLine[];
}
/** All stock is held, the money is not there yet. */
export type OrderReserved = Event<"order.reserved", 1, Granted & { readonly deadlineMs: number }>;
/** Paid and at least partly allocated. `lines` is empty where the stock had been reserved before. */
export type OrderConfirmed = Event<"order.confirmed", 1, Granted>;
/** Paid, and all of it waits for goods. */
export type OrderBackordered = Event<"order.backordered", 1, Granted>;
/** Units that a shortfall had taken away are claimed or queued again. */
export type OrderReallocated = Event<"order.reallocated", 1, Granted>;

/** Nothing is held for it, for ever. `line` counts from 1; `available` is what that line could have had. */
export type OrderRejected = Event<"order.rejected", 1, {
  readonly attempt: number;
  readonly shortages: readonly Shortage[];
}>;
export interface Shortage {
  readonly line: number;
  readonly sku: Sku;
  readonly requested: number;
  readonly available: number;
}

/** Every unit that no SKU answers for is asked for again under a new attempt. `paid`: money came late; `lost`: a shortfall. */
export type OrderStockAsked = Event<"order.stock_asked", 1, {
  readonly attempt: number;
  readonly why: "paid" | "lost";
  readonly asked: readonly { readonly sku: Sku; readonly quantity: number }[];
}>;
/** A person has to decide: paid units without stock, and asking again did not help. */
export type OrderHeld = Event<"order.held", 1, {
  readonly attempt: number;
  readonly reason: "stock_lost";
  readonly shortages: readonly Shortage[];
}>;

interface PaymentKey {
  readonly reference: string;
  readonly fingerprint: string;
}
export type OrderPaymentCaptured = Event<"order.payment_captured", 1, PaymentKey>;
export type OrderPaymentFailed = Event<"order.payment_failed", 1, PaymentKey>;
/** The whole order ends and its stock is given back. */
export type OrderCancelled = Event<"order.cancelled", 1, { readonly reason: "payment_failed" }>;
export type OrderExpired = Event<"order.expired", 1, { readonly deadlineMs: number }>;
/** All of it was delivered, its return window is over, and nothing of it is open. */
export type OrderClosed = Event<"order.closed", 1, { readonly windowEndedMs: number; readonly atMs: number }>;

/** `lines`: as it was asked for; `awaited`: what SKUs were told to give back, and have to answer. */
export type OrderCancelRequested = Event<"order.cancel_requested", 1, {
  readonly request: string;
  readonly fingerprint: string;
  readonly reason: string;
  readonly lines?: readonly { readonly sku: Sku; readonly quantity: number }[];
  readonly awaited: readonly Awaited[];
}>;
export interface Awaited {
  readonly sku: Sku;
  readonly attempt: number;
  readonly quantity: number;
}
export type OrderLinesCancelled = Event<"order.lines_cancelled", 1, {
  /** Which of the awaited answers this settles. */
  readonly answered: readonly { readonly sku: Sku; readonly attempt: number }[];
  readonly lines: readonly CancelledLine[];
}>;
/** `quantity` units end: `parts` and `dequeued` of the attempt's hold, the rest were not claimed anywhere. */
export interface CancelledLine {
  readonly line: number;
  readonly quantity: number;
  readonly attempt?: number;
  readonly parts?: readonly Part[];
  readonly dequeued?: number;
}

interface Moved {
  readonly lines: readonly {
    readonly line: number;
    readonly attempt: number;
    readonly parts: readonly Part[];
  }[];
}
/** Queued units got goods. */
export type OrderBackorderFilled = Event<"order.backorder_filled", 1, Moved>;
/** Claimed units are gone: count, damage, forced adjustment. */
export type OrderClaimLost = Event<"order.claim_lost", 1, Moved>;

/** A keyed command that is refused, remembered so that asking again is answered the same. */
export type OrderRefused = Event<"order.refused", 1, {
  readonly topic: string;
  readonly fingerprint: string;
  readonly rejection: Rejection<OrderRefusal>;
}>;
export type OrderRefusal =
  | "order-closed"
  | "payment-captured"
  | "already-shipped"
  | "not-allocated"
  | "nothing-invoiced"
  | "credit-exceeds-invoice"
  | "refund-exceeds-captured"
  | "exceeds-shipped";

/** A command that came while the order waited for its SKUs; it is decided, in order, when they have answered. */
export type Deferred = RecordPayment | CancelOrder | TimedShip | TimerDue;
/** A shipment keeps the time at which it was accepted, however long it waits. */
export type TimedShip = ShipOrder & { readonly atMs: number };
export type OrderCommandDeferred = Event<"order.command_deferred", 1, { readonly command: Deferred }>;
/** The oldest deferred command is decided now. */
export type OrderCommandResumed = Event<"order.command_resumed", 1, { readonly left: number }>;

export type OrderEvent =
  | OrderPlaced
  | OrderStockAnswered
  | OrderReserved
  | OrderConfirmed
  | OrderBackordered
  | OrderReallocated
  | OrderRejected
  | OrderStockAsked
  | OrderHeld
  | OrderPaymentCaptured
  | OrderPaymentFailed
  | OrderCancelled
  | OrderExpired
  | OrderClosed
  | OrderCancelRequested
  | OrderLinesCancelled
  | OrderBackorderFilled
  | OrderClaimLost
  | OrderRefused
  | OrderCommandDeferred
  | OrderCommandResumed
  | OrderShippingEvent
  | OrderMoneyEvent
  | OrderReturnEvent;

/** The versions that are written today; older ones are upcast when read. */
export const orderEventVersions = {
  "order.placed": 1,
  "order.stock_answered": 1,
  "order.reserved": 1,
  "order.confirmed": 1,
  "order.backordered": 1,
  "order.reallocated": 1,
  "order.rejected": 1,
  "order.stock_asked": 1,
  "order.held": 1,
  "order.payment_captured": 1,
  "order.payment_failed": 1,
  "order.cancelled": 1,
  "order.expired": 1,
  "order.closed": 1,
  "order.cancel_requested": 1,
  "order.lines_cancelled": 1,
  "order.backorder_filled": 1,
  "order.claim_lost": 1,
  "order.refused": 1,
  "order.command_deferred": 1,
  "order.command_resumed": 1,
  "order.shipment_requested": 1,
  "order.shipment_answered": 1,
  "order.shipped": 1,
  "order.shipment_failed": 1,
  "order.parcel_moved": 1,
  "order.invoice_requested": 1,
  "order.invoiced": 1,
  "order.credit_requested": 1,
  "order.credited": 1,
  "order.refund_requested": 1,
  "order.refund_settled": 1,
  "order.return_requested": 1,
  "order.return_authorised": 1,
  "order.return_received": 1,
  "order.return_graded": 1,
  "order.return_ended": 1,
} as const satisfies { readonly [E in OrderEvent as E["type"]]: E["version"] };

export type DataOf<T extends OrderEvent["type"]> = Extract<OrderEvent, { readonly type: T }>["data"];

/** An event of today's version. */
export function orderEvent<T extends OrderEvent["type"]>(type: T, data: DataOf<T>): OrderEvent {
  // The table above ties each type to its version; TypeScript cannot follow that through a type parameter.
  return { type, version: orderEventVersions[type], data } as OrderEvent;
}
