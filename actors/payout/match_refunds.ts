import type { CandidateCredit, CandidateOrder, CandidateRefund } from "./candidates.ts";
import { byReference, type LineMatch, type Placed, whole } from "./line_match.ts";
import { owedBack, refundDebt } from "./owed_back.ts";
import { decimalOf, minorOf } from "./statement.ts";

/**
 * Refunds of one order: first to the refund of the line's own reference, then to one of the same amount, then to a credit note of that
 * amount. What an earlier payout has settled is disputed, and so is what goes beyond all that is owed back; what nothing here accounts for
 * is unmatched.
 */
export function matchRefunds(order: CandidateOrder, lines: readonly Placed[], matches: LineMatch[]): void {
  const open = new Open(order);
  const sorted = lines.toSorted(byReference);
  const unnamed = sorted.filter((one) => {
    const refund = open.refunds.find(({ reference }) => reference === one.line.reference);
    if (refund === undefined) return true;
    open.take(refund);
    matches[one.index] = againstRefund(order, one, refund, open);
    return false;
  });
  for (const one of unnamed) matches[one.index] = byAmount(order, one, open);
}

/** What no line of this statement has taken yet. */
class Open {
  refunds: readonly CandidateRefund[];
  credits: readonly CandidateCredit[];
  /** An earlier payout that paid something back. */
  readonly payout: string | undefined;
  #owed: bigint;

  constructor(order: CandidateOrder) {
    const { refunds, credits } = order;
    this.#owed = owedBack(order);
    this.payout = [...credits, ...refunds].findLast(({ settled }) => settled !== undefined)?.settled;
    this.refunds = refunds.toSorted((a, b) => a.reference < b.reference ? -1 : 1);
    this.credits = credits.toSorted((a, b) => a.number < b.number ? -1 : 1);
  }
  /** With the credit note that it pays out. */
  take(refund: CandidateRefund): void {
    this.refunds = this.refunds.filter((one) => one !== refund);
    this.credits = this.credits.filter(({ number }) => number !== refund.creditNote);
  }
  takeCredit(credit: CandidateCredit): void {
    this.credits = this.credits.filter((one) => one !== credit);
  }
  /** False when so much is not owed any more: other lines have paid it back. */
  pay(amount: bigint): boolean {
    if (amount > this.#owed) return false;
    this.#owed -= amount;
    return true;
  }
}

function againstRefund(
  { order, currency }: CandidateOrder,
  { line }: Placed,
  refund: CandidateRefund,
  open: Open,
): LineMatch {
  const { refund: id, creditNote, settled } = refund;
  const of = { order, refund: id, ...(creditNote !== undefined && { creditNote }) };
  if (settled !== undefined) return whole(line, "disputed", "refunded-before", { ...of, payout: settled });
  if (refund.status === "failed") return whole(line, "matched_with_diff", "refund-failed", of);
  if (!open.pay(refundDebt(refund, currency))) return beyond(line, of, open);
  const difference = minorOf(line.amount, currency) + minorOf(refund.amount, currency);
  if (difference === 0n) return { state: "matched", ...of };
  const said = decimalOf(difference, currency);
  return { state: "matched_with_diff", reason: "amount-differs", difference: said, ...of };
}

const beyond = (line: Placed["line"], of: Pick<LineMatch, "order" | "refund" | "creditNote">, open: Open) =>
  whole(line, "disputed", "refunded-before", { ...of, ...(open.payout && { payout: open.payout }) });

function byAmount(order: CandidateOrder, one: Placed, open: Open): LineMatch {
  const amount = -minorOf(one.line.amount, order.currency);
  const isIt = (text: string) => minorOf(text, order.currency) === amount;
  const refunds = open.refunds.filter((refund) => isIt(refund.amount) && refund.status !== "failed");
  const refund = refunds.find(({ settled }) => settled === undefined);
  if (refund !== undefined) {
    open.take(refund);
    return againstRefund(order, one, refund, open);
  }
  const credits = open.credits.filter(({ total }) => isIt(total));
  const credit = credits.find(({ settled }) => settled === undefined);
  if (credit !== undefined) {
    open.takeCredit(credit);
    const of = { order: order.order, creditNote: credit.number };
    return open.pay(amount) ? { state: "matched", ...of } : beyond(one.line, of, open);
  }
  const [again] = refunds, [creditAgain] = credits;
  if (again !== undefined) return againstRefund(order, one, again, open);
  if (creditAgain?.settled !== undefined) {
    const { number: creditNote, settled: payout } = creditAgain;
    return whole(one.line, "disputed", "refunded-before", { order: order.order, creditNote, payout });
  }
  return whole(one.line, "unmatched", "unknown-refund", { order: order.order });
}
