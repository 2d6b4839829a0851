import { accept, type Answer, type Decision, reject, type Rejection } from "../actor.ts";
import { asJson } from "../as_json.ts";
import type { WriteOffLine } from "./payout_commands.ts";
import type { PayoutEvent } from "./payout_events.ts";
import { type KnownPayout, latestRun, type WriteOff, writeOffOf } from "./payout_state.ts";
import { writeOffView } from "./view.ts";

export type WriteOffRejection = Rejection<
  "unknown-payout-line" | "payout-line-matched" | "idempotency-mismatch"
>;

/** A line is written off once, for one reason; what it was answered with the first time never changes. */
export function writeOff(
  state: KnownPayout,
  { line, reason, fingerprint, by }: WriteOffLine,
  atMs: number,
): Decision<PayoutEvent, WriteOffRejection> {
  const { payout } = state.recorded, match = latestRun(state).lines[line - 1];
  if (match === undefined) {
    const detail =
      `Cannot write off line ${line} of payout ${payout}: it has ${state.recorded.lines.length} lines`;
    return reject({ reason: "unknown-payout-line", detail });
  }
  const before = writeOffOf(state, line);
  if (before !== undefined) {
    if (before.fingerprint === fingerprint) {
      return accept<PayoutEvent>([], { reply: { ...told(state, before), replayed: true } });
    }
    const detail = `Cannot write off line ${line} of payout ${payout}: it was, for another reason`;
    return reject({ reason: "idempotency-mismatch", detail });
  }
  if (match.difference === undefined) {
    const detail = `Cannot write off line ${line} of payout ${payout}: it is what the books expect`;
    return reject({ reason: "payout-line-matched", detail });
  }
  const data: WriteOff = { line, amount: match.difference, match, reason, fingerprint, by, atMs };
  return accept<PayoutEvent>([{ type: "payout.line_written_off", version: 1, data }], {
    reply: told(state, data),
  });
}

const told = (state: KnownPayout, one: WriteOff): Answer => ({
  ok: true,
  value: asJson({ payoutId: state.recorded.payout, ...writeOffView(state, one) }),
});
