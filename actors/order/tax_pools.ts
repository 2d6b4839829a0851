import { decimalUnit, parseDecimal } from "../money/decimal.ts";
import { divideRounded } from "../money/rounding.ts";
import { taxOf } from "../money/totals.ts";
import type { Invoice } from "./books.ts";
import { booksOf } from "./money_state.ts";
import type { KnownOrder } from "./state.ts";

/**
 * What of one invoice is taxed as one: all charges under a rate, or one line where tax is rounded per line. Any credits of an invoice
 * sum to it because a pool's last charge takes the rest of its tax; and the tax of each credit is within a minor unit of its rate's
 * because what is left always is.
 */
export interface TaxPool {
  /** Millionths. */
  readonly rate: bigint;
  /** Charged by the invoices before this one. */
  before: bigint;
  chargeLeft: bigint;
  taxLeft: bigint;
}

/** Line 0 is the shipping. */
export const shippingLine = 0;

export function rateOf({ placed }: KnownOrder, line: number): string {
  return line === shippingLine ? placed.shipping!.taxRate : placed.lines[line - 1]!.taxRate;
}

export function poolKey(state: KnownOrder, line: number): string {
  return state.placed.taxMode === "per_line" ? `line ${line}` : String(parseDecimal(rateOf(state, line)));
}

export function poolsOf(state: KnownOrder, invoice: Invoice): ReadonlyMap<string, TaxPool> {
  const pools = new Map<string, TaxPool>();
  for (const { line, chargeLeft, taxLeft } of rowsOf(invoice)) {
    const key = poolKey(state, line);
    const pool = pools.get(key) ??
      { rate: parseDecimal(rateOf(state, line)), before: 0n, chargeLeft: 0n, taxLeft: 0n };
    pool.chargeLeft += chargeLeft;
    pool.taxLeft += taxLeft;
    pools.set(key, pool);
  }
  const { invoices } = booksOf(state);
  for (const earlier of invoices.slice(0, invoices.indexOf(invoice))) {
    for (const { line, charge } of rowsOf(earlier)) {
      const pool = pools.get(poolKey(state, line));
      if (pool) pool.before += charge;
    }
  }
  return pools;
}

/** The lines of an invoice, and its shipping as one more. */
export function rowsOf({ lines, shipping }: Invoice) {
  const rows = lines.map(({ line, charge, left, taxLeft }) => ({
    line,
    charge,
    chargeLeft: left.charge,
    taxLeft,
  }));
  if (shipping === undefined) return rows;
  const { charge, left: chargeLeft, taxLeft } = shipping;
  return [...rows, { line: shippingLine, charge, chargeLeft, taxLeft }];
}

/** The tax that goes back with a charge: what remains has the tax that an invoice of it would have had. */
export function taxBack(pool: TaxPool, charge: bigint, includesTax: boolean): bigint {
  const { rate, before, chargeLeft, taxLeft } = pool;
  if (charge === chargeLeft) return taxLeft;
  const upTo = before + chargeLeft - charge;
  const remains = taxOf(upTo, rate, includesTax) - taxOf(before, rate, includesTax);
  return within(taxLeft - remains, 0n, taxLeft);
}

/**
 * The tax in a gross amount that goes back where tax comes on top, solved so that what remains has the tax of its rate. `chargeMax`:
 * what there is to give back beside the tax.
 */
export function taxInGross({ rate, chargeLeft, taxLeft }: TaxPool, gross: bigint, chargeMax: bigint): bigint {
  const exact = taxLeft * decimalUnit - (chargeLeft - gross) * rate;
  const tax = divideRounded(exact, decimalUnit + rate);
  return within(tax, gross > chargeMax ? gross - chargeMax : 0n, gross < taxLeft ? gross : taxLeft);
}

function within(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least;
  return value > most ? most : value;
}
