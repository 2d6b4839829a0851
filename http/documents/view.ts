import type { z } from "@hono/zod-openapi";
import type { IssuedDocument } from "../../actors/series/document.ts";
import type { Seller } from "../../actors/series/seller.ts";
import { exponentOf } from "../../actors/money/currency.ts";
import { decimalPlacesMax, formatMinor, parseDecimal } from "../../actors/money/decimal.ts";
import type { InvoicePayment } from "../../projections/invoices/payment.ts";
import type { customer } from "../schemas/order.ts";
import { type Language, languageFor } from "../tracking/languages.ts";

export type Buyer = z.output<typeof customer>;

/** Everything that a rendering of one document needs: nothing else is looked up, and no clock is read. */
export interface DocumentView {
  readonly document: IssuedDocument;
  /** The seller as its description with the document's hash said. */
  readonly seller: Seller;
  /** The order's customer; absent when nobody was named, or when the person was erased. */
  readonly buyer?: Buyer;
  /** What has become of an invoice, for those who ask for it as JSON: no part of the document. */
  readonly payment?: InvoicePayment;
  /** Absent: the buyer's, then the seller's. */
  readonly language?: string;
  /** PNG or JPEG, for the head of PDFs; without one the seller's name stands there. */
  readonly logo?: Uint8Array;
}

/** The language in which people read the document. */
export function languageOf({ language, buyer, seller }: DocumentView): Language {
  return languageFor({ chosen: language, customers: buyer?.language ?? seller.language });
}

/** What is still to be paid: an invoice's total less what was paid before it was issued; of a credit note, what is given back. */
export function dueOf({ currency, total, paid }: IssuedDocument): string {
  return minus(total, paid ?? "0", currency);
}

/** `a - b` in the currency's own exponent. */
export function minus(a: string, b: string, currency: string): string {
  return amountOf(parseDecimal(a) - parseDecimal(b), exponentOf(currency));
}

/** Millionths as a decimal string of so many places. They have no more than that: amounts are whole minor units. */
export function amountOf(millionths: bigint, places: number): string {
  return formatMinor(millionths / 10n ** BigInt(decimalPlacesMax - places), places);
}
