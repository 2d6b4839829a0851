import { exponentOf } from "./currency.ts";
import { decimalUnit, parseDecimal } from "./decimal.ts";
import { allocate, divideRounded } from "./rounding.ts";

/** A line as it is priced: `quantity` was ordered, `live` of it is not cancelled. Prices and rates are decimal strings. */
export interface PricedLine {
  readonly quantity: number;
  readonly live: number;
  readonly unitPrice: string;
  /** An amount off the whole line; a partly cancelled line keeps its share of it. */
  readonly discount: string;
  readonly taxRate: string;
}
export interface Priced {
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  /** Tax is rounded once for each rate (when absent), or once for each line. */
  readonly taxMode?: "document" | "per_line";
  readonly lines: readonly PricedLine[];
  readonly shipping?: {
    readonly amount: string;
    readonly taxRate: string;
    /** Charged in the share of the goods that are charged, and not as a whole. */
    readonly proRata?: boolean;
  } | undefined;
}

/** Amounts in minor units. */
export interface Amount {
  readonly net: bigint;
  readonly tax: bigint;
}
export interface Totals {
  readonly exponent: number;
  /** One per line, in order; `tax` is what the group's tax pushes back to the line. */
  readonly lines: readonly Amount[];
  readonly shipping: Amount;
  /** Lines and shipping. */
  readonly net: bigint;
  readonly tax: bigint;
  readonly total: bigint;
}

/** Minor units of one major unit, by exponent. */
export const minorUnits: readonly bigint[] = [1n, 10n, 100n, 1_000n, 10_000n];
const nothing: Amount = { net: 0n, tax: 0n };

/** What an order comes to (DOMAIN 7): each line rounded once, tax per rate over the rounded amounts, or per line. */
export function totalsOf(order: Priced): Totals {
  const exponent = exponentOf(order.currency);
  const minor = minorUnits[exponent]!;
  const charged = order.lines.map((line) => chargeOf(line, minor));
  const rates = order.lines.map((line) => line.taxRate);
  // Shipping is one more row after the lines: it joins its rate's group, and is charged while anything is left to ship.
  const ships = order.shipping !== undefined && order.lines.some((line) => line.live > 0);
  if (ships) {
    charged.push(shippingCharge(order, order.shipping, (line) => line.live));
    rates.push(order.shipping.taxRate);
  }
  const rows = order.taxMode === "per_line"
    ? charged.map((charge, i) => amountOf(charge, taxOf(charge, rates[i]!, order.pricesIncludeTax), order))
    : taxed(charged, rates, order);
  let net = 0n, tax = 0n;
  for (const row of rows) {
    net += row.net;
    tax += row.tax;
  }
  const shipping = ships ? rows.pop()! : nothing;
  return { exponent, lines: rows, shipping, net, tax, total: net + tax };
}

/** The charge for shipping where so many units of each line are charged: all of it, or round(it × their charges / all charges). */
export function shippingCharge<L extends Omit<PricedLine, "live">>(
  { currency, lines }: { readonly currency: string; readonly lines: readonly L[] },
  { amount, proRata }: NonNullable<Priced["shipping"]>,
  unitsOf: (line: L, index: number) => number,
): bigint {
  const minor = minorUnits[exponentOf(currency)]!;
  const whole = divideRounded(parseDecimal(amount) * minor, decimalUnit);
  if (!proRata) return whole;
  let part = 0n, all = 0n;
  lines.forEach((line, i) => {
    part += chargeOf({ ...line, live: unitsOf(line, i) }, minor);
    all += chargeOf({ ...line, live: line.quantity }, minor);
  });
  return all === 0n ? whole : divideRounded(whole * part, all);
}

/** Of what a charge is in net and tax. */
export function amountOf(
  charge: bigint,
  tax: bigint,
  { pricesIncludeTax }: Pick<Priced, "pricesIncludeTax">,
) {
  return { net: pricesIncludeTax ? charge - tax : charge, tax };
}

/** The tax on a charge or in it, rounded once (DOMAIN 7.4, 7.5). `rate`: a decimal string, or its millionths. */
export function taxOf(charge: bigint, rate: string | bigint, includesTax: boolean): bigint {
  const millionths = typeof rate === "string" ? parseDecimal(rate) : rate;
  if (!includesTax) return divideRounded(charge * millionths, decimalUnit);
  return charge - divideRounded(charge * decimalUnit, decimalUnit + millionths);
}

/** round((quantity × price − discount) × live / quantity), once. */
export function chargeOf(line: PricedLine, minor: bigint): bigint {
  if (line.live === 0) return 0n;
  const quantity = BigInt(line.quantity);
  const whole = (quantity * parseDecimal(line.unitPrice) - parseDecimal(line.discount)) * minor;
  if (line.live === line.quantity) return divideRounded(whole, decimalUnit);
  return divideRounded(whole * BigInt(line.live), decimalUnit * quantity);
}

/** Splits each charged amount into net and tax: the tax of a rate's group is rounded once and pushed back by largest remainder. */
function taxed(charged: readonly bigint[], rates: readonly string[], order: Priced): Amount[] {
  const rows: Amount[] = new Array(charged.length);
  for (const [rate, members] of groupsOf(rates)) {
    const sum = members.reduce((total, index) => total + charged[index]!, 0n);
    const shares = allocate(
      taxOf(sum, rate, order.pricesIncludeTax),
      members.map((index) => charged[index]!),
    );
    for (let i = 0; i < members.length; i++) {
      rows[members[i]!] = amountOf(charged[members[i]!]!, shares[i]!, order);
    }
  }
  return rows;
}

/** Row numbers by rate in millionths, `"0.2"` and `"0.20"` being the same one. */
export function groupsOf(rates: readonly string[]): ReadonlyMap<bigint, readonly number[]> {
  const groups = new Map<bigint, number[]>();
  let text: string | undefined, group: number[] = [];
  for (let index = 0; index < rates.length; index++) {
    if (rates[index] !== text) {
      text = rates[index]!;
      const rate = parseDecimal(text);
      group = groups.get(rate) ?? [];
      groups.set(rate, group);
    }
    group.push(index);
  }
  return groups;
}
