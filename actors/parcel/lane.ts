import type { DeliveryEstimate } from "../commands.ts";
import type { CaseSettings } from "./case_rules.ts";
import type { DelaySettings } from "./delay_rules.ts";
import type { ParcelState } from "./parcel_state.ts";
import { rankOf, type Standing } from "./status.ts";

/** Where parcels like this one go: countries, ISO 3166-1 alpha-2; `ZZ` where nobody has said. */
export interface Lane {
  readonly service?: string;
  readonly from: string;
  readonly to: string;
}
/** How long this carrier took there lately, from the hand-over to the delivery, over so many parcels. */
export interface LaneFigures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly parcels: number;
}
/** What a parcel was told of its lane, and of the shop's own rules. */
export interface LaneTold {
  readonly lane: Lane;
  readonly figures?: LaneFigures;
  readonly rules?: DelaySettings;
  /** Of cases that are opened from then on. */
  readonly cases?: CaseSettings;
}

const acceptedRank = 20, dayChars = "2026-01-01".length;
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, dayChars);

/** The carrier has it, or had it. */
export const isWithCarrier = (standing: Standing): boolean =>
  rankOf(standing) >= acceptedRank && standing.status !== "cancelled" && standing.status !== "expired";

/** When its carrier had it: at the first scan that says so, or when the shop told us, whichever was first. */
export function begunMs({ shipments, checkpoints }: ParcelState): number | undefined {
  const [first] = shipments, accepted = checkpoints.find(isWithCarrier);
  if (first === undefined) return undefined;
  return Math.min(first.handedOverAtMs, accepted?.atMs ?? Infinity);
}

/** The days on which half and nearly all of its like arrived that began then. */
export const estimateOn = (begun: number, { p50Ms, p95Ms }: LaneFigures): DeliveryEstimate => ({
  from: dayOf(begun + p50Ms),
  to: dayOf(begun + p95Ms),
});

export function laneEstimate(state: ParcelState): DeliveryEstimate | undefined {
  const begun = begunMs(state), figures = state.lane?.figures;
  if (begun === undefined || !figures) return undefined;
  return estimateOn(begun, figures);
}

/** By which day a parcel that is late since then may be there: nearly all take no longer than this after the usual time. */
export function revisedDay(state: ParcelState, sinceMs: number): string | undefined {
  const begun = begunMs(state), figures = state.lane?.figures;
  if (begun === undefined || !figures) return undefined;
  const spreadMs = figures.p95Ms - figures.p50Ms;
  return dayOf(Math.max(sinceMs + spreadMs, begun + figures.p95Ms));
}
