import type { Event } from "../actor.ts";
import type { LineMatch } from "./line_match.ts";
import type { StatementLine } from "./statement.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

/** What the platform or payment provider says that it pays: never changed by anything later. */
export type PayoutRecorded = Event<"payout.recorded", 1, {
  /** `po_…`, derived from source and reference. */
  readonly payout: string;
  readonly source: string;
  readonly reference: string;
  readonly fingerprint: string;
  readonly currency: string;
  readonly lines: readonly StatementLine[];
  /** The id of the API key. */
  readonly by: string;
  readonly atMs: number;
}>;
/** What the lines were found to belong to; again whenever a later look finds something else. */
export type PayoutMatched = Event<"payout.matched", 1, {
  /** One for each line of the statement, in its order. */
  readonly lines: readonly LineMatch[];
  /** The request that asked for another look; absent for the first one. */
  readonly request?: string;
  readonly by: string;
  readonly atMs: number;
}>;

/** Somebody wrote off what a line differs by. No later look changes what the line is. */
export type PayoutLineWrittenOff = Event<"payout.line_written_off", 1, {
  /** From 1, as in the statement. */
  readonly line: number;
  /** Signed: the line's difference, as it stood. */
  readonly amount: string;
  /** What the line was found to be. */
  readonly match: LineMatch;
  readonly reason: string;
  readonly fingerprint: string;
  readonly by: string;
  readonly atMs: number;
}>;

export type PayoutEvent = PayoutRecorded | PayoutMatched | PayoutLineWrittenOff;

/** Every (type, version) that was ever written. A missing one does not compile. */
export const payoutEventVersions = {
  "payout.recorded": [1],
  "payout.matched": [1],
  "payout.line_written_off": [1],
} as const satisfies { readonly [Type in PayoutEvent["type"]]: readonly number[] };
