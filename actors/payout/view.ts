import type { OrderId } from "../ids.ts";
import { type DifferenceReason, type LineMatch, type LineState, lineStates } from "./line_match.ts";
import { type KnownPayout, latestRun, type MatchRun, type WriteOff } from "./payout_state.ts";
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
  /** Of the differences that were written off; no part of `net`. Absent where none was. */
  readonly writtenOff?: string;
}
/** What everyone sees of a line that was written off. */
export interface WriteOffView {
  readonly line: number;
  /** What the line was found to be. */
  readonly was: LineState;
  /** Signed: its difference, as it stood. */
  readonly amount: string;
  readonly currency: string;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly writtenOffAt: string;
}
/** As its lines were found to be, or as somebody decided. */
export const payoutLineStates = [...lineStates, "written_off"] as const;
export type PayoutLineState = (typeof payoutLineStates)[number];
export interface PayoutLineView extends StatementLine {
  /** From 1, as in the statement. */
  readonly line: number;
  readonly state: PayoutLineState;
  readonly reason?: DifferenceReason;
  readonly difference?: string;
  readonly writtenOff?: Omit<WriteOffView, "line" | "currency">;
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
  readonly status: PayoutLineState;
  /** RFC 3339, UTC. */
  readonly recordedAt: string;
  /** When the lines were last found to belong to something else than before. */
  readonly matchedAt: string;
  readonly totals: PayoutTotals;
  /** Numbers of lines; each line is in one of the four. Those that are matched may differ in their amount. */
  readonly matched: readonly number[];
  readonly unmatched: readonly number[];
  readonly disputed: readonly number[];
  readonly writtenOff: readonly number[];
  /** Each line that is not just what the books expect, and was not written off. */
  readonly differences: readonly Difference[];
  readonly lines: readonly PayoutLineView[];
}
/** A payout as lists show it. */
export type PayoutSummary = Omit<
  PayoutView,
  "matched" | "unmatched" | "disputed" | "writtenOff" | "differences" | "lines"
>;

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

/** As it is now; or with `run`, as it was when that was found. */
export function payoutView(state: KnownPayout, then?: MatchRun): PayoutView {
  const run = then ?? latestRun(state), all = state.writtenOff ?? [];
  const writtenOff = then === undefined ? all : all.slice(0, then.writtenOff ?? 0);
  const offOf = new Map(writtenOff.map((one) => [one.line, one]));
  const { payout, source, reference, currency, atMs, lines } = state.recorded;
  const seen = run.lines.map((match, index) => {
    const view = lineView(lines[index]!, match, index + 1), off = offOf.get(index + 1);
    return off === undefined ? view : writtenOffLine(view, writeOffView(state, off));
  });
  const numbers = (...states: readonly PayoutLineState[]) =>
    seen.filter((line) => states.includes(line.state)).map(({ line }) => line);
  return {
    payoutId: payout,
    ...{ source, reference, currency, status: statusOf(seen) },
    recordedAt: timeOf(atMs),
    matchedAt: timeOf(run.atMs),
    totals: totalsOf(lines, writtenOff, currency),
    matched: numbers("matched", "matched_with_diff"),
    unmatched: numbers("unmatched"),
    disputed: numbers("disputed"),
    writtenOff: numbers("written_off"),
    differences: seen.flatMap(({ line, state, reason, difference }) =>
      state === "written_off" || reason === undefined || difference === undefined
        ? []
        : [{ line, state, reason, difference }]
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

export function writeOffView({ recorded: { currency } }: KnownPayout, one: WriteOff): WriteOffView {
  const { line, amount, match, reason, atMs } = one;
  return { line, was: match.state, amount, currency, reason, writtenOffAt: timeOf(atMs) };
}

function writtenOffLine(
  view: PayoutLineView,
  { line: _, currency: __, ...writtenOff }: WriteOffView,
): PayoutLineView {
  return { ...view, state: "written_off", writtenOff };
}

/** What a payout's status is decided by. */
export const worstFirst: readonly PayoutLineState[] = [
  "disputed",
  "unmatched",
  "matched_with_diff",
  "written_off",
];

/** The worst that any line is. */
function statusOf(lines: readonly PayoutLineView[]): PayoutLineState {
  return worstFirst.find((worst) => lines.some(({ state }) => state === worst)) ?? "matched";
}

function totalsOf(
  lines: readonly StatementLine[],
  writtenOff: readonly WriteOff[],
  currency: string,
): PayoutTotals {
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
    ...(writtenOff.length > 0 && {
      writtenOff: money(writtenOff.reduce((sum, { amount }) => sum + minorOf(amount, currency), 0n)),
    }),
  };
}
