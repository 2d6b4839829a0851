import { accept, type Actor, type Answer, type Decision, never, reject, type Rejection } from "../actor.ts";
import { asJson, stateFrom } from "../as_json.ts";
import type { MatchPayout, PayoutCommandFromOutside, RecordPayout } from "./payout_commands.ts";
import { matchStatement } from "./match.ts";
import type { PayoutEvent, PayoutMatched, PayoutRecorded } from "./payout_events.ts";
import {
  keptMatches,
  type KnownPayout,
  latestRun,
  type MatchRun,
  type PayoutState,
  withRun,
} from "./payout_state.ts";
import { payoutView } from "./view.ts";
import { writeOff, type WriteOffRejection } from "./write_off.ts";

export type PayoutRejection =
  | Rejection<"unknown-payout" | "idempotency-mismatch" | "statement-line-known">
  | WriteOffRejection;
type PayoutDecision = Decision<PayoutEvent, PayoutRejection>;

/**
 * One payout of a platform or payment provider. Its statement is a fact that nothing changes; what its lines belong to is found by
 * comparing them with what the command brings along, as often as somebody asks.
 */
export const payout: Actor<PayoutState, PayoutCommandFromOutside, PayoutEvent, PayoutRejection> = {
  kind: "payout",
  stateVersion: 1,
  restsAfterBirth: true,
  initial: (key) => ({ key, recorded: null }),
  evolve,
  decide,
  answer,
  encode: asJson,
  decode: stateFrom,
  sizeOf,
};

function decide(
  state: PayoutState,
  command: PayoutCommandFromOutside,
  { atMs }: { readonly atMs: number },
): PayoutDecision {
  switch (command.type) {
    case "record":
      return record(state, command, atMs);
    case "match":
      return state.recorded === null ? reject(unknown(state.key)) : matchAgain(state, command, atMs);
    case "write_off":
      return state.recorded === null ? reject(unknown(state.key)) : writeOff(state, command, atMs);
    case "read":
      return state.recorded === null
        ? reject(unknown(state.key))
        : accept<PayoutEvent>([], { reply: "view" });
    default:
      return never(command);
  }
}

/** The key holds for ever: the same again gets the first answer, another statement under it is refused. */
function record(state: PayoutState, command: RecordPayout, atMs: number): PayoutDecision {
  const { type: _, candidates, ...statement } = command;
  if (state.recorded !== null) {
    if (state.recorded.fingerprint === command.fingerprint) {
      return accept<PayoutEvent>([], { reply: { ...told(state, state.runs[0]), replayed: true } });
    }
    const { source, reference } = state.recorded;
    const detail = `Cannot take this statement: payout ${reference} of ${source} was another one`;
    return reject({ reason: "idempotency-mismatch", detail });
  }
  if (candidates.known.length > 0) return reject(lineKnown(command));
  const recorded: PayoutRecorded = {
    type: "payout.recorded",
    version: 1,
    data: { ...statement, atMs },
  };
  const lines = matchStatement(command, candidates);
  const matched: PayoutMatched = {
    type: "payout.matched",
    version: 1,
    data: { lines, by: command.by, atMs },
  };
  return accept<PayoutEvent>([recorded, matched], { reply: "view" });
}

/** Names each line that is not new, and the payout which has it. */
function lineKnown({ lines, candidates }: RecordPayout): PayoutRejection {
  const errors = candidates.known.map(({ type, reference, payout }) => {
    const index = lines.findIndex((line) => line.type === type && line.reference === reference);
    const detail = `${type} ${reference} was in the statement of payout ${payout}`;
    return { pointer: `/lines/${index}/reference`, detail, payoutId: payout };
  });
  const detail =
    `Cannot take this statement: an earlier payout has ${errors.length} of its ${lines.length} lines`;
  return { reason: "statement-line-known", detail, errors };
}

/**
 * Looks again, at what is known today. Finding the same changes nothing. A request that found something else is remembered with what it
 * found; repeated, it gets that answer while the run is kept.
 */
function matchAgain(state: KnownPayout, command: MatchPayout, atMs: number): PayoutDecision {
  const { request, candidates, by } = command;
  const earlier = state.runs.find((run) => run.request === request);
  if (earlier !== undefined) {
    return accept<PayoutEvent>([], { reply: { ...told(state, earlier), replayed: true } });
  }
  const lines = matchStatement(state.recorded, candidates, keptMatches(state));
  if (JSON.stringify(lines) === JSON.stringify(latestRun(state).lines)) {
    return accept<PayoutEvent>([], { reply: "view" });
  }
  const data: PayoutMatched["data"] = { lines, request, by, atMs };
  return accept<PayoutEvent>([{ type: "payout.matched", version: 1, data }], { reply: "view" });
}

function evolve(state: PayoutState, event: PayoutEvent): PayoutState {
  const { key } = state;
  switch (event.type) {
    case "payout.recorded":
      return { key, recorded: event.data, runs: [] };
    case "payout.matched": {
      const { runs, writtenOff = [] } = known(state);
      const run = { ...event.data, ...(writtenOff.length > 0 && { writtenOff: writtenOff.length }) };
      return { ...known(state), runs: withRun(runs, run) };
    }
    case "payout.line_written_off":
      return { ...known(state), writtenOff: [...known(state).writtenOff ?? [], event.data] };
    default:
      return never(event);
  }
}

function known(state: PayoutState): KnownPayout {
  if (state.recorded === null) throw new Error(`Cannot change ${state.key}: no statement was recorded`);
  return state;
}

function answer(state: PayoutState): Answer {
  return state.recorded === null ? { ok: false, rejection: unknown(state.key) } : told(state);
}

const told = (state: KnownPayout, run?: MatchRun): Answer => ({
  ok: true,
  value: asJson(payoutView(state, run)),
});

function unknown(key: string): PayoutRejection {
  return { reason: "unknown-payout", detail: `Cannot find payout ${key}: no such statement was ever taken` };
}

const lineBytes = 250, matchBytes = 150, writeOffBytes = 1_000;

function sizeOf(state: PayoutState): number {
  if (state.recorded === null) return 128;
  const { recorded: { lines }, runs, writtenOff = [] } = state;
  return 1024 + lines.length * (lineBytes + runs.length * matchBytes) + writtenOff.length * writeOffBytes;
}
