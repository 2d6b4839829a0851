import { never } from "../actor.ts";
import { withCorrections } from "./correcting.ts";
import { delayRules } from "./delay_rules.ts";
import { casesAfter } from "./evolve_cases.ts";
import { promiseOf } from "./delays.ts";
import type {
  ParcelEstimateChanged,
  ParcelEvent,
  ParcelFollowed,
  ParcelRegistered,
  ParcelScanned,
} from "./parcel_events.ts";
import { requestsAfter } from "./request_status.ts";
import { initialParcel, newestMs, type ParcelState, scanned, standingNow } from "./parcel_state.ts";

export function evolve(state: ParcelState, event: ParcelEvent): ParcelState {
  switch (event.type) {
    case "parcel.registered":
      return standing(registered(state, event.data));
    case "parcel.followed":
      return followed(state, event.data);
    case "parcel.scanned":
      return standing(heard(state, event.data));
    case "parcel.estimate_changed":
      return estimated(state, event.data);
    case "parcel.moved": {
      const { to, move } = event.data;
      return { ...state, told: to, moves: move, movedAtMs: state.newsAtMs };
    }
    case "parcel.delayed": {
      const others = state.delays.filter(({ reason }) => reason !== event.data.reason);
      return { ...state, delays: [...others, event.data] };
    }
    case "parcel.delay_cleared":
      return { ...state, delays: state.delays.filter(({ reason }) => reason !== event.data.reason) };
    case "parcel.expired":
      return standing({ ...state, expiredAtMs: event.data.atMs, newsAtMs: event.data.atMs });
    case "parcel.scans_corrected":
      return standing({ ...state, ...withCorrections(state, event.data.corrections) });
    case "parcel.lane_told": {
      const { atMs: _, ...lane } = event.data;
      return { ...state, lane };
    }
    case "parcel.case_opened":
    case "parcel.case_noted":
    case "parcel.case_changed":
    case "parcel.case_closed":
      return { ...state, cases: casesAfter(state.cases, event) };
    case "parcel.customer_asked":
    case "parcel.customer_answered":
      return { ...state, requests: requestsAfter(state.requests, event) };
    default:
      return never(event);
  }
}

const standing = (state: ParcelState): ParcelState => ({ ...state, standing: standingNow(state) });

function registered(state: ParcelState, data: ParcelRegistered["data"]): ParcelState {
  const { handedOverAtMs, promisedMs } = data;
  const before = data.anew ? renewed(state, handedOverAtMs) : state;
  const promise = promisedMs === undefined ? before.promise : promiseOf(new Date(promisedMs).toISOString());
  return {
    ...before,
    shipments: [...before.shipments, data],
    newsAtMs: Math.max(before.newsAtMs, handedOverAtMs),
    ...(promise && { promise }),
  };
}

/** From here on somebody waits for news. */
function followed(state: ParcelState, { return: id, atMs }: ParcelFollowed["data"]): ParcelState {
  const { followers = [], newsAtMs } = state;
  return { ...state, followers: [...followers, id], newsAtMs: Math.max(newsAtMs, atMs) };
}

/** Another parcel under the same number. The count of changes goes on: whoever is told compares it. */
function renewed(
  { key, moves, told, delays, checkpoints, cases }: ParcelState,
  handedOverAtMs: number,
): ParcelState {
  const sinceMs = handedOverAtMs - delayRules.announcedMs;
  const begun = { ...initialParcel(key), sinceMs, moves, told, delays, ...(cases && { cases }) };
  return scanned(begun, checkpoints.filter(({ atMs }) => atMs >= sinceMs));
}

/** Scans that happened before the newest one complete the history; only later ones are news. */
function heard(state: ParcelState, { checkpoints, heardAtMs }: ParcelScanned["data"]): ParcelState {
  const after = scanned(state, checkpoints);
  if (newestMs(after) <= newestMs(state)) return after;
  const { expiredAtMs: _, ...revived } = after;
  return { ...revived, newsAtMs: Math.max(state.newsAtMs, heardAtMs) };
}

/** The first estimate that lies ahead is what customers are promised, unless the shop has promised something itself. */
function estimated(state: ParcelState, { from, to, heardAtMs }: ParcelEstimateChanged["data"]): ParcelState {
  const promise = state.promise ?? promiseOf(to);
  const after = { ...state, estimate: { from, to } };
  return promise && promise.dueMs > heardAtMs ? { ...after, promise } : after;
}
