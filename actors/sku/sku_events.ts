import type { HoldId, LocationCode, OrderId } from "../ids.ts";
import type { Moved, Named, Owned, OwnedParts, Parcelled, Placed } from "./event_parts.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

/** Where goods are. */
export type Bucket = "sellable" | "qualityControl" | "quarantine" | "refurbish" | "damaged";
/** Who claims the sellable ones, as far as orders are concerned. */
export type ClaimCounter = "reserved" | "allocated" | "picked" | "packed";
/** Why units are set aside without an order. */
export type AsideReason = "manual" | "count" | "suspect" | "adjustment";

export type SkuDescribed = Named<"sku.described", {
  readonly description: string;
  readonly barcode?: string;
  readonly taxCategory?: string;
  readonly stocked: boolean;
  readonly backorderLimit: number | null;
  readonly weightGrams?: number;
}>;
/** Only the locations whose level changes; `delta` = the new level − the old one. */
export type SafetyStockRevised = Named<"safety_stock.revised", {
  readonly levels: readonly {
    readonly location: LocationCode;
    readonly quantity: number;
    readonly delta: number;
  }[];
}>;
export type LocationRevised = Named<"location.revised", {
  readonly location: LocationCode;
  readonly priority: number | null;
}>;

export type SupplyExpected = Named<
  "supply.expected",
  Placed & { readonly supply: string; readonly etaMs: number | null; readonly promisable: boolean }
>;
/** `quantity` is what is still to come; `delta` says by how much that changes. */
export type SupplyRevised = Named<
  "supply.revised",
  Placed & {
    readonly supply: string;
    readonly delta: number;
    readonly etaMs: number | null;
    readonly promisable: boolean;
  }
>;
/** `expected`: which open supply, and how many units of it, this receipt uses up (fewer than `quantity` when more came). */
export type GoodsReceived = Named<
  "goods.received",
  Placed & {
    readonly doc: string;
    readonly bucket: "sellable" | "qualityControl";
    readonly expected?: { readonly supply: string; readonly quantity: number };
    /** Present when the location's priority becomes known by this receipt. */
    readonly priority?: number | null;
  }
>;
export type QcPassed = Named<"qc.passed", Placed & { readonly reference: string }>;
export type QcFailed = Named<
  "qc.failed",
  Placed & {
    readonly to: "damaged" | "quarantine" | "refurbish";
    readonly grade: string;
    readonly reference: string;
  }
>;

export type StockReserved = Named<"stock.reserved", OwnedParts & { readonly deadlineMs?: number }>;
export type ReservationReleased = Named<"reservation.released", OwnedParts & { readonly reason: string }>;
export type ReservationExpired = Named<"reservation.expired", OwnedParts>;
/** From here on the hold is firm: `parts` are allocated, and what is still `queued` will be when it comes. */
export type ReservationConfirmed = Named<"reservation.confirmed", OwnedParts & { readonly queued: number }>;
export type StockAllocated = Named<"stock.allocated", OwnedParts>;
export type AllocationReleased = Named<"allocation.released", OwnedParts & { readonly reason: string }>;
export type UnitsPicked = Named<"units.picked", Moved>;
export type UnitsUnpicked = Named<"units.unpicked", Moved>;
/** The units were not where they should be: they leave the order and are set aside, as `suspect`, until a count. */
export type PickShort = Named<"pick.short", Moved & { readonly aside: string }>;
export type ParcelPacked = Named<"parcel.packed", Parcelled>;
export type ParcelUnpacked = Named<"parcel.unpacked", Parcelled>;
/** Bound for a shipment (`parcel`) straight from the allocation: whoever hands it over does not scan its picking. */
export type StockPacked = Named<"stock.packed", Parcelled>;
/** The shipment did not come about: allocated as before. */
export type StockUnpacked = Named<"stock.unpacked", Parcelled>;
/** This alone takes goods away for sales. `parcel`: the shipment, where one was asked for. */
export type ParcelHandedOver = Named<"parcel.handed_over", Parcelled>;

export type BackorderQueued = Named<"backorder.queued", Owned & { readonly quantity: number }>;
export type BackorderFilled = Named<
  "backorder.filled",
  OwnedParts & { readonly claim: "reserved" | "allocated" }
>;
export type BackorderDequeued = Named<
  "backorder.dequeued",
  Owned & { readonly quantity: number; readonly reason: string }
>;

/** `claim`: which allocation the units were taken from, if any. On the way they are `incoming` at `to`, as supply `transfer`. */
export type TransferDispatched = Named<
  "transfer.dispatched",
  Placed & {
    readonly transfer: string;
    readonly to: LocationCode;
    readonly etaMs: number | null;
    readonly claim: { readonly hold: HoldId; readonly order: OrderId } | null;
  }
>;
export type TransferReceived = Named<
  "transfer.received",
  Placed & { readonly transfer: string; readonly bucket: "sellable" | "qualityControl" }
>;
export type ReturnReceived = Named<"return.received", Placed & { readonly return: string }>;
/** `to`: null when the goods leave (scrapped, sent back, or received again as another SKU). */
export type ReturnGraded = Named<
  "return.graded",
  Placed & { readonly return: string; readonly grade: string; readonly to: Bucket | null }
>;
/** `delta` = counted − what was expected when the count was taken, so that sales during the count survive. */
export type CountPosted = Named<"count.posted", {
  readonly count: string;
  readonly location: LocationCode;
  readonly bucket: Bucket;
  readonly counted: number;
  readonly expected: number;
  readonly delta: number;
}>;
export type StockAdjusted = Named<"stock.adjusted", {
  readonly location: LocationCode;
  readonly bucket: Bucket;
  readonly delta: number;
  readonly reason: string;
  /** The document: who answers for it. */
  readonly doc: string;
  readonly priority?: number | null;
}>;
export type StockMoved = Named<
  "stock.moved",
  Placed & { readonly from: Bucket; readonly to: Bucket; readonly reason: string; readonly reference: string }
>;
/** `over`: units beyond the free ones that a forced adjustment will take from claims once it is committed. */
export type StockHeld = Named<
  "stock.held",
  Placed & { readonly aside: string; readonly reason: AsideReason; readonly over: number }
>;
export type HoldLifted = Named<
  "hold.lifted",
  Placed & { readonly aside: string; readonly reason: AsideReason; readonly over: number }
>;
interface Kitted extends Placed {
  readonly kit: string;
  readonly role: "component" | "kit";
}
export type KitAssembled = Named<"kit.assembled", Kitted>;
export type KitBroken = Named<"kit.broken", Kitted>;

/** More had to be taken away than was free: `quantity` units of claims are lost by the events that follow. */
export type ShortfallDetected = Named<
  "stock.shortfall_detected",
  Placed & { readonly reason: string; readonly reference: string }
>;
export type ClaimLost = Named<
  "claim.lost",
  OwnedParts & { readonly claim: "reserved" | "allocated"; readonly reason: string }
>;

export type SkuEvent =
  | SkuDescribed
  | SafetyStockRevised
  | LocationRevised
  | SupplyExpected
  | SupplyRevised
  | GoodsReceived
  | QcPassed
  | QcFailed
  | StockReserved
  | ReservationReleased
  | ReservationExpired
  | ReservationConfirmed
  | StockAllocated
  | AllocationReleased
  | UnitsPicked
  | UnitsUnpicked
  | PickShort
  | ParcelPacked
  | ParcelUnpacked
  | StockPacked
  | StockUnpacked
  | ParcelHandedOver
  | BackorderQueued
  | BackorderFilled
  | BackorderDequeued
  | TransferDispatched
  | TransferReceived
  | ReturnReceived
  | ReturnGraded
  | CountPosted
  | StockAdjusted
  | StockMoved
  | StockHeld
  | HoldLifted
  | KitAssembled
  | KitBroken
  | ShortfallDetected
  | ClaimLost;

/** Every (type, version) that was ever written. A missing one does not compile. */
export const skuEventVersions = {
  "sku.described": [1],
  "safety_stock.revised": [1],
  "location.revised": [1],
  "supply.expected": [1],
  "supply.revised": [1],
  "goods.received": [1],
  "qc.passed": [1],
  "qc.failed": [1],
  "stock.reserved": [1],
  "reservation.released": [1],
  "reservation.expired": [1],
  "reservation.confirmed": [1],
  "stock.allocated": [1],
  "allocation.released": [1],
  "units.picked": [1],
  "units.unpicked": [1],
  "pick.short": [1],
  "parcel.packed": [1],
  "parcel.unpacked": [1],
  "stock.packed": [1],
  "stock.unpacked": [1],
  "parcel.handed_over": [1],
  "backorder.queued": [1],
  "backorder.filled": [1],
  "backorder.dequeued": [1],
  "transfer.dispatched": [1],
  "transfer.received": [1],
  "return.received": [1],
  "return.graded": [1],
  "count.posted": [1],
  "stock.adjusted": [1],
  "stock.moved": [1],
  "stock.held": [1],
  "hold.lifted": [1],
  "kit.assembled": [1],
  "kit.broken": [1],
  "stock.shortfall_detected": [1],
  "claim.lost": [1],
} as const satisfies { readonly [Type in SkuEvent["type"]]: readonly number[] };

export const skuEvents: readonly { readonly type: SkuEvent["type"]; readonly version: number }[] = Object
  .entries(skuEventVersions)
  .flatMap(([type, versions]) => versions.map((version) => ({ type: type as SkuEvent["type"], version })));

type DataOf<Type extends SkuEvent["type"]> = Extract<SkuEvent, { readonly type: Type }>["data"];

/** Makes an event of version 1. */
export function skuEvent<Type extends SkuEvent["type"]>(type: Type, data: DataOf<Type>): SkuEvent {
  return { type, version: 1, data } as SkuEvent;
}
