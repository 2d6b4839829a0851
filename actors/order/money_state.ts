import type { Invoicing } from "../money_commands.ts";
import { exponentOf } from "../money/currency.ts";
import { minorOf, parseDecimal } from "../money/decimal.ts";
import { minorUnits, shippingCharge } from "../money/totals.ts";
import { mainEntity } from "../series/seller.ts";
import { type Books, emptyBooks, type Invoice } from "./books.ts";
import type { ChargeAmount } from "./money_events.ts";
import type { KnownOrder } from "./state.ts";

export const booksOf = (state: KnownOrder): Books => state.books ?? emptyBooks;

/** How orders are invoiced that say nothing else. */
export const usualInvoicing: Invoicing = {
  entity: mainEntity,
  on: "on_shipment",
  flatShipping: "first",
  taxMode: "document",
};
export const invoicingOf = (state: KnownOrder): Invoicing => state.placed.invoicing ?? usualInvoicing;

/** Units of each line that stand in invoices, credited or not. */
export function invoicedUnits(state: KnownOrder): number[] {
  const units = state.lines.map(() => 0);
  for (const { lines } of booksOf(state).invoices) {
    for (const { line, quantity } of lines) units[line - 1]! += quantity;
  }
  return units;
}

export const exponent = ({ placed }: KnownOrder): number => exponentOf(placed.currency);
export const minorUnit = (state: KnownOrder): bigint => minorUnits[exponent(state)]!;

/** The charge that an amount of a document stands for. */
export function chargeIn(state: KnownOrder, { net, tax }: ChargeAmount): bigint {
  const places = exponent(state);
  return minorOf(net, places) + (state.placed.pricesIncludeTax ? minorOf(tax, places) : 0n);
}

/** What invoices charged under each rate (in millionths), line by line and shipping. */
export function chargedByRate(state: KnownOrder, invoices: readonly Invoice[]): Map<bigint, bigint> {
  const sums = new Map<bigint, bigint>();
  const { lines, shipping } = state.placed;
  const add = (rate: string, charge: bigint) => {
    const key = parseDecimal(rate);
    sums.set(key, (sums.get(key) ?? 0n) + charge);
  };
  for (const invoice of invoices) {
    for (const { line, charge } of invoice.lines) add(lines[line - 1]!.taxRate, charge);
    if (invoice.shipping && shipping) add(shipping.taxRate, invoice.shipping.charge);
  }
  return sums;
}

/** What invoices charged of each line. */
export function chargedByLine(state: KnownOrder, invoices: readonly Invoice[]): bigint[] {
  const sums = state.lines.map(() => 0n);
  for (const { lines } of invoices) for (const { line, charge } of lines) sums[line - 1]! += charge;
  return sums;
}

/** What shipping comes to once so many units of each line are charged. */
export function shippingUpTo(state: KnownOrder, unitsOf: (index: number) => number): bigint {
  const { shipping } = state.placed;
  if (shipping === undefined) return 0n;
  const proRata = invoicingOf(state).flatShipping === "pro_rata";
  return shippingCharge(state.placed, { ...shipping, proRata }, (_, i) => unitsOf(i));
}

/** What invoices charged of shipping. */
export function chargedShipping(invoices: readonly Invoice[]): bigint {
  return invoices.reduce((sum, { shipping }) => sum + (shipping?.charge ?? 0n), 0n);
}
