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

export type PayoutEvent = PayoutRecorded | PayoutMatched;

/** Every (type, version) that was ever written. A missing one does not compile. */
export const payoutEventVersions = {
  "payout.recorded": [1],
  "payout.matched": [1],
} as const satisfies { readonly [Type in PayoutEvent["type"]]: readonly number[] };
