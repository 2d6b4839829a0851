import type { Rejection } from "../actor.ts";
import type { SkuCommandFromOutside } from "../commands.ts";
import type { HoldId, LocationCode, OrderId } from "../ids.ts";
import type { LocationRevised, SkuMessageFromDoc, SkuMessageFromOrder } from "../protocol.ts";
import type { SkuMessageFromReturn } from "../return/return_messages.ts";
import type { Bucket } from "./sku_events.ts";

interface Placed {
  readonly location: LocationCode;
  readonly quantity: number;
}
interface OfHold extends Placed {
  readonly hold: HoldId;
}

/** What warehouse, purchasing, returns and counts ask of a SKU. Each is answered with the SKU's view, or refused by name. */
export type WarehouseCommand =
  | ({ readonly type: "pick" | "unpick" } & OfHold)
  /** `aside`: the id of the count task that looks for the units. */
  | ({ readonly type: "pick.short"; readonly aside: string } & OfHold)
  | ({ readonly type: "pack" | "unpack"; readonly parcel: string } & OfHold)
  /** The whole parcel, from every location it was packed at. Nothing happens when it has left already. */
  | { readonly type: "hand_over"; readonly hold: HoldId; readonly parcel: string }
  /** For an order paid elsewhere: straight to allocated. `override` may use safety stock. */
  | ({ readonly type: "allocate"; readonly order: OrderId; readonly override: boolean } & OfHold);

export type SupplyCommand =
  /** Sets what is still to come of a supply; 0 ends it. */
  | (
    & {
      readonly type: "supply";
      readonly supply: string;
      readonly etaMs: number | null;
      readonly promisable: boolean;
    }
    & Placed
  )
  /** A delivery that is scanned in piece by piece, for a supply or into quality control. */
  | (
    & {
      readonly type: "arrive";
      readonly doc: string;
      readonly bucket: "sellable" | "qualityControl";
      readonly supply?: string;
    }
    & Placed
  )
  | ({ readonly type: "qc.pass"; readonly reference: string } & Placed)
  | (
    & {
      readonly type: "qc.fail";
      readonly reference: string;
      readonly grade: string;
      readonly to: "damaged" | "quarantine" | "refurbish";
    }
    & Placed
  )
  | (
    & {
      readonly type: "transfer.dispatch";
      readonly transfer: string;
      readonly to: LocationCode;
      readonly etaMs: number | null;
      /** Takes the units from this hold's allocation; absent: from the free ones. */
      readonly hold?: HoldId;
    }
    & Placed
  )
  | {
    readonly type: "transfer.receive";
    readonly transfer: string;
    readonly quantity: number;
    readonly bucket: "sellable" | "qualityControl";
  };

export type CorrectionCommand =
  /** `expected`: the bucket's level when the count was taken. A shortage takes claims by the shortfall rule. */
  | {
    readonly type: "count";
    readonly count: string;
    readonly location: LocationCode;
    readonly bucket: Bucket;
    readonly counted: number;
    readonly expected: number;
  }
  /** Any bucket; sellable only from the free units. */
  | {
    readonly type: "adjust";
    readonly doc: string;
    readonly location: LocationCode;
    readonly bucket: Bucket;
    readonly delta: number;
    readonly reason: string;
  }
  | (
    & {
      readonly type: "move";
      readonly from: Bucket;
      readonly to: Bucket;
      readonly reason: string;
      readonly reference: string;
    }
    & Placed
  )
  | ({ readonly type: "set_aside"; readonly aside: string; readonly reason: "manual" | "count" } & Placed)
  /** All that is set aside under this id. */
  | { readonly type: "lift"; readonly aside: string }
  | (
    & {
      readonly type: "kit.assemble" | "kit.break";
      readonly kit: string;
      readonly role: "component" | "kit";
    }
    & Placed
  );

export type StockroomCommand = WarehouseCommand | SupplyCommand | CorrectionCommand;

/** To itself: what one decision may not do all at once goes on. */
export interface Offer {
  readonly type: "offer";
}

export type SkuCommand =
  | SkuCommandFromOutside
  | SkuMessageFromOrder
  | SkuMessageFromDoc
  | SkuMessageFromReturn
  | LocationRevised
  | Offer
  | StockroomCommand;

export type SkuRejection = Rejection<
  | "unknown-sku"
  | "unknown-hold"
  | "unknown-transfer"
  | "insufficient-stock"
  | "not-allocated"
  | "not-picked"
  | "not-packed"
  | "not-in-bucket"
  | "more-than-dispatched"
  | "location-differs"
  | "document-in-progress"
  | "stock-claimed"
>;

/** How much one decision may do; the rest follows by a message to itself. */
export const skuLimits = {
  backordersFilledMax: 500,
  claimsLostMax: 500,
} as const;
