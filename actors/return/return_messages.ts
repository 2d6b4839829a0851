import type { LocationCode, OrderId, ReturnId, Sku } from "../ids.ts";
import type { Bucket } from "../sku/sku_events.ts";
import type { Standing } from "../parcel/status.ts";
import type { Arrival, ReturnParcel } from "./return_commands.ts";
import type { GradedLine } from "./return_events.ts";

/** What orders, returns and SKUs say to each other about goods that come back; as in `protocol.ts`. */

/** Order → return: it may come back, or has (`arrived`). Answered with `ReturnTold`, now and at each step. */
export interface AuthoriseReturn {
  readonly type: "authorise";
  readonly order: OrderId;
  readonly reference: string;
  readonly reason: string;
  readonly lines: readonly { readonly sku: Sku; readonly quantity: number }[];
  readonly parcel?: ReturnParcel;
  readonly arrived?: Arrival;
  readonly by: string;
}
/** Return → order: what became of it, once every SKU has done its part. */
export type ReturnTold = { readonly type: "return_told"; readonly return: ReturnId } & ReturnNews;
export type ReturnNews =
  | { readonly news: "authorised"; readonly atMs: number }
  | {
    readonly news: "received";
    readonly location: LocationCode;
    readonly lines: readonly { readonly sku: Sku; readonly quantity: number }[];
    readonly by: string;
    readonly atMs: number;
  }
  | {
    readonly news: "graded";
    readonly lines: readonly GradedLine[];
    readonly by: string;
    readonly atMs: number;
  }
  /** `lines`: what was authorised and never came. `by`: absent when its time was over. */
  | {
    readonly news: "ended";
    readonly status: "settled" | "cancelled" | "expired";
    readonly lines: readonly { readonly sku: Sku; readonly quantity: number }[];
    readonly by?: string;
    readonly atMs: number;
  };

/** Return → parcel: its goods travel in it. Answered with `ReturnParcelMoved`, now and whenever its status changes. */
export interface FollowParcel {
  readonly type: "follow";
  readonly return: ReturnId;
}
/** Parcel → return. `version` counts the parcel's changes. */
export interface ReturnParcelMoved extends Standing {
  readonly type: "parcel_moved";
  readonly atMs: number;
  readonly version: number;
}

/** Which part of which of its operations a return asks about; the SKU's answer names it again. */
interface OfReturn {
  readonly return: ReturnId;
  readonly operation: number;
  readonly move: number;
  readonly location: LocationCode;
  readonly quantity: number;
}
/** Return → SKU; every one is answered with `SkuReturnAnswer`. `priority`: the location's, as that has just told it. */
export type SkuMessageFromReturn =
  /** They have come, and wait for an inspection in quality control. */
  | ({ readonly type: "return.receive"; readonly priority: number | null } & OfReturn)
  /** They go from quality control to a bucket, or away (`to: null`). */
  | ({ readonly type: "return.grade"; readonly grade: string; readonly to: Bucket | null } & OfReturn)
  /** Goods that were another SKU's are sold as this one. */
  | ({ readonly type: "return.restock"; readonly priority: number | null } & OfReturn);
/** SKU → return, merged like `stock`. */
export interface SkuReturnAnswer {
  readonly operation: number;
  readonly move: number;
  /** Present when nothing happened, because no more than this was in quality control there. */
  readonly there?: number;
}
export interface ReturnAnswered {
  readonly type: "answered";
  readonly answers: readonly SkuReturnAnswer[];
}
