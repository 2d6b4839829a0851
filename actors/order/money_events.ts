import type { Event } from "../actor.ts";
import type { Sku } from "../ids.ts";
import type { CreditReason } from "../series/document.ts";

/** Events of an order's invoices, credits and refunds; wire names and versions are for ever, as in `events.ts`. */

/** Amounts of a line in a document, decimal strings in the currency's own exponent. */
export interface LineAmount {
  readonly line: number;
  readonly quantity: number;
  readonly net: string;
  readonly tax: string;
}
export interface ChargeAmount {
  readonly net: string;
  readonly tax: string;
}

/** What an invoice is to say is settled, and the series was asked for its number. `source`: as in the document. */
export type OrderInvoiceRequested = Event<"order.invoice_requested", 1, {
  readonly source: string;
  readonly lines: readonly LineAmount[];
  readonly shipping?: ChargeAmount;
}>;
interface Numbered {
  readonly source: string;
  readonly number: string;
  readonly issuedOn: string;
  readonly total: string;
}
export type OrderInvoiced = Event<"order.invoiced", 1, Numbered>;

/** What is given back of which invoice's line. `units`: how many are credited; none where only the price went down. */
export interface CreditedAmount extends LineAmount {
  /** The source of the invoice. */
  readonly of: string;
  readonly units: number;
}
export type OrderCreditRequested = Event<"order.credit_requested", 1, {
  readonly source: string;
  readonly reason: CreditReason;
  readonly lines: readonly CreditedAmount[];
  readonly shipping: readonly (ChargeAmount & { readonly of: string })[];
  /** Of a credit that somebody asked for; absent where it follows from a cancellation. */
  readonly asked?: {
    readonly reference: string;
    readonly fingerprint: string;
    /** The id of the API key. */
    readonly by: string;
    readonly returnId?: string;
    /** Units of the return for which an amount is credited; absent where `lines` say it. */
    readonly returned?: readonly { readonly sku: Sku; readonly quantity: number }[];
  };
}>;
export type OrderCredited = Event<"order.credited", 1, Numbered>;

/** Money is to go back to the customer. */
export type OrderRefundRequested = Event<"order.refund_requested", 1, {
  /** `rfn_…`, derived from order and reference. */
  readonly refund: string;
  readonly reference: string;
  readonly fingerprint: string;
  readonly amount: string;
  readonly method: string;
  readonly returnId?: string;
  /** The number of the credit note that it pays out. */
  readonly creditNote?: string;
  readonly by: string;
  readonly atMs: number;
}>;
/** What the payment provider says became of it. */
export type OrderRefundSettled = Event<"order.refund_settled", 1, {
  readonly refund: string;
  readonly status: "succeeded" | "failed";
  readonly by: string;
  readonly atMs: number;
}>;

export type OrderMoneyEvent =
  | OrderInvoiceRequested
  | OrderInvoiced
  | OrderCreditRequested
  | OrderCredited
  | OrderRefundRequested
  | OrderRefundSettled;
