import { type Actor, type Answer, type Decision, never } from "../actor.ts";
import { type ActorId, actorId } from "../ids.ts";
import { offer } from "./backorders.ts";
import { adjust, count, kit, liftAside, move, setAside } from "./corrections.ts";
import { describe, read, reviseLocation, unknown } from "./describe.ts";
import { adjustCommit, adjustHold, adjustRelease, receive } from "./documents.ts";
import { Draft } from "./draft.ts";
import { decode, decodeChunks, encode, encodeChunks } from "./encode.ts";
import { evolve } from "./evolve.ts";
import { commit, hold, release } from "./holds.ts";
import { check } from "./invariants.ts";
import type { CorrectionCommand, SkuCommand, SkuRejection, StockroomCommand } from "./sku_commands.ts";
import type { SkuEvent } from "./sku_events.ts";
import { initialSku, type SkuState } from "./sku_state.ts";
import { gradeReturn, receiveReturn, restockReturn } from "./returns.ts";
import { arrive, dispatch, inspect, receiveTransfer, supply } from "./supply.ts";
import { pack, unpack } from "./shipments.ts";
import { skuView } from "./view.ts";
import { allocate, handOver, step } from "./warehouse.ts";

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
  encodeChunks,
  decodeChunks,
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
    case "shipment.pack":
      return pack(state, command);
    case "shipment.unpack":
      return unpack(state, command);
    case "shipment.hand_over":
      return handOver(state, { hold: command.hold, parcel: command.shipment });
    case "receive":
      return receive(state, command);
    case "adjust.hold":
      return adjustHold(state, command);
    case "adjust.release":
      return adjustRelease(state, command);
    case "adjust.commit":
      return adjustCommit(state, command);
    case "return.receive":
      return receiveReturn(state, command);
    case "return.grade":
      return gradeReturn(state, command);
    case "return.restock":
      return restockReturn(state, command);
    case "describe":
      return describe(state, command);
    case "location":
      return reviseLocation(state, command);
    case "read":
      return read(state);
    case "offer":
      return offerAgain(state);
    default:
      return decideStockroom(state, command);
  }
}

/** What people with scanners, purchase orders and counting lists ask: not on the way of an order. */
function decideStockroom(state: SkuState, command: StockroomCommand): Decision<SkuEvent, SkuRejection> {
  switch (command.type) {
    case "pick":
    case "unpick":
    case "pick.short":
    case "pack":
    case "unpack":
      return step(state, command);
    case "hand_over":
      return handOver(state, command);
    case "allocate":
      return allocate(state, command);
    case "supply":
      return supply(state, command);
    case "arrive":
      return arrive(state, command);
    case "qc.pass":
    case "qc.fail":
      return inspect(state, command);
    case "transfer.dispatch":
      return dispatch(state, command);
    case "transfer.receive":
      return receiveTransfer(state, command);
    default:
      return decideCorrection(state, command);
  }
}

function decideCorrection(state: SkuState, command: CorrectionCommand): Decision<SkuEvent, SkuRejection> {
  switch (command.type) {
    case "count":
      return count(state, command);
    case "adjust":
      return adjust(state, command);
    case "move":
      return move(state, command);
    case "set_aside":
      return setAside(state, command);
    case "lift":
      return liftAside(state, command);
    case "kit.assemble":
    case "kit.break":
      return kit(state, command);
    default:
      return never(command);
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
    case "shipment.pack":
      return [actorId("order", command.order)];
    case "receive":
    case "adjust.hold":
    case "adjust.release":
    case "adjust.commit":
      return [actorId("stockdoc", command.doc)];
    case "return.receive":
    case "return.grade":
    case "return.restock":
      return [actorId("return", command.return)];
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
