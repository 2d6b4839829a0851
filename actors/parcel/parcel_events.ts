import type { Event } from "../actor.ts";
import type { AnswerCustomer, AskShop, DeliveryEstimate } from "../commands.ts";
import type { OrderId } from "../ids.ts";
import type { RegisterParcel } from "../protocol.ts";
import type { FollowParcel } from "../return/return_messages.ts";
import type { ParcelCaseEvent } from "./case_events.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { LaneTold } from "./lane.ts";
import type { Standing } from "./status.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

/** A shipment travels in it. `anew`: the carrier uses the number again, and what was known under it is another parcel's. */
export type ParcelRegistered = Event<
  "parcel.registered",
  1,
  Omit<RegisterParcel, "type"> & { readonly anew?: true }
>;
/** Goods travel in it that come back: their return is told of it. */
export type ParcelFollowed = Event<
  "parcel.followed",
  1,
  Omit<FollowParcel, "type"> & { readonly atMs: number }
>;
/** Scans that were not known, at a time when they were heard of; `source` says from which callback. */
export type ParcelScanned = Event<"parcel.scanned", 1, {
  readonly source: string;
  readonly heardAtMs: number;
  readonly checkpoints: readonly Checkpoint[];
}>;
/**
 * Known scans mean something else than we had understood: `was` is the hash of each as it was kept. What was decided by them stays in the
 * log; from here on they count as they are now.
 */
export type ParcelScansCorrected = Event<"parcel.scans_corrected", 1, {
  readonly source: string;
  readonly correctedAtMs: number;
  readonly corrections: readonly { readonly was: string; readonly checkpoint: Checkpoint }[];
}>;
export type ParcelEstimateChanged = Event<
  "parcel.estimate_changed",
  1,
  DeliveryEstimate & { readonly source: string; readonly heardAtMs: number }
>;
/** The status changed, as of `atMs`. `move` counts these changes: 1, 2, 3 … */
export type ParcelMovedOn = Event<"parcel.moved", 1, {
  readonly move: number;
  readonly from: Standing;
  readonly to: Standing;
  readonly atMs: number;
}>;

/** Why a parcel is late, as we see it; beside its status. */
export const delayReasons = [
  "not_handed_over",
  "no_movement",
  "eta_slipped",
  "promise_missed",
  "stuck_customs",
  "pickup_ageing",
] as const;
export type DelayReason = (typeof delayReasons)[number];
/**
 * `revised`: the day by which it is expected now: with `eta_slipped` as its carrier says, with others by what the carrier did lately on
 * this lane.
 */
export type ParcelDelayed = Event<
  "parcel.delayed",
  1,
  { readonly reason: DelayReason; readonly sinceMs: number; readonly revised?: string }
>;
export type ParcelDelayCleared = Event<
  "parcel.delay_cleared",
  1,
  { readonly reason: DelayReason; readonly atMs: number }
>;
/** On which lane it travels, what its carrier did there lately, and by which rules it counts as late. */
export type ParcelLaneTold = Event<"parcel.lane_told", 1, LaneTold & { readonly atMs: number }>;
/** Nothing was heard of it for so long that nobody waits any more. */
export type ParcelExpired = Event<"parcel.expired", 1, { readonly atMs: number }>;
/**
 * The receiver asked the shop for something. `personal`: the words lie in PERSONAL, under the command that is this event's cause;
 * nothing of them is here.
 */
export type ParcelCustomerAsked = Event<
  "parcel.customer_asked",
  1,
  Omit<AskShop, "type"> & { readonly order: OrderId; readonly personal: true; readonly atMs: number }
>;
/** The shop has done it, or will not. */
export type ParcelCustomerAnswered = Event<
  "parcel.customer_answered",
  1,
  Omit<AnswerCustomer, "type"> & Pick<AskShop, "kind"> & { readonly atMs: number }
>;

export type ParcelEvent =
  | ParcelRegistered
  | ParcelFollowed
  | ParcelScanned
  | ParcelEstimateChanged
  | ParcelMovedOn
  | ParcelDelayed
  | ParcelDelayCleared
  | ParcelExpired
  | ParcelScansCorrected
  | ParcelLaneTold
  | ParcelCaseEvent
  | ParcelCustomerAsked
  | ParcelCustomerAnswered;

/** Every (type, version) that was ever written. A missing one does not compile. */
export const parcelEventVersions = {
  "parcel.registered": [1],
  "parcel.scanned": [1],
  "parcel.estimate_changed": [1],
  "parcel.moved": [1],
  "parcel.delayed": [1],
  "parcel.delay_cleared": [1],
  "parcel.expired": [1],
  "parcel.scans_corrected": [1],
  "parcel.lane_told": [1],
  "parcel.case_opened": [1],
  "parcel.case_noted": [1],
  "parcel.case_changed": [1],
  "parcel.case_closed": [1],
  "parcel.customer_asked": [1],
  "parcel.customer_answered": [1],
  "parcel.followed": [1],
} as const satisfies { readonly [Type in ParcelEvent["type"]]: readonly number[] };

type DataOf<Type extends ParcelEvent["type"]> = Extract<ParcelEvent, { readonly type: Type }>["data"];

/** Makes an event of version 1. */
export function parcelEvent<Type extends ParcelEvent["type"]>(type: Type, data: DataOf<Type>): ParcelEvent {
  return { type, version: 1, data } as ParcelEvent;
}
