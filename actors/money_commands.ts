import type { Keyed } from "./commands.ts";
import type { Sku } from "./ids.ts";
import type { Read } from "./protocol.ts";
import type { CreditReason, TaxMode } from "./series/document.ts";
import type { Seller } from "./series/seller.ts";

/** Commands about money, as `commands.ts` has the others. */

/** What the selling entity's configuration said when the order was placed; it holds for all of its documents. */
export interface Invoicing {
  readonly entity: string;
  /** When an invoice is issued: for the whole order once it is confirmed, or for each parcel. */
  readonly on: "on_confirm" | "on_shipment" | "on_delivery";
  /** Shipping for one amount goes to the first invoice, or follows the goods. */
  readonly flatShipping: "first" | "pro_rata";
  readonly taxMode: TaxMode;
}
/**
 * Money is owed back on what was invoiced: whole units of lines, an amount off them (`amount`, tax included), or with neither all that
 * is left. The natural key is `reference`, within the order.
 */
export interface CreditOrder extends Keyed {
  readonly type: "credit";
  readonly reference: string;
  readonly reason: CreditReason;
  /** `line`: which of the order's lines, from 1, where several have the SKU; otherwise the first that has some left. */
  readonly lines?: readonly { readonly sku: Sku; readonly quantity: number; readonly line?: number }[];
  /** In the order's currency, its own exponent. */
  readonly amount?: string;
  readonly returnId?: string;
  /** The id of the API key. */
  readonly by: string;
}
/** Money goes back to the customer. The natural key is `reference`, within the order. */
export interface RefundOrder extends Keyed {
  readonly type: "refund";
  readonly refund: string;
  readonly reference: string;
  readonly amount: string;
  readonly method: string;
  readonly returnId?: string;
  readonly creditNote?: string;
  readonly by: string;
}
/** What the payment provider says became of a refund; once for ever. */
export interface SettleRefund {
  readonly type: "refund.settle";
  readonly refund: string;
  readonly status: "succeeded" | "failed";
  readonly by: string;
}
/** Actor `series:<entity>`: what its documents say of their seller from now on. The same again changes nothing. */
export interface DescribeSeller {
  readonly type: "describe";
  readonly seller: Seller;
}
export type SeriesCommandFromOutside = DescribeSeller | Read;

/**
 * The log was restored to an earlier point, and numbers may have been given since that it knows nothing of: no number of before is given
 * again. Decided by `waybill restore` itself, before anything else. The same again changes nothing.
 */
export interface ContinueSeries {
  readonly type: "continue";
  /** Stands behind the year in every number from now on: `INV-2026-R1-000001`. Left out: the series goes on behind `after`. */
  readonly suffix?: string;
  /** By `<type>/<fiscal year>`: the last number that was given, as the operator knows it. */
  readonly after?: { readonly [series: string]: number };
}

/** Actor `credit:<credit>`: a credit note for a sale that is not known here. */
export interface IssueCredit extends Keyed {
  readonly type: "issue_credit";
  /** `crd_…`, derived from channel and reference. */
  readonly credit: string;
  readonly entity: string;
  readonly channel?: string;
  readonly reference: string;
  readonly reason: CreditReason;
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly taxMode: TaxMode;
  /** True when the body had a customer block; it lies in PERSONAL. */
  readonly personal: boolean;
  readonly customerMark?: string;
  readonly lines: readonly {
    readonly sku?: Sku;
    readonly description?: string;
    readonly quantity: number;
    readonly unitPrice: string;
    readonly taxRate: string;
  }[];
  readonly by: string;
}
export type CreditCommandFromOutside = IssueCredit | Read;
