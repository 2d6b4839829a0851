import type { ActorId, HoldId, LocationCode, OrderId, ShipmentId, Sku } from "./ids.ts";
import type { TrackingStatus } from "./parcel/status.ts";
import type { DocumentDraft } from "./series/document.ts";

/**
 * What actors say to each other. Each message is a command of the actor that receives it; answers carry what they answer, so that
 * nobody has to remember a conversation. Messages arrive exactly once and in order for each pair of partitions (DESIGN 3).
 */

/** A quantity at one location. */
export interface Part {
  readonly location: LocationCode;
  readonly quantity: number;
}

/** What a SKU does when there is not enough: refuse all, take what there is, or queue the rest within `backorderLimit`. */
export type WhenShort = "refuse" | "take_less" | "queue";

/** Order → SKU. */
export type SkuMessageFromOrder =
  | {
    readonly type: "hold";
    readonly hold: HoldId;
    readonly order: OrderId;
    readonly quantity: number;
    readonly whenShort: WhenShort;
    /** When the order's own timer ends the hold; absent for an order that is paid. */
    readonly deadlineMs?: number;
  }
  /** Turns what is reserved into an allocation. Answered only when something was lost meanwhile (`lost`). */
  | { readonly type: "commit"; readonly hold: HoldId; readonly order: OrderId }
  /**
   * Gives back `quantity` units of the hold (all of it when absent): what is queued first, then what lies at the location that
   * allocation would choose last. Answered with `released` when `answer` is true.
   */
  | {
    readonly type: "release";
    readonly hold: HoldId;
    readonly order: OrderId;
    readonly quantity?: number;
    readonly reason: "refused" | "expired" | "cancelled" | "payment_failed";
    readonly answer: boolean;
  }
  /** Binds allocated units for a parcel: from here on no shortfall takes them. Answered with `packed` or `not_packed`. */
  | {
    readonly type: "shipment.pack";
    readonly hold: HoldId;
    readonly order: OrderId;
    readonly shipment: ShipmentId;
    readonly location: LocationCode;
    readonly quantity: number;
  }
  /** Another SKU could not: what is bound for the parcel is allocated again. */
  | {
    readonly type: "shipment.unpack";
    readonly hold: HoldId;
    readonly order: OrderId;
    readonly shipment: ShipmentId;
  }
  /** Every SKU has bound its units: they leave. Nothing can refuse it any more, so that nobody waits for an answer. */
  | {
    readonly type: "shipment.hand_over";
    readonly hold: HoldId;
    readonly order: OrderId;
    readonly shipment: ShipmentId;
  };

/** SKU → order. `merge` joins neighbours into one `stock` command with several answers. */
export type SkuAnswer =
  /** `service`: the SKU is not stocked; nothing is claimed and nothing has to be. `parts` + `queued` = `quantity` unless `take_less`. */
  | {
    readonly kind: "held";
    readonly sku: Sku;
    readonly hold: HoldId;
    readonly parts: readonly Part[];
    readonly queued: number;
    readonly service: boolean;
  }
  | {
    readonly kind: "refused";
    readonly sku: Sku;
    readonly hold: HoldId;
    readonly requested: number;
    readonly available: number;
  }
  | {
    readonly kind: "released";
    readonly sku: Sku;
    readonly hold: HoldId;
    readonly parts: readonly Part[];
    readonly dequeued: number;
  }
  /** Queued units that became claims of the hold. */
  | { readonly kind: "filled"; readonly sku: Sku; readonly hold: HoldId; readonly parts: readonly Part[] }
  /** Claimed units that a shortfall took away (count, damage, forced adjustment). */
  | { readonly kind: "lost"; readonly sku: Sku; readonly hold: HoldId; readonly parts: readonly Part[] }
  | { readonly kind: "packed"; readonly sku: Sku; readonly hold: HoldId; readonly shipment: ShipmentId }
  /** Nothing changed: only so many units of the hold are allocated there and not promised to a forced adjustment. */
  | {
    readonly kind: "not_packed";
    readonly sku: Sku;
    readonly hold: HoldId;
    readonly shipment: ShipmentId;
    readonly allocated: number;
  };
export interface StockAnswered {
  readonly type: "stock";
  readonly answers: readonly SkuAnswer[];
}

/** Stock document → SKU. `doc` is the document's key; every one is answered with `SkuDocAnswer`. */
export type SkuMessageFromDoc =
  | {
    readonly type: "receive";
    readonly doc: string;
    readonly location: LocationCode;
    readonly quantity: number;
    /** The location's priority, as the location actor knows it; lower is chosen first, `null` last. */
    readonly priority: number | null;
  }
  /**
   * Sets a lowering adjustment's units aside (a `held` claim), or answers that they are claimed. With `force` units of reserved and
   * allocated claims count, too: they are promised to the document, and taken when it commits.
   */
  | {
    readonly type: "adjust.hold";
    readonly doc: string;
    readonly location: LocationCode;
    readonly quantity: number;
    readonly force?: boolean;
  }
  | { readonly type: "adjust.release"; readonly doc: string; readonly location: LocationCode }
  /** Applies `delta` to `sellable`; ends the document's held claim. With `force` claims are released by the shortfall rule. */
  | {
    readonly type: "adjust.commit";
    readonly doc: string;
    readonly location: LocationCode;
    readonly delta: number;
    readonly reason: string;
    readonly force: boolean;
    readonly priority: number | null;
  };
/** SKU → stock document, merged like `stock`. */
export interface SkuDocAnswer {
  readonly sku: Sku;
  readonly outcome: "done" | "held" | "claimed" | "below_zero";
  /** With `claimed` and `below_zero`: how many units could be taken away. */
  readonly free?: number;
}
export interface DocAnswered {
  readonly type: "answered";
  readonly answers: readonly SkuDocAnswer[];
}

/** Stock document → location: which priority has it, and remember that these SKUs lie there. */
export interface LocationStocked {
  readonly type: "stocked";
  readonly doc: string;
  readonly skus: readonly Sku[];
  /** Whom to answer; absent: the stock document `doc`. */
  readonly asker?: ActorId;
}
/** Location → whoever asked. `doc` and `location` as they were asked for, for an asker that is no stock document. */
export interface LocationAnswered {
  readonly type: "located";
  readonly priority: number | null;
  readonly doc?: string;
  readonly location?: LocationCode;
}
/** Location → SKU: its priority changed. */
export interface LocationRevised {
  readonly type: "location";
  readonly location: LocationCode;
  readonly priority: number | null;
}

/** Order → parcel: a shipment of the order travels in it. Answered with `ParcelMoved`, now and whenever its status changes. */
export interface RegisterParcel {
  readonly type: "register";
  readonly order: OrderId;
  readonly shipment: ShipmentId;
  /** What the customer's tracking page is asked for by. */
  readonly token: string;
  readonly handedOverAtMs: number;
  /** The carrier's service, as the shop names it. */
  readonly service?: string;
  /** By when the customer was promised it. */
  readonly promisedMs?: number;
}
/** Parcel → order. `version` grows with every change: an older word never replaces a newer one. */
export interface ParcelMoved {
  readonly type: "parcel";
  readonly shipment: ShipmentId;
  readonly status: TrackingStatus;
  readonly subStatus?: string;
  readonly atMs: number;
  readonly version: number;
}

/** Order or credit → series: give this a number. It cannot be refused. Answered with `DocumentIssued`. */
export interface IssueDocument {
  readonly type: "issue";
  readonly from: ActorId;
  readonly draft: DocumentDraft;
}
/** Series → whoever asked. */
export interface DocumentIssued {
  readonly type: "issued";
  readonly source: string;
  readonly number: string;
  readonly issuedOn: string;
  readonly total: string;
}

/** The runtime → any actor that set a timer. */
export interface TimerDue {
  readonly type: "timer";
  readonly name: string;
  readonly dueMs: number;
}

/** Edge → any actor: is there such a thing, and how does it stand? Answered with its view, or `unknown`. */
export interface Read {
  readonly type: "read";
}
