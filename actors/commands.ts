import type { LocationCode, OrderId, Sku } from "./ids.ts";
import type { Read } from "./protocol.ts";

/**
 * The commands that come from outside, as the edge makes them: parsed, defaulted, with every id derived. They hold no personal data;
 * that travels beside them (`streams/edge/ask.ts`). Prices, rates and amounts are decimal strings as they were sent.
 */

/** `fingerprint`: HMAC over the parsed body. The same natural key with another fingerprint is a named rejection. */
interface Keyed {
  readonly fingerprint: string;
}
/** For calls without a natural key: a hash of (API key, path, Idempotency-Key). */
interface Requested extends Keyed {
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
  /** True when the body had a customer block; it lies in PERSONAL. */
  readonly personal: boolean;
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
export type OrderCommandFromOutside = PlaceOrder | RecordPayment | CancelOrder | Read;

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
