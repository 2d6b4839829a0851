import type { OrderAnswer } from "./answers.ts";
import { type CancelledRow, type Fee, referenceOf } from "./cancelled.ts";
import { serviceOf } from "./codes.ts";
import { showPence } from "./decimal.ts";
import type { Match } from "./matching.ts";
import type { Sale } from "./sales.ts";

/** What follows when orders are confirmed, in the words of the API. */

export interface Parcel {
  readonly reference: string;
  readonly location: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly lines: readonly Units[];
}
interface Units {
  readonly sku: string;
  readonly quantity: number;
}

/** One for each location, as allocated; none for services alone. */
export function parcelsOf(sale: Sale, { lines }: OrderAnswer, channel: string): Parcel[] {
  const locations = new Map<string, Units[]>();
  for (const { sku, allocated } of lines) {
    for (const { location, quantity } of allocated) {
      const units = locations.get(location) ?? [];
      locations.set(location, [...units, { sku, quantity }]);
    }
  }
  return Array.from(locations, ([location, units], index) => ({
    ...{ reference: location, location, carrier: "generic" },
    trackingNumber: `${channel}-${sale.invoice.replaceAll(/[^A-Za-z0-9]/g, "-")}-${index + 1}`.slice(-64),
    lines: summed(units),
  }));
}

export const unitsIn = ({ lines }: Pick<Parcel, "lines">): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

function summed(units: readonly Units[]): Units[] {
  const bySku = new Map<string, number>();
  for (const { sku, quantity } of units) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return Array.from(bySku, ([sku, quantity]) => ({ sku, quantity }));
}

const isGoods = ({ sku }: { readonly sku: string }) => serviceOf(sku) === undefined;

/** The goods of one cancellation that come back to one order; undefined where all is services. */
export function returnBody(cancellation: string, matches: readonly Match[]): object | undefined {
  const goods = matches.map(({ row }) => row).filter(isGoods);
  if (goods.length === 0) return undefined;
  return { reference: cancellation, reason: `cancellation ${cancellation}`, lines: summed(goods) };
}

export function creditBody({ row, lines }: Match, returnId: string | undefined): object {
  return {
    ...{ reference: referenceOf(row), reason: reasonOf(row) },
    lines: lines.map((line) => ({ sku: row.sku, ...line })),
    ...(returnId !== undefined && isGoods(row) ? { returnId } : {}),
  };
}

export function standAloneBody(row: CancelledRow, channel: string): object {
  const { customerId, country, sku, description, quantity, unitPrice } = row;
  const customer = {
    ...(customerId === undefined ? {} : { id: customerId }),
    ...(country === undefined ? {} : { address: { country } }),
  };
  return {
    ...{ channel, reference: referenceOf(row), reason: reasonOf(row), currency: "GBP" },
    ...(Object.keys(customer).length === 0 ? {} : { customer }),
    lines: [{
      sku,
      ...(description === undefined ? {} : { description }),
      quantity,
      unitPrice,
      taxRate: "0",
    }],
  };
}

const reasonOf = (row: CancelledRow) => isGoods(row) ? "return" : "cancellation";

/** The API's limit for one statement. */
const statementLinesMax = 2_000;

/** The fees of a file; in several statements only when one may not have so many lines. */
export function statementsOf(fees: readonly Fee[], hash: string, channel: string): object[] {
  const statements: object[] = [];
  for (let from = 0; from < fees.length; from += statementLinesMax) {
    const lines = fees.slice(from, from + statementLinesMax)
      .map(({ reference, pence }) => ({ type: "fee", reference, amount: showPence(pence) }));
    const reference = from === 0 ? hash : `${hash}/${statements.length + 1}`;
    statements.push({ source: channel, reference, currency: "GBP", lines });
  }
  return statements;
}
