import type { Event, Rejection } from "../actor.ts";
import type { ShipOrder } from "../commands.ts";
import type { ShipmentId, Sku } from "../ids.ts";
import type { ParcelMoved } from "../protocol.ts";
import type { Awaited, OrderRefusal } from "./events.ts";

/** Events of an order's shipments; wire names and versions are for ever, as in `events.ts`. */

/** SKUs are asked to bind units for one parcel. `lines`: as it was asked for; `awaited`: who has to answer. */
export type OrderShipmentRequested = Event<
  "order.shipment_requested",
  1,
  Omit<ShipOrder, "type"> & {
    /** When the parcel was handed over, as far as we know: when that was accepted here. */
    readonly atMs: number;
    readonly awaited: readonly Awaited[];
  }
>;
/** Part of the answers, while others are missing. */
export type OrderShipmentAnswered = Event<"order.shipment_answered", 1, {
  readonly shipment: ShipmentId;
  readonly packed: readonly { readonly sku: Sku; readonly attempt: number }[];
  readonly short: readonly Short[];
}>;
/** A hold that has fewer units there than were wanted of it. */
export interface Short {
  readonly sku: Sku;
  readonly attempt: number;
  readonly allocated: number;
}
/** One parcel left: every SKU had bound its units. */
export type OrderShipped = Event<
  "order.shipped",
  1,
  Omit<ShipOrder, "type" | "fingerprint" | "lines"> & {
    readonly atMs: number;
    readonly lines: readonly ShippedLine[];
  }
>;
/** `quantity` units of a line are in the parcel, of these holds; services come from none. */
export interface ShippedLine {
  readonly line: number;
  readonly sku: Sku;
  readonly quantity: number;
  /** Of the line, this parcel included. */
  readonly shipped: number;
  readonly from: readonly { readonly attempt: number; readonly quantity: number }[];
}
/** Some SKU could not bind its units, so that nothing left. */
export type OrderShipmentFailed = Event<"order.shipment_failed", 1, {
  readonly shipment: ShipmentId;
  readonly reference: string;
  readonly rejection: Rejection<OrderRefusal>;
}>;
/** The carrier said something new of a parcel. `version` is the parcel's own count. */
export type OrderParcelMoved = Event<"order.parcel_moved", 1, Omit<ParcelMoved, "type">>;

export type OrderShippingEvent =
  | OrderShipmentRequested
  | OrderShipmentAnswered
  | OrderShipped
  | OrderShipmentFailed
  | OrderParcelMoved;
