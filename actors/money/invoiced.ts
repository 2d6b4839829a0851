import { allocate, divideRounded } from "./rounding.ts";
import { type Amount, amountOf, chargeOf, groupsOf, type Priced, type PricedLine, taxOf } from "./totals.ts";

/**
 * What the invoices of an order come to, one after the other (DOMAIN 7.6). Everything is cumulative: an invoice is what all up to it
 * come to, less what those before it came to; so their sum is the order's own total, to the minor unit.
 *
 * A *charge* is an amount as it was sold: net where tax comes on top, gross where prices include it.
 */

/** How an order is taxed. */
export type Taxing = Pick<Priced, "pricesIncludeTax" | "taxMode">;

/** The charge for units of a line, where `before` of them had been charged. `minor`: minor units of a major one. */
export function lineCharge(
  line: Omit<PricedLine, "live">,
  { before, units, minor }: { readonly before: number; readonly units: number; readonly minor: bigint },
): bigint {
  return chargeOf({ ...line, live: before + units }, minor) - chargeOf({ ...line, live: before }, minor);
}

/** One line, or the shipping, of an invoice or credit note. */
export interface Charged {
  readonly rate: string;
  /** Charged here. */
  readonly charge: bigint;
  /** What invoices had charged before this one: of the same line where tax is per line, else it is summed over the rate. */
  readonly before: bigint;
}

/**
 * Net and tax of each row of an invoice. `before`: what earlier invoices charged under each rate, in millionths; rows are taxed by what
 * their rate came to before and comes to now, and the tax is spread over them by largest remainder.
 */
export function invoiceAmounts(
  rows: readonly Charged[],
  before: ReadonlyMap<bigint, bigint>,
  taxing: Taxing,
): Amount[] {
  const includes = taxing.pricesIncludeTax;
  if (taxing.taxMode === "per_line") {
    return rows.map(({ charge, rate, before }) =>
      amountOf(charge, taxOf(before + charge, rate, includes) - taxOf(before, rate, includes), taxing)
    );
  }
  return spread(rows, taxing, (rate, sum) => {
    const earlier = before.get(rate) ?? 0n;
    return taxOf(earlier + sum, rate, includes) - taxOf(earlier, rate, includes);
  });
}

/** Net and tax of rows whose tax is settled for each rate: `taxFor` the rate and the sum of its charges. */
export function spread(
  rows: readonly Pick<Charged, "rate" | "charge">[],
  taxing: Taxing,
  taxFor: (rate: bigint, sum: bigint) => bigint,
): Amount[] {
  const amounts: Amount[] = new Array(rows.length);
  for (const [rate, members] of groupsOf(rows.map((row) => row.rate))) {
    const charges = members.map((index) => rows[index]!.charge);
    const sum = charges.reduce((total, charge) => total + charge, 0n);
    const taxes = allocate(taxFor(rate, sum), charges);
    members.forEach((index, i) => amounts[index] = amountOf(rows[index]!.charge, taxes[i]!, taxing));
  }
  return amounts;
}

/** What of an invoiced line can still be credited. `base`: what the shares of units count over, since the last amount off the price. */
export interface Creditable {
  readonly left: UnitsCharged;
  readonly base: UnitsCharged;
}
export interface UnitsCharged {
  readonly units: number;
  readonly charge: bigint;
}

/** The charge for giving `units` back: round(cumulative share) less what was given back before; the last ones take the remainder. */
export function unitsCredit({ left, base }: Creditable, units: number): bigint {
  const credited = BigInt(base.units - left.units + units);
  const cumulative = divideRounded(base.charge * credited, BigInt(base.units));
  return cumulative - (base.charge - left.charge);
}

/** After that credit. An amount off the price (no units) is what the next shares start from. */
export function afterCredit({ left, base }: Creditable, units: number, charge: bigint): Creditable {
  const rest = { units: left.units - units, charge: left.charge - charge };
  const byShare = units > 0 && rest.charge === left.charge - unitsCredit({ left, base }, units);
  return { left: rest, base: byShare ? base : rest };
}
