import type { OrderId } from "../ids.ts";
import type { StatementLineType } from "./statement.ts";

/**
 * What a statement is compared with. It is data of the command: the edge looks it up in the rows, so it is as fresh as they are. What
 * they did not hold yet, a later look finds.
 */
export interface PayoutCandidates {
  /** Every order that has a number which a line names, in whatever channel; and those that lines without a number name by reference. */
  readonly orders: readonly CandidateOrder[];
  /** Lines of this statement that an earlier payout of the source has, too. */
  readonly known: readonly KnownLine[];
}

export interface KnownLine {
  readonly type: StatementLineType;
  readonly reference: string;
  readonly payout: string;
}

/** An order, its documents and its refunds; amounts are decimal strings of its own currency and not negative. */
export interface CandidateOrder {
  readonly order: OrderId;
  readonly channel: string;
  readonly orderNumber: string;
  readonly currency: string;
  /** What the customer pays for what is not cancelled. */
  readonly total: string;
  /** What was taken for it when it was paid; "0" while nothing was. */
  readonly captured: string;
  /** References under which it was captured, as far as lines name them. */
  readonly payments: readonly string[];
  /** What earlier payouts have paid for it. */
  readonly paid: readonly { readonly payout: string; readonly amount: string }[];
  /** Numbers of its invoices. */
  readonly invoices: readonly string[];
  readonly credits: readonly CandidateCredit[];
  readonly refunds: readonly CandidateRefund[];
}
export interface CandidateCredit {
  readonly number: string;
  readonly total: string;
  /** The earlier payout that has it. */
  readonly settled?: string;
}
export interface CandidateRefund {
  readonly refund: string;
  readonly reference: string;
  readonly amount: string;
  readonly status: "pending" | "succeeded" | "failed";
  /** The number of the credit note that it pays out. */
  readonly creditNote?: string;
  /** The earlier payout that has it. */
  readonly settled?: string;
}
