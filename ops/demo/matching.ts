import type { CancelledRow } from "./cancelled.ts";
import { parseMicro } from "./decimal.ts";
import type { Sale } from "./sales.ts";

/** Whole units of an order's lines (from 1) that one row gives back. */
export interface Match {
  readonly row: CancelledRow;
  readonly sale: Sale;
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
}
export interface Matched {
  readonly matches: readonly Match[];
  /** Rows whose sale is not in the file, or is credited already. */
  readonly standAlone: readonly CancelledRow[];
}

/** What is left to credit of one customer's SKU at one price in one order. */
interface Left {
  readonly sale: Sale;
  readonly lines: { readonly line: number; quantity: number }[];
  units: number;
}

/**
 * Finds the sale that each row belongs to: of the same customer, SKU and unit price, the latest that is not later than the row and has
 * enough left. A row is matched whole or not at all. Sales of nobody in particular match nothing: whose they were is not known.
 */
export function matchCancelled(sales: readonly Sale[], cancelled: readonly CancelledRow[]): Matched {
  const index = indexOf(sales), matches: Match[] = [], standAlone: CancelledRow[] = [];
  for (const row of cancelled) {
    const key = keyOf(row.customerId, row);
    const left = key === undefined
      ? undefined
      : index.get(key)?.findLast(({ sale, units }) =>
        Date.parse(sale.placedAt) <= Date.parse(row.cancelledAt) && units >= row.quantity
      );
    if (left === undefined) standAlone.push(row);
    else matches.push({ row, sale: left.sale, lines: take(left, row.quantity) });
  }
  return { matches, standAlone };
}

function indexOf(sales: readonly Sale[]): Map<string, Left[]> {
  const index = new Map<string, Left[]>();
  const byTime = [...sales].sort((a, b) => Date.parse(a.placedAt) - Date.parse(b.placedAt));
  for (const sale of byTime) {
    for (const [i, line] of sale.lines.entries()) {
      const key = keyOf(sale.customerId, line);
      if (key !== undefined) note(index, key, { sale, line: i + 1, quantity: line.quantity });
    }
  }
  return index;
}

function note(
  index: Map<string, Left[]>,
  key: string,
  { sale, ...line }: { readonly sale: Sale; readonly line: number; readonly quantity: number },
): void {
  const known = index.get(key) ?? [], last = known.at(-1);
  if (last?.sale === sale) {
    last.lines.push(line);
    last.units += line.quantity;
  } else known.push({ sale, lines: [line], units: line.quantity });
  index.set(key, known);
}

function keyOf(
  customer: string | undefined,
  { sku, unitPrice }: { readonly sku: string; readonly unitPrice: string },
): string | undefined {
  return customer === undefined ? undefined : JSON.stringify([customer, sku, String(parseMicro(unitPrice))]);
}

function take(left: Left, quantity: number): { line: number; quantity: number }[] {
  const taken: { line: number; quantity: number }[] = [];
  left.units -= quantity;
  for (const line of left.lines) {
    const units = Math.min(line.quantity, quantity);
    line.quantity -= units;
    quantity -= units;
    if (units > 0) taken.push({ line: line.line, quantity: units });
  }
  return taken;
}
