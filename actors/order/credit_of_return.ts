import type { Rejection } from "../actor.ts";
import type { Sku } from "../ids.ts";
import type { CreditOrder } from "../money_commands.ts";
import type { OrderRefusal } from "./events.ts";
import { booksOf } from "./money_state.ts";
import type { KnownOrder, Return } from "./state.ts";

/** A credit that names a return is of what that return holds: what it may still bring, or what it brought once it has ended. */

export type WantedLine = NonNullable<CreditOrder["lines"]>[number];
type Refusal = Rejection<OrderRefusal>;
export type OfReturn =
  | { readonly ok: true; readonly lines: readonly WantedLine[] }
  | { readonly ok: false; readonly rejection: Refusal };

/** The lines that are asked for, or all that the return holds; refused where that is more than is not credited for it yet. */
export function linesOfReturn(state: KnownOrder, known: Return, lines: CreditOrder["lines"]): OfReturn {
  const left = notCredited(state, known);
  if (lines === undefined) return allOf(state, known, left);
  const errors = lines.flatMap(({ sku, quantity: requested }, i) => {
    const creditable = left.get(sku) ?? 0;
    left.set(sku, Math.max(0, creditable - requested));
    if (requested <= creditable) return [];
    const detail = `Return ${known.return} holds ${creditable} of ${requested} that are not credited for it`;
    return [{ pointer: `/lines/${i}/quantity`, detail, sku, requested, creditable }];
  });
  if (errors.length === 0) return { ok: true, lines };
  const detail =
    `Cannot credit the lines for return ${known.return}: it holds less of them that is not credited ` +
    "for it yet. Credit other goods without `returnId`";
  return { ok: false, rejection: { reason: "credit-exceeds-invoice", detail, errors: errors.slice(0, 100) } };
}

/** By SKU, and not by line: which of the order's lines a unit came from, the return chose, and its credit may choose otherwise. */
function notCredited({ placed, ...state }: KnownOrder, known: Return): Map<Sku, number> {
  const left = new Map<Sku, number>();
  const add = (sku: Sku, units: number) => left.set(sku, (left.get(sku) ?? 0) + units);
  for (const row of known.lines) add(row.sku, heldOf(known, row));
  for (const { requested: { lines, asked } } of state.books?.credits ?? []) {
    if (asked?.returnId !== known.return) continue;
    for (const { line, units } of lines) add(placed.lines[line - 1]!.sku, -units);
    for (const { sku, quantity } of asked.returned ?? []) add(sku, -quantity);
  }
  return left;
}

const heldOf = ({ ended }: Return, { quantity, received }: Return["lines"][number]) =>
  ended === undefined ? quantity : received;

/** Line by line, as far as it stands on an invoice and is not credited otherwise. */
function allOf(state: KnownOrder, known: Return, left: Map<Sku, number>): OfReturn {
  const lines = known.lines.flatMap((row): WantedLine[] => {
    const { line, sku } = row, most = left.get(sku) ?? 0;
    const quantity = Math.min(most, heldOf(known, row), onInvoices(state, line));
    if (quantity <= 0) return [];
    left.set(sku, most - quantity);
    return [{ sku, quantity, line }];
  });
  if (lines.length > 0) return { ok: true, lines };
  const detail =
    `Cannot credit return ${known.return}: nothing that it holds is invoiced and not credited yet`;
  return { ok: false, rejection: { reason: "credit-exceeds-invoice", detail } };
}

function onInvoices(state: KnownOrder, line: number): number {
  let units = 0;
  for (const { lines } of booksOf(state).invoices) {
    for (const row of lines) if (row.line === line) units += row.left.units;
  }
  return units;
}
