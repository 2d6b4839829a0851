import { exponentOf } from "../../actors/money/currency.ts";
import { formatMinor, minorOf } from "../../actors/money/decimal.ts";
import type { Credit } from "../../actors/order/books.ts";
import { booksOf } from "../../actors/order/money_state.ts";
import type { KnownOrder, OrderState } from "../../actors/order/state.ts";
import { capturedAmount, orderTotals } from "../../actors/order/view.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import type { PayoutLineRow } from "../payouts.ts";

export const paymentStatuses = ["issued", "partially_paid", "paid", "overpaid"] as const;

/** What has become of an invoice since it was issued (DOMAIN 6). The document itself never changes. */
export interface InvoicePayment {
  /** `paid`: nothing is left to pay, also where all of it was credited. */
  readonly status: (typeof paymentStatuses)[number];
  /** What credit notes took off it, tax included. */
  readonly creditedAmount: string;
  /** What is left to pay after credits and payments; negative where the customer has something to get. */
  readonly outstanding: string;
}
/** A line of a payout that belongs to an order. */
export type PaidLine = Pick<
  PayoutLineRow,
  "order_id" | "type" | "amount" | "state" | "refund" | "credit_note" | "written_off"
>;
/** What is known of one order's money. */
export interface OrderMoney {
  readonly state: OrderState;
  readonly lines: readonly PaidLine[];
}

/** By the source of each invoice. One whose order does not have it (yet) is as it was when it was issued. */
export function paymentsOf(
  documents: readonly IssuedDocument[],
  orders: ReadonlyMap<string | null, OrderMoney>,
): ReadonlyMap<string, InvoicePayment> {
  const ofOrder = new Map<string, ReadonlyMap<string, InvoicePayment>>();
  const invoices = documents.filter(({ type }) => type === "invoice");
  for (const id of new Set(invoices.flatMap(({ order }) => order?.id ?? []))) {
    const money = orders.get(id);
    if (money !== undefined && money.state.phase !== "unknown") {
      ofOrder.set(id, paymentsOfOrder(money.state, money.lines));
    }
  }
  return new Map(invoices.map((document) => {
    const { source, order } = document;
    return [source, (order && ofOrder.get(order.id)?.get(source)) ?? asIssued(document)];
  }));
}

function asIssued({ currency, total, paid = "0" }: IssuedDocument): InvoicePayment {
  const places = exponentOf(currency), owed = minorOf(total, places), taken = minorOf(paid, places);
  return said({ owed, taken, beyond: 0n, credited: 0n }, places);
}

interface Standing {
  readonly owed: bigint;
  readonly taken: bigint;
  readonly beyond: bigint;
  readonly credited: bigint;
}

/**
 * What the order received pays its invoices, oldest first, less what was credited of each. What is left over waits for what is still to be
 * invoiced; beyond that it was paid too much, first for what was credited since, else for the newest invoice.
 */
function paymentsOfOrder(
  state: KnownOrder,
  lines: readonly PaidLine[],
): ReadonlyMap<string, InvoicePayment> {
  const { invoices, credits } = booksOf(state), places = exponentOf(state.placed.currency);
  const issued = invoices.flatMap(({ source, issued }) => issued ? [{ source, ...issued }] : []);
  const totals = issued.map(({ total }) => minorOf(total, places));
  const sum = (amounts: readonly bigint[]) => amounts.reduce((all, one) => all + one, 0n);
  let left = atLeast0(received(state, lines));
  const standings = issued.map(({ source }, i) => {
    const credited = creditedOf(source, credits, places), owed = totals[i]! - credited;
    const taken = left < owed ? left : owed;
    left -= taken;
    return { source, owed, taken, credited };
  });
  let beyond = atLeast0(left - atLeast0(orderTotals(state).total - sum(totals)));
  return new Map(standings.map(({ source, ...standing }, i) => {
    const { credited } = standing, isLast = i === standings.length - 1;
    const share = isLast || beyond < credited ? beyond : credited;
    beyond -= share;
    return [source, said({ ...standing, beyond: share }, places)];
  }));
}

function said({ owed, taken, beyond, credited }: Standing, places: number): InvoicePayment {
  const open = owed - taken - beyond;
  const status = open < 0n ? "overpaid" : open === 0n ? "paid" : taken > 0n ? "partially_paid" : "issued";
  return { status, creditedAmount: formatMinor(credited, places), outstanding: formatMinor(open, places) };
}

function creditedOf(source: string, credits: readonly Credit[], places: number): bigint {
  let sum = 0n;
  for (const { requested, issued } of credits) {
    if (issued === undefined) continue;
    for (const { of, net, tax } of [...requested.lines, ...requested.shipping]) {
      if (of === source) sum += minorOf(net, places) + minorOf(tax, places);
    }
  }
  return sum;
}

/**
 * What the customer has paid and not got back: what was captured, or what payouts paid where that is more (platforms take money that
 * nobody told us of); less refunds that succeeded or that a payout has, and chargebacks. Where payouts paid exactly what is left of the
 * order, less cancellations, the platform has never taken the rest, or gave it back itself (decision 0042). What was written off of a
 * payout's line counts as neither.
 */
function received(state: KnownOrder, lines: readonly PaidLine[]): bigint {
  const places = exponentOf(state.placed.currency);
  const amountOf = ({ amount, written_off }: PaidLine) =>
    minorOf(amount, places) - minorOf(written_off ?? "0", places);
  const matched = (wanted: PaidLine["type"]) =>
    lines.filter(({ type, state }) =>
      type === wanted && (state === "matched" || state === "matched_with_diff")
    );
  const sum = (some: readonly PaidLine[]) => some.reduce((all, line) => all + amountOf(line), 0n);
  const captured = capturedAmount(state), paidOut = sum(matched("payment"));
  const refundLines = matched("refund");
  const paidBack = sum(refundLines) + sum(lines.filter(({ type }) => type === "chargeback")); // Both are negative.
  const refunded = refundedElsewhere(state, refundLines, places);
  const told = (captured > paidOut ? captured : paidOut) + paidBack - refunded;
  if (paidOut === 0n || paidOut !== orderTotals(state).total) return told;
  return told < paidOut + paidBack ? told : paidOut + paidBack;
}

/** Refunds that succeeded, and that no payout has. */
function refundedElsewhere(state: KnownOrder, lines: readonly PaidLine[], places: number): bigint {
  let sum = 0n;
  for (const { requested: { refund, amount }, settled } of booksOf(state).refunds) {
    const inPayout = lines.some((line) => line.refund === refund);
    if (settled === "succeeded" && !inPayout) sum += minorOf(amount, places);
  }
  return sum;
}

const atLeast0 = (amount: bigint): bigint => amount > 0n ? amount : 0n;
