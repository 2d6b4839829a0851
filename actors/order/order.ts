import { accept, type Actor, type Cause, type Decision, never, reject } from "../actor.ts";
import type { OrderCommandFromOutside, PlaceOrder } from "../commands.ts";
import { type ActorId, actorId } from "../ids.ts";
import type { DocumentIssued, ParcelMoved, StockAnswered, TimerDue } from "../protocol.ts";
import { mainEntity } from "../series/seller.ts";
import type { ReturnTold } from "../return/return_messages.ts";
import { answerOf, placeTopic } from "./answers.ts";
import { checkOrder } from "./check.ts";
import { decideCredit } from "./decide_credit.ts";
import { decidePlace } from "./decide_place.ts";
import { hearParcel, parcelOf } from "./decide_parcel.ts";
import { decideRefund, settleRefund } from "./decide_refund.ts";
import { decideReturn, hearReturn } from "./decide_return.ts";
import { hear } from "./decide_stock.ts";
import { begin, closingTimer, finish, holdTimer } from "./draft.ts";
import { decodeOrder, encodeOrder, sizeOfOrder } from "./encode.ts";
import type { OrderEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import { findShipment } from "./find_shipment.ts";
import { hearIssued } from "./hear_issued.ts";
import { mismatch, type OrderRejection } from "./rejections.ts";
import { decideKeyed, defer, perform, settle } from "./resume.ts";
import { busy, bySku, type KnownOrder, type OrderState, type UnknownOrder } from "./state.ts";

export type OrderCommand =
  | OrderCommandFromOutside
  | StockAnswered
  | ParcelMoved
  | ReturnTold
  | DocumentIssued
  | TimerDue;
type OrderDecision = Decision<OrderEvent, OrderRejection>;

/** The order: the only judge of what it gets. It asks SKUs, and decides when all have answered (DESIGN 4, DOMAIN 2–3). */
export const order: Actor<OrderState, OrderCommand, OrderEvent, OrderRejection> = {
  kind: "order",
  stateVersion: 3,
  restsAfterBirth: true,
  initial: (key) => ({ phase: "unknown", key }),
  evolve,
  decide: (state, command, cause) =>
    state.phase === "unknown"
      ? command.type === "place" ? decidePlace(command, cause) : decideUnknown(state, command)
      : decideKnown(state, command, cause),
  answer: (state, topic) =>
    state.phase === "unknown" ? { ok: false, rejection: unknownOrder(state) } : answerOf(state, topic),
  touches,
  merge: (first, second) =>
    first.type === "stock" && second.type === "stock"
      ? { type: "stock", answers: [...first.answers, ...second.answers] }
      : undefined,
  encode: encodeOrder,
  decode: decodeOrder,
  sizeOf: sizeOfOrder,
  check: checkOrder,
};

function touches(command: OrderCommand): readonly ActorId[] {
  switch (command.type) {
    case "place":
    case "cancel":
      return skusOf(command.lines ?? []);
    case "ship":
      return [...skusOf(command.lines), parcelOf(command), actorId("series", mainEntity)];
    case "credit":
      return [actorId("series", mainEntity)];
    case "return":
      return [actorId("return", command.return)];
    default:
      return [];
  }
}

function skusOf(lines: Parameters<typeof bySku>[0]): ActorId[] {
  return Array.from(bySku(lines).keys(), (sku) => actorId("sku", sku));
}

function decideKnown(state: KnownOrder, command: OrderCommand, cause: Cause): OrderDecision {
  switch (command.type) {
    case "place":
      return placeAgain(state, command);
    case "read":
      return accept([], { reply: "view" });
    case "find_shipment":
      return findShipment(state, command);
    case "payment":
    case "cancel":
      return decideKeyed(state, command, cause);
    case "ship":
      return decideKeyed(state, { ...command, atMs: cause.atMs }, cause);
    case "credit":
      return decideCredit(state, command, cause);
    case "refund":
      return decideRefund(state, command, cause);
    case "refund.settle":
      return settleRefund(state, command, cause);
    case "return":
      return decideReturn(state, command, cause);
    case "return_told":
      return hearReturn(state, command, cause);
    case "parcel":
      return hearParcel(state, command, cause);
    case "issued":
      return hearIssued(state, command, cause);
    case "stock": {
      const draft = begin(state, cause);
      hear(draft, command);
      settle(draft);
      return finish(draft);
    }
    case "timer":
      return decideTimer(state, command, cause);
    default:
      return never(command);
  }
}

/** The number is spent, whatever became of it: the first decided answer again. */
function placeAgain(state: KnownOrder, command: PlaceOrder): OrderDecision {
  if (command.fingerprint !== state.placed.fingerprint) return reject(mismatch);
  if (state.pending === placeTopic) return accept([], { reply: { later: placeTopic } });
  return accept([], { reply: { ...answerOf(state, placeTopic), replayed: true } });
}

function decideTimer(state: KnownOrder, timer: TimerDue, cause: Cause): OrderDecision {
  if (timer.name === closingTimer) return finish(begin(state, cause));
  if (timer.name !== holdTimer || state.phase !== "awaiting_payment") return accept();
  if (busy(state)) return defer(begin(state, cause), timer);
  const draft = begin(state, cause);
  perform(draft, timer);
  return finish(draft);
}

/** An order that was never placed wants nothing: what a SKU holds for it goes back. */
function decideUnknown(state: UnknownOrder, command: Exclude<OrderCommand, PlaceOrder>): OrderDecision {
  if (command.type === "timer") return accept();
  if (command.type !== "stock") return reject(unknownOrder(state));
  const messages = command.answers.filter((answer) => answer.kind === "held").map(({ sku, hold }) => ({
    to: actorId("sku", sku),
    message: { type: "release", hold, order: state.key, reason: "refused", answer: false },
  }));
  return accept([], { messages });
}

function unknownOrder({ key }: UnknownOrder): OrderRejection {
  return { reason: "unknown-order", detail: `Cannot find order ${key}: it was never placed` };
}
