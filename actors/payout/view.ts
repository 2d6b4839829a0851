import type { OrderId } from "../ids.ts";
import type { DifferenceReason, LineMatch, LineState } from "./line_match.ts";
import { type KnownPayout, latestRun, type MatchRun } from "./payout_state.ts";
import { decimalOf, minorOf, type StatementLine, type StatementLineType } from "./statement.ts";

/** Sums of the statement, signed decimal strings. */
export interface PayoutTotals {
  /** Of payments. */
  readonly gross: string;
  readonly refunds: string;
  readonly fees: string;
  readonly adjustments: string;
  readonly chargebacks: string;
  /** All of it: what the bank account gets. */
  readonly net: string;
}
export interface PayoutLineView extends StatementLine {
  /** From 1, as in the statement. */
  readonly line: number;
  readonly state: LineState;
  readonly reason?: DifferenceReason;
  readonly difference?: string;
  readonly orderId?: OrderId;
  readonly invoices?: readonly string[];
  readonly refundId?: string;
  readonly creditNote?: string;
  /** The earlier payout that has it. */
  readonly payoutId?: string;
}

/** A payout as everyone sees it, computed from the actor's state alone. */
export interface PayoutView {
  readonly payoutId: string;
  readonly source: string;
  readonly reference: string;
  readonly currency: string;
  /** The worst that any line is. */
  readonly status: LineState;
  /** RFC 3339, UTC. */
  readonly recordedAt: string;
  /** When the lines were last found to belong to something else than before. */
  readonly matchedAt: string;
  readonly totals: PayoutTotals;
  /** Numbers of lines; each line is in one of the three. Those that are matched may differ in their amount. */
  readonly matched: readonly number[];
  readonly unmatched: readonly number[];
  readonly disputed: readonly number[];
  /** Each line that is not just what the books expect. */
  readonly differences: readonly Difference[];
  readonly lines: readonly PayoutLineView[];
}
/** A payout as lists show it. */
export type PayoutSummary = Omit<PayoutView, "matched" | "unmatched" | "disputed" | "differences" | "lines">;

export function summaryOf(
  { payoutId, source, reference, currency, status, recordedAt, matchedAt, totals }: PayoutView,
): PayoutSummary {
  return { payoutId, source, reference, currency, status, recordedAt, matchedAt, totals };
}
export interface Difference {
  readonly line: number;
  readonly state: LineState;
  readonly reason: DifferenceReason;
  /** Signed: the line's amount less what the books expect of it. */
  readonly difference: string;
}

export function payoutView(state: KnownPayout, run: MatchRun = latestRun(state)): PayoutView {
  const { payout, source, reference, currency, atMs, lines } = state.recorded;
  const seen = run.lines.map((match, index) => lineView(lines[index]!, match, index + 1));
  const numbers = (...states: readonly LineState[]) =>
    seen.filter((line) => states.includes(line.state)).map(({ line }) => line);
  return {
    payoutId: payout,
    ...{ source, reference, currency, status: statusOf(run.lines) },
    recordedAt: timeOf(atMs),
    matchedAt: timeOf(run.atMs),
    totals: totalsOf(lines, currency),
    matched: numbers("matched", "matched_with_diff"),
    unmatched: numbers("unmatched"),
    disputed: numbers("disputed"),
    differences: seen.flatMap(({ line, state, reason, difference }) =>
      reason === undefined || difference === undefined ? [] : [{ line, state, reason, difference }]
    ),
    lines: seen,
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

function lineView(line: StatementLine, match: LineMatch, number: number): PayoutLineView {
  const { order, refund, payout, ...rest } = match;
  return {
    line: number,
    ...line,
    ...rest,
    ...(order !== undefined && { orderId: order }),
    ...(refund !== undefined && { refundId: refund }),
    ...(payout !== undefined && { payoutId: payout }),
  };
}

const worstFirst: readonly LineState[] = ["disputed", "unmatched", "matched_with_diff"];

/** The worst that any line is. */
export function statusOf(lines: readonly LineMatch[]): LineState {
  return worstFirst.find((worst) => lines.some(({ state }) => state === worst)) ?? "matched";
}

function totalsOf(lines: readonly StatementLine[], currency: string): PayoutTotals {
  const sums: Record<StatementLineType, bigint> = {
    payment: 0n,
    refund: 0n,
    fee: 0n,
    adjustment: 0n,
    chargeback: 0n,
  };
  let net = 0n;
  for (const { type, amount } of lines) {
    const minor = minorOf(amount, currency);
    sums[type] += minor;
    net += minor;
  }
  const money = (minor: bigint) => decimalOf(minor, currency);
  return {
    gross: money(sums.payment),
    refunds: money(sums.refund),
    fees: money(sums.fee),
    adjustments: money(sums.adjustment),
    chargebacks: money(sums.chargeback),
    net: money(net),
  };
}
