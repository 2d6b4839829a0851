import {
  accept,
  type Actor,
  type Answer,
  assert,
  type Cause,
  type Decision,
  never,
  reject,
  type Rejection,
} from "../actor.ts";
import type { ParcelCommandFromOutside } from "../commands.ts";
import { type ActorId, actorId } from "../ids.ts";
import { asJson, stateFrom } from "../as_json.ts";
import type { RegisterParcel, TimerDue } from "../protocol.ts";
import { type CaseRejection, changeCase } from "./case_changes.ts";
import { checkCases, noCases } from "./cases.ts";
import { Draft } from "./draft.ts";
import { evolve } from "./evolve.ts";
import { checkpointsMax } from "./keep.ts";
import type { ParcelEvent } from "./parcel_events.ts";
import { initialParcel, isKnown, type ParcelState } from "./parcel_state.ts";
import type { FollowParcel } from "../return/return_messages.ts";
import {
  correct,
  follow,
  register,
  scans,
  scansAnswer,
  scansTopic,
  tellLane,
  unknownParcel,
} from "./tracking.ts";
import { parcelView } from "./view.ts";

import { answerCustomer, ask, type RequestRejection } from "./requests.ts";

export type ParcelCommand = ParcelCommandFromOutside | RegisterParcel | FollowParcel | TimerDue;
export type ParcelRejection = Rejection<"unknown-parcel"> | CaseRejection | RequestRejection;

/** One parcel of one carrier: what was said of it, how it stands by that, and whether it is late (DOMAIN 4). */
export const parcel: Actor<ParcelState, ParcelCommand, ParcelEvent, ParcelRejection> = {
  kind: "parcel",
  stateVersion: 1,
  initial: initialParcel,
  evolve,
  decide,
  answer,
  touches: (command): readonly ActorId[] =>
    command.type === "register" ? [actorId("order", command.order)] : [],
  check: (state) => {
    const { key, checkpoints } = state;
    assert(checkpoints.length <= checkpointsMax, `Cannot be: ${key} keeps ${checkpoints.length} scans`);
    checkCases(state);
  },
  encode: asJson,
  decode: stateFrom,
  sizeOf: ({ checkpoints, shipments, followers = [], cases = noCases, requests = [] }) =>
    600 + followers.length * 60 + checkpoints.length * checkpointBytes + shipments.length * 300 +
    (cases.all.length + cases.asked.length) * caseBytes + requests.length * 300,
};

/** Most texts are short. */
const checkpointBytes = 500;
const caseBytes = 500;

function decide(
  state: ParcelState,
  command: ParcelCommand,
  cause: Cause,
): Decision<ParcelEvent, ParcelRejection> {
  switch (command.type) {
    case "register":
      return register(state, command, cause.atMs);
    case "follow":
      return follow(state, command, cause.atMs);
    case "scans":
      return scans(state, command, cause.atMs);
    case "correct":
      return correct(state, command, cause.atMs);
    case "customer_ask":
      return ask(state, command, cause.atMs);
    case "customer_answer":
      return answerCustomer(state, command, cause.atMs);
    case "timer":
      return new Draft(state, command.dueMs, { fired: true }).finish();
    case "lane":
      return tellLane(state, command, cause.atMs);
    case "case.note":
    case "case.assign":
    case "case.close":
      return changeCase(state, command, cause);
    case "read":
      return isKnown(state) ? accept([], { reply: "view" }) : reject(unknownParcel(state));
    default:
      return never(command);
  }
}

function answer(state: ParcelState, topic?: string): Answer {
  if (topic === scansTopic) return scansAnswer(state);
  if (!isKnown(state)) return { ok: false, rejection: unknownParcel(state) };
  return { ok: true, value: asJson(parcelView(state)) };
}
