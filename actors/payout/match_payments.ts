import type { CandidateOrder } from "./candidates.ts";
import { byReference, type LineMatch, type Placed, whole } from "./line_match.ts";
import { decimalOf, minorOf } from "./statement.ts";

/**
 * Payments of one order, against what was captured for it and no earlier payout has paid. A line of exactly that amount comes first, then
 * each takes of what is left. What comes beyond is paid twice; what is short is stated at the last line that has a share.
 */
export function matchPayments(order: CandidateOrder, lines: readonly Placed[], matches: LineMatch[]): void {
  const { currency, order: id, invoices } = order;
  const amountOf = ({ line }: Placed) => minorOf(line.amount, currency);
  const paid = order.paid.reduce((sum, { amount }) => sum + minorOf(amount, currency), 0n);
  const due = dueOf(order, paid, lines.reduce((sum, line) => sum + amountOf(line), 0n));
  if (minorOf(order.captured, currency) === 0n) {
    return lines.forEach((one) => {
      matches[one.index] = whole(one.line, "matched_with_diff", "not-captured", { order: id });
    });
  }
  const before = order.paid.at(-1)?.payout;
  const numbers = invoices.length > 0 && { invoices };
  let left = due, last: Placed | undefined;
  for (const one of inTurn(lines, (line) => amountOf(line) === due)) {
    const amount = amountOf(one);
    if (left <= 0n) {
      const settled = due <= 0n && before !== undefined;
      const rest = { order: id, ...(settled && { payout: before }) };
      matches[one.index] = whole(one.line, "disputed", settled ? "paid-before" : "paid-twice", rest);
      continue;
    }
    const beyond = amount > left ? amount - left : 0n;
    matches[one.index] = { ...standing(beyond, currency), order: id, ...numbers };
    left -= amount;
    last = one;
  }
  if (left > 0n && last !== undefined) {
    matches[last.index] = { ...standing(-left, currency), order: id, ...numbers };
  }
}

/** What is to come: of what was captured, or of what is left of the order where the lines are exactly that (a platform may pay less cancellations). */
function dueOf(order: CandidateOrder, paid: bigint, coming: bigint): bigint {
  const total = minorOf(order.total, order.currency), captured = minorOf(order.captured, order.currency);
  return (paid + coming === total ? total : captured) - paid;
}

/** Those that are first by themselves, then by reference. */
function inTurn(lines: readonly Placed[], isFirst: (line: Placed) => boolean): readonly Placed[] {
  const sorted = lines.toSorted(byReference), first = sorted.find(isFirst);
  return first === undefined ? sorted : [first, ...sorted.filter((line) => line !== first)];
}

function standing(difference: bigint, currency: string): LineMatch {
  if (difference === 0n) return { state: "matched" };
  const said = decimalOf(difference, currency);
  return { state: "matched_with_diff", reason: "amount-differs", difference: said };
}
