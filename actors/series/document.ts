import type { OrderId, Sku } from "../ids.ts";

/**
 * An invoice or credit note as it is frozen when its number is given (DOMAIN 6). Amounts are decimal strings in the currency's own
 * exponent and never negative: a credit note says what is given back. It holds nothing personal: the buyer stands in it as a reference
 * and a mark.
 */
export interface IssuedDocument extends DocumentDraft {
  /** `INV-2026-000123`: unique, and without gaps within its series. */
  readonly number: string;
  /** What numbers of the series begin with: `INV-2026`. */
  readonly series: string;
  /** The calendar year in which the seller's fiscal year began. */
  readonly fiscalYear: number;
  /** Place in the series, from 1. */
  readonly sequence: number;
  /** The day in the seller's own time zone; never before that of the document before it. */
  readonly issuedOn: string;
  /** RFC 3339, UTC. */
  readonly issuedAt: string;
  /** Who sold it: the entity, and the hash of what its documents said of it on that day. */
  readonly seller: { readonly entity: string; readonly hash: string };
  /** The hash of the document before it in the series; empty for the first one. */
  readonly previousHash: string;
  /** SHA-256 in hex over the canonical JSON (RFC 8785) of all the rest. */
  readonly hash: string;
}

export type DocumentType = "invoice" | "credit_note";

/** Everything but what only the series can give it. */
export interface DocumentDraft {
  readonly type: DocumentType;
  /** Why it exists, once for ever: `ship:<shipment>`, `order:<order>`, `credit:<order>/<reference>`, `cancel:<order>/<request>`, `credit:<credit>`. */
  readonly source: string;
  readonly entity: string;
  readonly channel?: string;
  /** Absent in a credit without an order here. */
  readonly order?: { readonly id: OrderId; readonly number: string; readonly placedOn: string };
  /** Where the party block lies in PERSONAL, and the keyed mark of what it said; absent when nobody was named. */
  readonly buyer?: { readonly actor: string; readonly mark?: string };
  readonly currency: string;
  /** Gross prices are fixed, and net follows from them. */
  readonly pricesIncludeTax: boolean;
  readonly taxMode: TaxMode;
  /** The day on which the goods were handed over, or the money was taken (BT-72). */
  readonly suppliedOn?: string;
  readonly lines: readonly DocumentLine[];
  readonly shipping?: DocumentCharge;
  /** One for each category and rate, in the order of first mention. */
  readonly taxes: readonly TaxSubtotal[];
  readonly net: string;
  readonly tax: string;
  readonly total: string;
  /** Of an invoice: what had been paid when it was issued; the rest is due. */
  readonly paid?: string;
  /** Of a credit note: what it corrects, oldest first; empty when its sale is not known here. */
  readonly corrects?: readonly { readonly number: string; readonly issuedOn: string }[];
  readonly reason?: CreditReason;
  /** The return that it follows from. */
  readonly returnId?: string;
}

/** `document`: tax is rounded once for each rate of a document; `per_line`: once for each line. */
export type TaxMode = "document" | "per_line";

export const creditReasons = [
  "return",
  "cancellation",
  "price",
  "goodwill",
  "tax_correction",
  "write_off",
] as const;
export type CreditReason = (typeof creditReasons)[number];

/** Category of tax by UNCL5305, as EN 16931 uses it: standard rate, zero rate, exempt, and so on. */
export type TaxCategory = "S" | "Z" | "E" | "AE" | "K" | "G" | "O";

/** `net` + `tax` is what the line comes to. */
export interface DocumentLine {
  /** The order's line, from 1; in a credit without an order the document's own. */
  readonly line: number;
  readonly sku?: Sku;
  readonly description?: string;
  /** Units; an amount off the price is one of that price. */
  readonly quantity: number;
  /** As it was sold: with tax where prices include it; up to 6 places. */
  readonly unitPrice: string;
  /** What came off the price of these units, as it was sold. */
  readonly discount: string;
  readonly net: string;
  readonly tax: string;
  readonly taxRate: string;
  readonly taxCategory: TaxCategory;
  /** In a credit note: the number of the invoice whose line it was. */
  readonly invoice?: string;
}

export interface DocumentCharge {
  readonly service?: string;
  readonly net: string;
  readonly tax: string;
  readonly taxRate: string;
  readonly taxCategory: TaxCategory;
}

export interface TaxSubtotal {
  readonly category: TaxCategory;
  readonly rate: string;
  readonly net: string;
  readonly tax: string;
}
