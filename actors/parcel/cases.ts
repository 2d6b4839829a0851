import { assert } from "../actor.ts";
import type { ShipmentId } from "../ids.ts";
import type { CaseDuty, CaseEnd } from "./case_events.ts";
import type { CaseId } from "./case_id.ts";
import { type CaseRule, caseRule, statusProblem } from "./case_rules.ts";
import type { ParcelState } from "./parcel_state.ts";
import { openRequests } from "./request_status.ts";

/** One case, as its parcel remembers it. */
export interface ParcelCase extends CaseDuty {
  readonly id: CaseId;
  readonly problem: string;
  readonly episode: number;
  readonly openedAtMs: number;
  readonly closed?: { readonly reason: CaseEnd; readonly atMs: number };
}
/** What a person asked for, and how the case stood then: that is answered again. */
export interface AskedOfCase {
  readonly request: string;
  readonly fingerprint: string;
  readonly note?: string;
  readonly after: ParcelCase;
}
export interface Cases {
  /** How many there ever were. */
  readonly count: number;
  /** All that are open, and the last `closedMax` that are not, oldest first. */
  readonly all: readonly ParcelCase[];
  /** The last `requestsMax`. */
  readonly asked: readonly AskedOfCase[];
}
/** Older ones are history: nobody changes them any more. */
export const closedMax = 20;
export const requestsMax = 100;

export const noCases: Cases = { count: 0, all: [], asked: [] };

/** Something that needs a person once it has lasted until `dueMs`. */
export interface Problem {
  readonly problem: string;
  readonly episode: number;
  readonly dueMs: number;
  readonly rule: CaseRule;
  /** Whose it is; absent: everybody's whose goods are in the parcel. */
  readonly shipment?: ShipmentId;
}

/** What is wrong with the parcel as it stands. Nobody works on one that no order knows. */
export function problemsOf(state: ParcelState): readonly Problem[] {
  if (state.shipments.length === 0) return [];
  return wrongWith(state).flatMap(({ sinceMs, ...wrong }) => {
    const rule = caseRule(wrong.problem, state.lane?.cases);
    return rule ? [{ ...wrong, rule, dueMs: sinceMs + rule.escalateAfterMs }] : [];
  });
}

type Wrong = Omit<Problem, "rule" | "dueMs"> & { readonly sinceMs: number };

function wrongWith(state: ParcelState): readonly Wrong[] {
  const status = statusProblem(state.standing);
  return [
    ...state.delays.map(({ reason, sinceMs }) => ({
      problem: `delayed/${reason}`,
      episode: sinceMs,
      sinceMs,
    })),
    ...(status === undefined ? [] : [{ problem: status, episode: state.moves, sinceMs: state.movedAtMs }]),
    ...openRequests(state).map(({ kind, atMs, shipment }) => ({
      ...{ problem: `request/${kind}`, episode: atMs, sinceMs: atMs },
      shipment,
    })),
  ];
}

/**
 * Problems without a case. One whose case a person has closed stays closed until the problem comes anew; one that went away by itself
 * may come back as the same episode: a promise stays missed, a wish stays open.
 */
export function withoutCase(state: ParcelState): readonly Problem[] {
  const { all } = state.cases ?? noCases, seen = new Set<string>();
  return problemsOf(state).filter(({ problem, episode }) => {
    const known = all.some((one) =>
      one.problem === problem && (!one.closed || (one.closed.reason !== "cleared" && one.episode === episode))
    );
    if (known || seen.has(problem)) return false;
    seen.add(problem);
    return true;
  });
}

/** Open cases whose problem is gone. */
export function clearedCases(state: ParcelState): readonly ParcelCase[] {
  const problems = new Set(problemsOf(state).map(({ problem }) => problem));
  return openCases(state).filter(({ problem }) => !problems.has(problem));
}

export const openCases = ({ cases = noCases }: ParcelState): readonly ParcelCase[] =>
  cases.all.filter(({ closed }) => !closed);

/** One open case for each problem: everything else is a defect. */
export function checkCases(state: ParcelState): void {
  const open = openCases(state).map(({ problem }) => problem);
  assert(new Set(open).size === open.length, `Cannot be: ${state.key} has two cases of one problem`);
  const { all, asked } = state.cases ?? noCases;
  const fits = all.length - open.length <= closedMax && asked.length <= requestsMax;
  assert(fits, `Cannot be: ${state.key} remembers more of its cases than it may`);
}
