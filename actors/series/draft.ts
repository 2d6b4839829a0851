import { exponentOf } from "../money/currency.ts";
import { formatMinor, minorOf, parseDecimal } from "../money/decimal.ts";
import type { DocumentCharge, DocumentDraft, TaxCategory, TaxSubtotal } from "./document.ts";

/** What rate 0 means where nothing else is said: zero rated. */
export const categoryOf = (rate: string): TaxCategory => parseDecimal(rate) === 0n ? "Z" : "S";

/** The day in UTC. */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, "2011-12-01".length);

type Row = Pick<DocumentCharge, "net" | "tax" | "taxRate" | "taxCategory">;

/** What the rows of a document come to: exact sums, and one subtotal for each category and rate. */
export function totalsIn(
  currency: string,
  rows: readonly Row[],
): Pick<DocumentDraft, "taxes" | "net" | "tax" | "total"> {
  const places = exponentOf(currency);
  const groups = new Map<string, { row: Row; net: bigint; tax: bigint }>();
  let net = 0n, tax = 0n;
  for (const row of rows) {
    const key = `${row.taxCategory} ${parseDecimal(row.taxRate)}`;
    const group = groups.get(key) ?? { row, net: 0n, tax: 0n };
    group.net += minorOf(row.net, places);
    group.tax += minorOf(row.tax, places);
    groups.set(key, group);
    net += minorOf(row.net, places);
    tax += minorOf(row.tax, places);
  }
  const taxes = Array.from(groups.values(), ({ row, ...sums }): TaxSubtotal => ({
    category: row.taxCategory,
    rate: row.taxRate,
    net: formatMinor(sums.net, places),
    tax: formatMinor(sums.tax, places),
  }));
  return {
    taxes,
    net: formatMinor(net, places),
    tax: formatMinor(tax, places),
    total: formatMinor(net + tax, places),
  };
}
