import type { Creditable } from "../money/invoiced.ts";
import type { OrderCreditRequested, OrderRefundRequested } from "./money_events.ts";

/**
 * The order's own books. A *charge* is an amount in minor units as it was sold: net where tax comes on top, gross where prices
 * include it.
 */
export interface Books {
  readonly invoices: readonly Invoice[];
  readonly credits: readonly Credit[];
  readonly refunds: readonly Refund[];
}
export interface Numbered {
  readonly number: string;
  readonly issuedOn: string;
  readonly total: string;
}
export interface Invoice {
  readonly source: string;
  /** Absent until the series has answered. */
  readonly issued?: Numbered;
  readonly lines: readonly InvoicedLine[];
  readonly shipping?: ChargedShipping;
}
export interface InvoicedLine extends Creditable {
  readonly line: number;
  readonly quantity: number;
  readonly charge: bigint;
  /** Its share of the tax that is not credited: only the sum over a rate has a meaning of its own. */
  readonly taxLeft: bigint;
}
export interface ChargedShipping {
  readonly charge: bigint;
  /** What is not credited. */
  readonly left: bigint;
  readonly taxLeft: bigint;
}
export interface Credit {
  readonly requested: OrderCreditRequested["data"];
  readonly issued?: Numbered;
}
export interface Refund {
  readonly requested: OrderRefundRequested["data"];
  readonly settled?: "succeeded" | "failed";
}

export const emptyBooks: Books = { invoices: [], credits: [], refunds: [] };
