import { type Actor, type Answer, type Decision, never } from "../actor.ts";
import { type ActorId, actorId } from "../ids.ts";
import { offer } from "./backorders.ts";
import { describe, read, reviseLocation, unknown } from "./describe.ts";
import { adjustCommit, adjustHold, adjustRelease, receive } from "./documents.ts";
import { Draft } from "./draft.ts";
import { decode, encode } from "./encode.ts";
import { evolve } from "./evolve.ts";
import { commit, hold, release } from "./holds.ts";
import { check } from "./invariants.ts";
import type { SkuCommand, SkuRejection } from "./sku_commands.ts";
import type { SkuEvent } from "./sku_events.ts";
import { initialSku, type SkuState } from "./sku_state.ts";
import { skuView } from "./view.ts";

/** One SKU with all its locations: grants or refuses, and never promises more than there is. */
export const sku: Actor<SkuState, SkuCommand, SkuEvent, SkuRejection> = {
  kind: "sku",
  stateVersion: 1,
  initial: initialSku,
  evolve,
  decide,
  answer,
  touches,
  encode,
  decode,
  sizeOf,
  check,
};

function decide(state: SkuState, command: SkuCommand): Decision<SkuEvent, SkuRejection> {
  switch (command.type) {
    case "hold":
      return hold(state, command);
    case "commit":
      return commit(state, command);
    case "release":
      return release(state, command);
    case "receive":
      return receive(state, command);
    case "adjust.hold":
      return adjustHold(state, command);
    case "adjust.release":
      return adjustRelease(state, command);
    case "adjust.commit":
      return adjustCommit(state, command);
    case "describe":
      return describe(state, command);
    case "location":
      return reviseLocation(state, command);
    case "read":
      return read(state);
    case "offer":
      return offerAgain(state);
    default:
      return never(command as never);
  }
}

function offerAgain(state: SkuState) {
  const draft = new Draft(state);
  offer(draft);
  return draft.accept();
}

function answer(state: SkuState): Answer {
  const no = unknown(state);
  return state.known ? { ok: true, value: skuView(state) } : { ok: false, rejection: no.rejection };
}

function touches(command: SkuCommand): readonly ActorId[] {
  switch (command.type) {
    case "hold":
    case "commit":
    case "release":
      return [actorId("order", command.order)];
    case "receive":
    case "adjust.hold":
    case "adjust.release":
    case "adjust.commit":
      return [actorId("stockdoc", command.doc)];
    default:
      return [];
  }
}

/** Bytes, from what was measured of heap use; the number of records decides, so it costs nothing to ask. */
function sizeOf(state: SkuState): number {
  const records = state.claims.size * 640 + state.queue.size * 80 +
    (state.asides.size + state.supplies.size) * 320;
  return 1024 + state.locations.length * 256 + records;
}
