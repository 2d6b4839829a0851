import type { CandidateOrder, CandidateRefund } from "./candidates.ts";
import { minorOf } from "./statement.ts";

/**
 * What the shop still owes back for an order, after earlier payouts. A credit note and the refund of it are one debt: a refund that names
 * its note is compared with that one, all others with the notes that no refund names.
 */
export function owedBack(order: CandidateOrder): bigint {
  return owedInAll(order) - paidBack(order);
}

function owedInAll({ credits, refunds, currency }: CandidateOrder): bigint {
  let ofNotes = 0n, named = 0n, unnamed = 0n;
  const byNote = new Map<string, bigint>();
  for (const refund of refunds) {
    const { creditNote } = refund, amount = refundDebt(refund, currency);
    if (creditNote === undefined || !credits.some(({ number }) => number === creditNote)) unnamed += amount;
    else byNote.set(creditNote, (byNote.get(creditNote) ?? 0n) + amount);
  }
  for (const { number, total } of credits) {
    const note = minorOf(total, currency), refunded = byNote.get(number) ?? 0n;
    if (refunded > 0n) named += refunded > note ? refunded : note;
    else ofNotes += note;
  }
  return named + (unnamed > ofNotes ? unnamed : ofNotes);
}

/** Refunds that payouts have, and notes that they have without a refund. */
function paidBack({ credits, refunds, currency }: CandidateOrder): bigint {
  const settled = refunds.filter((refund) => refund.settled !== undefined);
  const notes = new Set(settled.map(({ creditNote }) => creditNote));
  const ofNotes = credits.filter((credit) => credit.settled !== undefined && !notes.has(credit.number));
  return settled.reduce((sum, refund) => sum + refundDebt(refund, currency), 0n) +
    ofNotes.reduce((sum, { total }) => sum + minorOf(total, currency), 0n);
}

/** What failed is not owed any more, but as its note. */
export const refundDebt = ({ status, amount }: CandidateRefund, currency: string): bigint =>
  status === "failed" ? 0n : minorOf(amount, currency);
