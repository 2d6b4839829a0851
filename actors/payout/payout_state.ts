import type { LineMatch } from "./line_match.ts";
import type { PayoutLineWrittenOff, PayoutMatched, PayoutRecorded } from "./payout_events.ts";

/** One look at what the lines belong to. */
export type MatchRun = PayoutMatched["data"] & {
  /** How many lines had been written off by then; absent: none. */
  readonly writtenOff?: number;
};
export type WriteOff = PayoutLineWrittenOff["data"];

export interface UnknownPayout {
  readonly key: string;
  readonly recorded: null;
}
/** A statement, and what was found of it: the first time (what it was answered with), and lately. */
export interface KnownPayout {
  readonly key: string;
  readonly recorded: PayoutRecorded["data"];
  readonly runs: readonly MatchRun[];
  /** In the order in which they were written off; absent: none. */
  readonly writtenOff?: readonly WriteOff[];
}
export type PayoutState = UnknownPayout | KnownPayout;

/** Beside the first one; older ones are history, and stand in the log. */
export const runsKeptMax = 8;

/** The first look, and the newest ones. */
export function withRun(runs: readonly MatchRun[], run: MatchRun): readonly MatchRun[] {
  const [first, ...later] = [...runs, run];
  return [first!, ...later.slice(-runsKeptMax)];
}

/** What was found last. A statement is recorded together with its first look. */
export const latestRun = ({ runs }: KnownPayout): MatchRun => runs.at(-1)!;

export const writeOffOf = ({ writtenOff = [] }: KnownPayout, line: number): WriteOff | undefined =>
  writtenOff.find((one) => one.line === line);

/** What lines were found to be that no look changes any more, by their place in the statement, from 0. */
export const keptMatches = ({ writtenOff = [] }: KnownPayout): ReadonlyMap<number, LineMatch> =>
  new Map(writtenOff.map(({ line, match }) => [line - 1, match]));
