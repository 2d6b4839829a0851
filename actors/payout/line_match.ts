import type { OrderId } from "../ids.ts";
import type { StatementLine } from "./statement.ts";

export const lineStates = ["matched", "matched_with_diff", "unmatched", "disputed"] as const;
export type LineState = (typeof lineStates)[number];

/** Why a line is not what the books expect. */
export const differenceReasons = [
  "no-order-number",
  "unknown-order",
  "ambiguous-order",
  "currency-differs",
  "amount-differs",
  "not-captured",
  "paid-before",
  "paid-twice",
  "unknown-refund",
  "refund-failed",
  "refunded-before",
  "line-known",
  "chargeback",
] as const;
export type DifferenceReason = (typeof differenceReasons)[number];

/** What one line of a statement belongs to. */
export interface LineMatch {
  readonly state: LineState;
  /** Absent only in a line that is matched. */
  readonly reason?: DifferenceReason;
  /** The line's amount less what the books expect of it, signed; all of it where they expect nothing. */
  readonly difference?: string;
  readonly order?: OrderId;
  readonly invoices?: readonly string[];
  readonly refund?: string;
  readonly creditNote?: string;
  /** The earlier payout that has it already. */
  readonly payout?: string;
}

/** A line whose order is found, in the statement's currency. */
export interface Placed {
  readonly index: number;
  readonly line: StatementLine;
}
/** The books expect nothing of it: all of its amount is the difference. */
export function whole(
  line: StatementLine,
  state: LineState,
  reason: DifferenceReason,
  rest: Pick<LineMatch, "order" | "refund" | "creditNote" | "payout"> = {},
): LineMatch {
  return { state, reason, difference: line.amount, ...rest };
}

/** By reference: the same whatever the order of lines. */
export const byReference = (a: Placed, b: Placed): number => a.line.reference < b.line.reference ? -1 : 1;
