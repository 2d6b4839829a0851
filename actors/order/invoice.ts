import { type Charged, invoiceAmounts, lineCharge } from "../money/invoiced.ts";
import { amountText, invoiceMessage } from "./document_draft.ts";
import { type Draft, record } from "./draft.ts";
import type { LineAmount } from "./money_events.ts";
import {
  booksOf,
  chargedByLine,
  chargedByRate,
  chargedShipping,
  invoicedUnits,
  minorUnit,
  shippingUpTo,
} from "./money_state.ts";
import type { KnownOrder } from "./state.ts";

/** Units of a line that are to be invoiced. */
export interface Billed {
  readonly line: number;
  readonly quantity: number;
}

/** Settles what an invoice says, once for its source, and asks the series for its number. */
export function invoice(
  draft: Draft,
  source: string,
  wanted: readonly Billed[],
  suppliedAtMs?: number,
): void {
  const { state } = draft, { invoices } = booksOf(state);
  if (invoices.some((known) => known.source === source)) return;
  const invoiced = invoicedUnits(state);
  const rows = notInvoiced(state, wanted, invoiced);
  if (rows.length === 0) return;
  const charges = chargesOf(state, rows, invoiced);
  const shipping = shippingOf(state, rows, invoiced);
  if (shipping !== undefined) charges.push(shipping);
  const amounts = invoiceAmounts(charges, chargedByRate(state, invoices), state.placed)
    .map((amount) => amountText(state, amount));
  const data = {
    source,
    lines: rows.map((row, i): LineAmount => ({ ...row, ...amounts[i]! })),
    ...(shipping !== undefined && { shipping: amounts.at(-1)! }),
  };
  record(draft, "order.invoice_requested", data);
  draft.messages.push(invoiceMessage(state, data, suppliedAtMs));
}

/** Of what is wanted, what is neither cancelled nor invoiced yet. */
function notInvoiced(state: KnownOrder, wanted: readonly Billed[], invoiced: readonly number[]): Billed[] {
  return wanted.flatMap(({ line, quantity }) => {
    const live = state.placed.lines[line - 1]!.quantity - state.lines[line - 1]!.cancelled;
    const units = Math.min(quantity, live - invoiced[line - 1]!);
    return units > 0 ? [{ line, quantity: units }] : [];
  });
}

function chargesOf(state: KnownOrder, rows: readonly Billed[], invoiced: readonly number[]): Charged[] {
  const charged = chargedByLine(state, booksOf(state).invoices), minor = minorUnit(state);
  return rows.map(({ line, quantity: units }) => {
    const placed = state.placed.lines[line - 1]!;
    const charge = lineCharge(placed, { before: invoiced[line - 1]!, units, minor });
    return { rate: placed.taxRate, charge, before: charged[line - 1]! };
  });
}

/** Flat shipping goes to the first invoice whole, or follows the charges for goods. */
function shippingOf(
  state: KnownOrder,
  rows: readonly Billed[],
  invoiced: readonly number[],
): Charged | undefined {
  const { shipping } = state.placed;
  if (shipping === undefined) return undefined;
  const now = new Map(rows.map(({ line, quantity }) => [line, quantity]));
  const before = chargedShipping(booksOf(state).invoices);
  const upTo = shippingUpTo(state, (i) => invoiced[i]! + (now.get(i + 1) ?? 0));
  return upTo > before ? { rate: shipping.taxRate, charge: upTo - before, before } : undefined;
}
