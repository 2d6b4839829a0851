import type { CarrierFaultCode } from "../carriers/carrier_fault.ts";
import type { Backoff } from "../outgoing/backoff.ts";
import { type BreakerLimits, breakerLimits } from "./breaker.ts";

/** What asking after one parcel came to. */
export type PollResult =
  /** It says something that the last answer did not, byte for byte. */
  | "kept"
  | "unchanged"
  | "unknown-number"
  /** CALLBACKS did not take it: asked again. */
  | "not-kept"
  /** Of ours: tried again like a failure. */
  | "defect"
  | CarrierFaultCode;

export interface PollingObserver {
  polled(what: { readonly carrier: string; readonly result: PollResult; readonly why?: string }): void;
  breaker(what: { readonly carrier: string; readonly state: "open" | "closed" }): void;
  interrupted(what: { readonly carrier: string; readonly reason: string }): void;
}
export interface PollLimits extends BreakerLimits {
  readonly answerMsMax: number;
  readonly atOnceMax: number;
  /** Claimed at a time: no more than can be asked after in `roundMs`, so that what becomes urgent does not wait long. */
  readonly claimsMax: number;
  readonly roundMs: number;
  readonly claimMs: number;
  /** When nothing is due. */
  readonly lookMs: number;
  /** After failed questions about a parcel. */
  readonly retries: Backoff;
  /** After a 429 that does not say how long. */
  readonly throttledMs: number;
}
export const pollLimits: PollLimits = {
  ...breakerLimits,
  answerMsMax: 10_000,
  atOnceMax: 8,
  claimsMax: 64,
  roundMs: 10_000,
  claimMs: 120_000,
  lookMs: 1_000,
  retries: { firstMs: 30_000, factor: 2, maxMs: 6 * 3_600_000, attemptsMax: Infinity },
  throttledMs: 60_000,
};
