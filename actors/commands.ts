import type { ActorId, LocationCode, OrderId, ShipmentId, Sku } from "./ids.ts";
import type { CasePriority } from "./parcel/case_events.ts";
import type { CaseId } from "./parcel/case_id.ts";
import type { CreditOrder, Invoicing, RefundOrder, SettleRefund } from "./money_commands.ts";
import type { LaneTold } from "./parcel/lane.ts";
import type { TrackingStatus } from "./parcel/status.ts";
import type { Read } from "./protocol.ts";
import type { ReturnGoods } from "./return/return_commands.ts";

/**
 * The commands that come from outside, as the edge makes them: parsed, defaulted, with every id derived. They hold no personal data;
 * that travels beside them (`streams/edge/ask.ts`). Prices, rates and amounts are decimal strings as they were sent.
 */

/** `fingerprint`: HMAC over the parsed body. The same natural key with another fingerprint is a named rejection. */
export interface Keyed {
  readonly fingerprint: string;
}
/** For calls without a natural key: a hash of (API key, path, Idempotency-Key). */
export interface Requested extends Keyed {
  readonly request: string;
}

export interface OrderLineInput {
  readonly sku: Sku;
  readonly quantity: number;
  readonly unitPrice: string;
  readonly discount: string;
  readonly taxRate: string;
  readonly description?: string;
}
export interface PlaceOrder extends Keyed {
  readonly type: "place";
  readonly order: OrderId;
  readonly channel: string;
  readonly orderNumber: string;
  /** RFC 3339, UTC. */
  readonly placedAt: string;
  readonly currency: string;
  readonly lines: readonly OrderLineInput[];
  readonly shipping?: { readonly amount: string; readonly taxRate: string; readonly service?: string };
  readonly pricesIncludeTax: boolean;
  readonly payment: "captured" | "pending";
  readonly holdMinutes: number;
  readonly stockPolicy: "reject" | "ship_available" | "backorder";
  /** By when the customer was promised all of it. */
  readonly promisedMs?: number;
  /** How long after its delivery goods may come back, by the shop's policy; absent: for ever, and the order never closes. */
  readonly returnWindowMs?: number;
  /** True when the body had a customer block; it lies in PERSONAL. */
  readonly personal: boolean;
  /** A keyed mark of that block, by which an invoice shows later that it still says the same. */
  readonly customerMark?: string;
  /** How it is invoiced; absent: by the main entity, on shipment, as `usualInvoicing` says. */
  readonly invoicing?: Invoicing;
}
export interface RecordPayment extends Keyed {
  readonly type: "payment";
  readonly status: "captured" | "failed";
  readonly reference: string;
}
export interface CancelOrder extends Requested {
  readonly type: "cancel";
  readonly reason: string;
  /** Absent: all that is not shipped. */
  readonly lines?: readonly { readonly sku: Sku; readonly quantity: number }[];
}
/** A parcel was handed to its carrier. The natural key is `reference`, within the order. */
export interface ShipOrder extends Keyed {
  readonly type: "ship";
  readonly shipment: ShipmentId;
  /** What the customer's tracking page is asked for by; the first one stays. */
  readonly token: string;
  readonly reference: string;
  readonly location: LocationCode;
  readonly carrier: string;
  readonly service?: string;
  /** As its carrier prints it, in upper case and without blanks. */
  readonly trackingNumber: string;
  /** By when the customer was promised this parcel; absent: what the order says. */
  readonly promisedMs?: number;
  readonly lines: readonly { readonly sku: Sku; readonly quantity: number }[];
}
/** Is it a shipment of this order? Answered with the shipment as it was told first, or `unknown-shipment`. */
export interface FindShipment {
  readonly type: "find_shipment";
  readonly shipment: ShipmentId;
}
export type OrderCommandFromOutside =
  | PlaceOrder
  | RecordPayment
  | CancelOrder
  | ShipOrder
  | ReturnGoods
  | FindShipment
  | CreditOrder
  | RefundOrder
  | SettleRefund
  | Read;

/** One scan, as a carrier's adapter has read it. Its texts hold no names of people. */
export interface ScanInput {
  readonly status: TrackingStatus;
  readonly subStatus?: string;
  readonly atMs: number;
  /** The carrier's own text of the time, where it did not say in which zone. */
  readonly localTime?: string;
  readonly location?: string;
  readonly description: string;
  /** Exactly as sent; empty when the carrier sent none. */
  readonly carrierCode: string;
}
/** RFC 3339 in UTC, or a date where the carrier names only the day. */
export interface DeliveryEstimate {
  readonly from: string;
  readonly to: string;
}
/** Actor `parcel:<carrier>:<number>`: what one callback says of it. Scans that are known already change nothing. */
export interface ScanParcel {
  readonly type: "scans";
  readonly scans: readonly ScanInput[];
  readonly estimatedDelivery?: DeliveryEstimate;
  /** Which callback said so. */
  readonly source: string;
}
/**
 * Actor `parcel:<carrier>:<number>`: what stored messages of its carrier say by tables that were mended. A known scan that means something
 * else now is corrected; one that was not known is added.
 */
export interface CorrectScans {
  readonly type: "correct";
  readonly scans: readonly ScanInput[];
  /** Which replay says so. */
  readonly source: string;
}
/** What a person does with a case of the parcel. `by`: the id of the API key. */
interface CaseRequest extends Requested {
  readonly case: CaseId;
  readonly by: string;
}
/** The text travels beside it: it may speak of people. */
export interface NoteCase extends CaseRequest {
  readonly type: "case.note";
}
/** At least one of them. */
export interface AssignCase extends CaseRequest {
  readonly type: "case.assign";
  readonly team?: string;
  readonly priority?: CasePriority;
  readonly dueAtMs?: number;
}
export interface CloseCase extends CaseRequest {
  readonly type: "case.close";
  readonly outcome: "resolved" | "dismissed";
}
export type CaseCommand = NoteCase | AssignCase | CloseCase;
/** What is known of the parcel's lane: data that a decision may not look up. */
export interface TellLane extends LaneTold {
  readonly type: "lane";
}
/** What the receiver of a parcel may ask its shop for. */
export const customerRequestKinds = ["address_change", "pickup_point", "contact"] as const;
export type CustomerRequestKind = (typeof customerRequestKinds)[number];
/** The receiver asks, on the shipment's page. The words are personal data and travel beside it. */
export interface AskShop {
  readonly type: "customer_ask";
  readonly shipment: ShipmentId;
  /** `req_…`: the same for each repetition of one request. */
  readonly request: string;
  readonly kind: CustomerRequestKind;
}
/** The shop says what became of it. */
export interface AnswerCustomer {
  readonly type: "customer_answer";
  readonly shipment: ShipmentId;
  readonly request: string;
  readonly outcome: "done" | "declined";
}
export type ParcelCommandFromOutside =
  | ScanParcel
  | CorrectScans
  | TellLane
  | CaseCommand
  | AskShop
  | AnswerCustomer
  | Read;

export interface DescribeSku {
  readonly type: "describe";
  readonly description: string;
  readonly barcode?: string;
  readonly taxCategory?: string;
  readonly stocked: boolean;
  readonly safetyStock: { readonly [location: string]: number };
  /** `null`: no limit; 0: never. */
  readonly backorderLimit: number | null;
  readonly weightGrams?: number;
}
export type SkuCommandFromOutside = DescribeSku | Read;

export interface DescribeLocation {
  readonly type: "describe";
  readonly name: string;
  readonly country: string;
  readonly postalCode?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  /** Lower is chosen first; `null` (not given) after all others. */
  readonly priority: number | null;
}
export type LocationCommandFromOutside = DescribeLocation | Read;

/** Actor `stockdoc:<location>:<reference>`. Lines of one SKU are summed by the edge, in order of first mention. */
export interface ReceiveGoods extends Keyed {
  readonly type: "receipt";
  readonly location: LocationCode;
  readonly reference: string;
  readonly lines: readonly { readonly sku: Sku; readonly quantity: number }[];
}
export interface AdjustStock extends Keyed {
  readonly type: "adjustment";
  readonly location: LocationCode;
  readonly reference: string;
  readonly reason: string;
  readonly force: boolean;
  readonly lines: readonly { readonly sku: Sku; readonly delta: number }[];
}
export type StockDocCommandFromOutside = ReceiveGoods | AdjustStock | Read;

/**
 * Actor `person:<id>`: a person is to be forgotten. The natural key is the id, which is made for it. `actors`: the orders, credits and parcels
 * that the person's data came with; `kept`: those of them whose party block must stay until tax law lets it go.
 */
export interface ErasePerson {
  readonly type: "erase";
  readonly actors: readonly ActorId[];
  readonly kept: readonly ActorId[];
}
export type PersonCommandFromOutside = ErasePerson | Read;
