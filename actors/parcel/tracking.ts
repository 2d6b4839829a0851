import { type Answer, reject } from "../actor.ts";
import type { CorrectScans, ScanParcel, TellLane } from "../commands.ts";
import type { RegisterParcel } from "../protocol.ts";
import type { FollowParcel } from "../return/return_messages.ts";
import { checkpointOf } from "./checkpoint.ts";
import { correctionsOf } from "./correcting.ts";
import { delayRules } from "./delay_rules.ts";
import { Draft } from "./draft.ts";
import { unknownOf } from "./keep.ts";
import { parcelEvent } from "./parcel_events.ts";
import { newestMs, type ParcelState } from "./parcel_state.ts";

/** Only so many shipments are told what becomes of one parcel; a number like `NONE` may stand on thousands. */
export const shipmentsMax = 100;
const followersMax = 100;

/**
 * A shipment travels in it. What was said of the number before counts from now on. Several shipments may name one number: goods of one
 * box that were entered one after the other, or of several orders; all are told. Only where a carrier can have given the number out
 * again is it another parcel, and the former shipments hear no more.
 */
export function register(state: ParcelState, { type: _, ...data }: RegisterParcel, nowMs: number) {
  const draft = new Draft(state, nowMs);
  const known = state.shipments.some(({ shipment }) => shipment === data.shipment);
  const anew = isUsedAgain(state, data.handedOverAtMs);
  if (!known && (anew || state.shipments.length < shipmentsMax)) {
    draft.emit(parcelEvent("parcel.registered", { ...data, ...(anew && { anew: true as const }) }));
  }
  return draft.finish({ newcomer: data });
}

/** Goods that come back travel in it. */
export function follow(state: ParcelState, { return: id }: FollowParcel, nowMs: number) {
  const draft = new Draft(state, nowMs), { followers = [] } = state;
  if (!followers.includes(id) && followers.length < followersMax) {
    draft.emit(parcelEvent("parcel.followed", { return: id, atMs: nowMs }));
  }
  return draft.finish({ follower: id });
}

function isUsedAgain({ shipments }: ParcelState, handedOverAtMs: number): boolean {
  const last = shipments.at(-1);
  return last !== undefined && handedOverAtMs - last.handedOverAtMs > delayRules.numberReusedMs;
}

/** What one callback says. Known scans say nothing new; a callback that is older than what is known says nothing of the estimate. */
export function scans(state: ParcelState, command: ScanParcel, nowMs: number) {
  const { source, estimatedDelivery } = command;
  const draft = new Draft(state, nowMs);
  const all = command.scans.map((scan) => checkpointOf(state.key, scan));
  const checkpoints = unknownOf(state, all);
  if (checkpoints.length > 0) {
    draft.emit(parcelEvent("parcel.scanned", { source, heardAtMs: nowMs, checkpoints }));
  }
  const newest = all.reduce((latest, { atMs }) => Math.max(latest, atMs), -Infinity);
  const isOld = all.length > 0 && newest < newestMs(state);
  if (estimatedDelivery && !isOld && differs(state.estimate, estimatedDelivery)) {
    draft.emit(parcelEvent("parcel.estimate_changed", { ...estimatedDelivery, source, heardAtMs: nowMs }));
  }
  return { ...draft.finish(), reply: scansAnswer(draft.state) };
}

/** What was said before, understood anew. No news: nothing happened to the parcel. */
export function correct(state: ParcelState, command: CorrectScans, nowMs: number) {
  const { source } = command, draft = new Draft(state, nowMs);
  const all = command.scans.map((scan) => checkpointOf(state.key, scan));
  const corrections = correctionsOf(state, all);
  if (corrections.length > 0) {
    draft.emit(parcelEvent("parcel.scans_corrected", { source, correctedAtMs: nowMs, corrections }));
  }
  const checkpoints = unknownOf(draft.state, all);
  if (checkpoints.length > 0) {
    draft.emit(parcelEvent("parcel.scanned", { source, heardAtMs: nowMs, checkpoints }));
  }
  return { ...draft.finish(), reply: scansAnswer(draft.state) };
}

/** Told again, only what is new counts. Nobody's parcel has no lane: it is told once somebody has registered it. */
export function tellLane(state: ParcelState, { type: _, ...told }: TellLane, nowMs: number) {
  if (state.shipments.length === 0) return reject(unknownParcel(state));
  const draft = new Draft(state, nowMs);
  if (JSON.stringify(state.lane) !== JSON.stringify(told)) {
    draft.emit(parcelEvent("parcel.lane_told", { ...told, atMs: nowMs }));
  }
  return { ...draft.finish(), reply: scansAnswer(draft.state) };
}

export function unknownParcel({ key }: ParcelState) {
  return {
    reason: "unknown-parcel" as const,
    detail: `Cannot find parcel ${key}: nobody ever said anything of it`,
  };
}

/** What is told of the parcel to whoever brought scans of it. */
export const scansTopic = "scans";
export function scansAnswer({ standing: { status, subStatus }, shipments, followers }: ParcelState): Answer {
  const parked = shipments.length === 0 && followers === undefined;
  const value = { status, ...(subStatus !== undefined && { subStatus }), parked };
  return { ok: true, value };
}

function differs(
  one: ScanParcel["estimatedDelivery"],
  other: NonNullable<ScanParcel["estimatedDelivery"]>,
): boolean {
  return one?.from !== other.from || one.to !== other.to;
}
