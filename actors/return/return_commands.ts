import type { Keyed, Requested } from "../commands.ts";
import type { LocationCode, ReturnId, ShipmentId, Sku } from "../ids.ts";
import type { Read } from "../protocol.ts";
import type { Disposition, Grade } from "./disposition.ts";

/** Goods that nobody announced, and where they are: brought back by the carrier of that shipment, or without any paper (DOMAIN 5). */
export type Arrival =
  | { readonly kind: "rto"; readonly location: LocationCode; readonly shipment: ShipmentId }
  | { readonly kind: "blind"; readonly location: LocationCode };

/** `trackingNumber` as the parcel's actor is named: without blanks, in capitals. */
export interface ReturnParcel {
  readonly carrier: string;
  readonly trackingNumber: string;
}

/** The customer sends goods back. The natural key is `reference`, within the order. */
export interface ReturnGoods extends Keyed {
  readonly type: "return";
  readonly return: ReturnId;
  readonly reference: string;
  readonly reason: string;
  readonly lines: readonly { readonly sku: Sku; readonly quantity: number }[];
  /** In which they travel, where that is known. */
  readonly parcel?: ReturnParcel;
  /** Present when they are there already. */
  readonly arrived?: Arrival;
  /** The id of the API key. */
  readonly by: string;
}
/** What a person does with a return. `by`: the id of the API key. */
interface ReturnRequest extends Requested {
  readonly by: string;
}
/** Goods of the return have come to a location, in whole or in part. */
export interface ReceiveReturn extends ReturnRequest {
  readonly type: "receive";
  readonly location: LocationCode;
  readonly lines: readonly { readonly sku: Sku; readonly quantity: number }[];
}
/** What is made of goods that have come. */
export interface GradeReturn extends ReturnRequest {
  readonly type: "grade";
  readonly lines: readonly {
    readonly sku: Sku;
    readonly quantity: number;
    readonly grade: Grade;
    readonly disposition: Disposition;
    /** With `restock_as`: the SKU that they are sold as from now on. */
    readonly restockAs?: Sku;
    /** Where they lie; absent: where such goods came to first. */
    readonly location?: LocationCode;
  }[];
}
/** Nothing more is to come. `cancel`: nothing has; `settle`: all that came is graded. */
export interface EndReturn extends ReturnRequest {
  readonly type: "cancel" | "settle";
}
/** Actor `return:<return>`. */
export type ReturnCommandFromOutside = ReceiveReturn | GradeReturn | EndReturn | Read;
