import { exponentOf } from "../money/currency.ts";
import { formatMinor, minorOf } from "../money/decimal.ts";
import type { Credit, Numbered, Refund } from "./books.ts";
import type { KnownOrder } from "./state.ts";

/** A credit note as the one who asked for it is told; the whole document is read by its number. */
export interface CreditView {
  readonly number: string;
  readonly type: "credit_note";
  readonly orderId: string;
  readonly reference?: string;
  readonly reason: string;
  readonly returnId?: string;
  readonly issuedOn: string;
  readonly currency: string;
  readonly total: string;
  readonly corrects: readonly string[];
  readonly lines: readonly {
    readonly line: number;
    readonly sku: string;
    /** As the note says it: an amount off the price is one of that price. */
    readonly quantity: number;
    /** How many are credited; 0 where only their price went down, and they can still be. */
    readonly units: number;
    readonly net: string;
    readonly tax: string;
  }[];
}

export function creditView(state: KnownOrder, { requested }: Credit, issued: Numbered): CreditView {
  const { placed, books } = state, { asked, reason, lines, shipping } = requested;
  const sources = new Set([...lines, ...shipping].map(({ of }) => of));
  return {
    number: issued.number,
    type: "credit_note",
    orderId: placed.order,
    ...(asked && { reference: asked.reference }),
    reason,
    ...(asked?.returnId !== undefined && { returnId: asked.returnId }),
    issuedOn: issued.issuedOn,
    currency: placed.currency,
    total: issued.total,
    corrects: books!.invoices.flatMap(({ source, issued }) =>
      issued && sources.has(source) ? [issued.number] : []
    ),
    lines: lines.map(({ line, quantity, units, net, tax }) => ({
      line,
      sku: placed.lines[line - 1]!.sku,
      quantity,
      units,
      net,
      tax,
    })),
  };
}

export interface RefundView {
  readonly refundId: string;
  readonly orderId: string;
  readonly reference: string;
  readonly amount: string;
  readonly currency: string;
  readonly method: string;
  readonly status: "pending" | "succeeded" | "failed";
  readonly returnId?: string;
  readonly creditNote?: string;
  readonly requestedAt: string;
}

export function refundView({ placed }: KnownOrder, { requested, settled }: Refund): RefundView {
  const places = exponentOf(placed.currency);
  const { refund: refundId, reference, amount, method, returnId, creditNote, atMs } = requested;
  return {
    refundId,
    orderId: placed.order,
    reference,
    amount: formatMinor(minorOf(amount, places), places),
    currency: placed.currency,
    method,
    status: settled ?? "pending",
    ...(returnId !== undefined && { returnId }),
    ...(creditNote !== undefined && { creditNote }),
    requestedAt: new Date(atMs).toISOString(),
  };
}
