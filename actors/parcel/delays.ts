import { withoutCase } from "./cases.ts";
import { delayRules, type DelaySettings } from "./delay_rules.ts";
import { revisedDay } from "./lane.ts";
import type { DelayReason } from "./parcel_events.ts";
import { type Delay, isOver, type ParcelState } from "./parcel_state.ts";
import { rankOf, type Standing } from "./status.ts";

/** Something that becomes true when its time comes, unless there is news before. */
export interface Clock {
  readonly reason: Exclude<DelayReason, "eta_slipped"> | "expired";
  readonly dueMs: number;
}

const acceptedRank = 20;

/** The shop's own rules before ours. A parcel that stands still longer than nearly all take for the whole way is late. */
function rulesOf({ lane }: ParcelState) {
  const rules = { ...delayRules, ...lane?.rules as DelaySettings | undefined };
  return { ...rules, noMovementMs: Math.min(rules.noMovementMs, lane?.figures?.p95Ms ?? Infinity) };
}

/** What runs for a parcel as it stands. Nobody waits for one that no order knows; that of a return is late for nobody, and ends. */
export function clocksOf(state: ParcelState): readonly Clock[] {
  const { standing, newsAtMs, movedAtMs, promise, shipments: [first], followers } = state;
  if ((first === undefined && followers === undefined) || isOver(state)) return [];
  const rules = rulesOf(state);
  const clocks: Clock[] = [{ reason: "expired", dueMs: newsAtMs + rules.expiredMs }];
  if (first === undefined) return clocks;
  if (promise && !triedToDeliver(standing)) clocks.push({ reason: "promise_missed", dueMs: promise.dueMs });
  if (rankOf(standing) < acceptedRank) {
    clocks.push({ reason: "not_handed_over", dueMs: first.handedOverAtMs + rules.notHandedOverMs });
  } else if (standing.status === "available_for_pickup") {
    clocks.push({ reason: "pickup_ageing", dueMs: movedAtMs + rules.pickupAgeingMs });
  } else if (standing.subStatus?.startsWith("customs_") && standing.status === "exception") {
    clocks.push({ reason: "stuck_customs", dueMs: movedAtMs + rules.stuckCustomsMs });
  } else {
    clocks.push({ reason: "no_movement", dueMs: newsAtMs + rules.noMovementMs });
  }
  const off: readonly string[] | undefined = rules.off;
  return off ? clocks.filter(({ reason }) => !off.includes(reason)) : clocks;
}

/** From here on it is the customer's turn. */
const triedToDeliver = ({ status }: Standing) =>
  status === "delivery_attempted" || status === "available_for_pickup";

/** What makes the parcel late at that time. */
export function delaysAt(state: ParcelState, nowMs: number): readonly Delay[] {
  const delays: Delay[] = [];
  for (const { reason, dueMs } of clocksOf(state)) {
    if (reason === "expired" || dueMs > nowMs) continue;
    const revised = reason === "pickup_ageing" ? undefined : revisedDay(state, dueMs);
    delays.push({ reason, sinceMs: dueMs, ...(revised !== undefined && { revised }) });
  }
  const { estimate, promise } = state;
  const revised = estimate && promiseOf(estimate.to)?.day;
  if (promise && revised !== undefined && revised > promise.day && !isOver(state)) {
    const known = state.delays.find(({ reason }) => reason === "eta_slipped");
    delays.push({ reason: "eta_slipped", sinceMs: known?.sinceMs ?? nowMs, revised });
  }
  return delays;
}

/** When to look again: the first clock that has not struck, or the first problem that becomes a case. */
export function nextLookMs(state: ParcelState): number | undefined {
  const struck = new Set<string>(state.delays.map(({ reason }) => reason));
  const clocks = clocksOf(state).filter(({ reason }) => !struck.has(reason));
  const dues = [...clocks, ...withoutCase(state)].map(({ dueMs }) => dueMs);
  return dues.length === 0 ? undefined : Math.min(...dues);
}

const dayChars = "2026-01-01".length, dayMs = 86_400_000;

/** An estimate as a promise: kept until the end of the day where only the day is named. Undefined when it cannot be read. */
export function promiseOf(to: string): ParcelState["promise"] | undefined {
  const ms = Date.parse(to);
  if (Number.isNaN(ms)) return undefined;
  return { day: to.slice(0, dayChars), dueMs: to.length === dayChars ? ms + dayMs : ms };
}
