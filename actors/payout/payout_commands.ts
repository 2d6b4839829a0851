import type { Read } from "../protocol.ts";
import type { PayoutCandidates } from "./candidates.ts";
import type { StatementLine } from "./statement.ts";

/** Commands from outside, as in `../commands.ts`. */

/** Actor `payout:<payout>`: a platform's statement of what it pays. The natural key is (`source`, `reference`). */
export interface RecordPayout {
  readonly type: "record";
  /** `po_…`, derived from source and reference. */
  readonly payout: string;
  /** HMAC over the parsed body. The same natural key with another fingerprint is a named rejection. */
  readonly fingerprint: string;
  readonly source: string;
  readonly reference: string;
  readonly currency: string;
  /** No two of one type and reference; amounts have all the places of the currency. */
  readonly lines: readonly StatementLine[];
  readonly candidates: PayoutCandidates;
  /** The id of the API key. */
  readonly by: string;
}
/** What do the lines belong to, by what is known today? Finding the same changes nothing. */
export interface MatchPayout {
  readonly type: "match";
  /** A hash of (API key, path, Idempotency-Key); the call has no body that could differ. */
  readonly request: string;
  readonly candidates: PayoutCandidates;
  readonly by: string;
}
/** Nobody expects anything of this line any more: its difference is a loss or a gain. Once for ever; the natural key is the line. */
export interface WriteOffLine {
  readonly type: "write_off";
  /** From 1, as in the statement. */
  readonly line: number;
  readonly reason: string;
  readonly fingerprint: string;
  readonly by: string;
}
export type PayoutCommandFromOutside = RecordPayout | MatchPayout | WriteOffLine | Read;
