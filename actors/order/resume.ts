import { type Accepted, type Cause, reject, type Rejected } from "../actor.ts";
import type { CancelOrder, RecordPayment } from "../commands.ts";
import {
  answeredAs,
  answerOf,
  paymentsKnown,
  paymentsMax,
  shipmentsKnown,
  shipmentsMax,
  topicOf,
} from "./answers.ts";
import { cancel } from "./decide_cancel.ts";
import { pay } from "./decide_payment.ts";
import { ship } from "./decide_ship.ts";
import { bill } from "./bill.ts";
import { begin, type Draft, finish, record } from "./draft.ts";
import type { Deferred, OrderEvent, TimedShip } from "./events.ts";
import { expire } from "./expiry.ts";
import { askAgain } from "./judge.ts";
import { mismatch, type OrderRejection } from "./rejections.ts";
import { anyOpen, busy, type KnownOrder } from "./state.ts";

/** While an order waits for its SKUs, this many commands may wait for it. */
export const waitingMax = 100;

type Keyed = RecordPayment | CancelOrder | TimedShip;

/** A payment, cancellation or shipment: once for each key. */
export function decideKeyed(
  state: KnownOrder,
  command: Keyed,
  cause: Cause,
): Accepted<OrderEvent> | Rejected<OrderRejection> {
  const topic = topicOf(command);
  const waits = state.waiting.find((other) => other.type !== "timer" && topicOf(other) === topic);
  const earlier = answeredAs(state, topic) ?? (waits as Keyed | undefined);
  if (earlier) {
    if (earlier.fingerprint !== command.fingerprint) return reject(mismatch);
    const undecided = earlier === waits || state.pending === topic;
    return finish(
      begin(state, cause),
      undecided ? { later: topic } : { ...answerOf(state, topic), replayed: true },
    );
  }
  if (command.type === "payment" && paymentsKnown(state) >= paymentsMax) return reject(tooManyPayments);
  if (command.type === "ship" && shipmentsKnown(state) >= shipmentsMax) return reject(tooManyShipments);
  const draft = begin(state, cause);
  if (busy(state)) return defer(draft, command, topic);
  perform(draft, command);
  settle(draft);
  const undecided = draft.state.pending === topic;
  return finish(draft, undecided ? { later: topic } : answerOf(draft.state, topic));
}

const tooManyPayments: OrderRejection = {
  reason: "too-many-payments",
  detail: `Cannot take the payment: the order has ${paymentsMax} already`,
};
const tooManyShipments: OrderRejection = {
  reason: "too-many-shipments",
  detail: `Cannot ship the parcel: the order has ${shipmentsMax} shipments already`,
};
const orderBusy: OrderRejection = {
  reason: "order-busy",
  detail: `Cannot take the request yet: ${waitingMax} others wait for this order`,
};

/** Puts a command off until the SKUs have answered. */
export function defer(
  draft: Draft,
  command: Deferred,
  topic?: string,
): Accepted<OrderEvent> | Rejected<OrderRejection> {
  // The one timer needs no place in the line: it is in it once at most.
  if (draft.state.waiting.length >= waitingMax && topic !== undefined) return reject(orderBusy);
  record(draft, "order.command_deferred", { command });
  return finish(draft, topic === undefined ? undefined : { later: topic });
}

export function perform(draft: Draft, command: Deferred): void {
  switch (command.type) {
    case "payment":
      return pay(draft, command);
    case "cancel":
      return cancel(draft, command);
    case "ship":
      return ship(draft, command);
    case "timer":
      return expire(draft, command.dueMs);
  }
}

/** What follows once the SKUs have answered: what waited, in order, and then lost units of a backorder order are queued again. */
export function settle(draft: Draft): void {
  while (!busy(draft.state) && draft.state.waiting.length > 0) {
    const command = draft.state.waiting[0]!;
    record(draft, "order.command_resumed", { left: draft.state.waiting.length - 1 });
    perform(draft, command);
    if (command.type === "timer") continue;
    const topic = topicOf(command);
    if (draft.state.pending !== topic && !draft.settles.includes(topic)) draft.settles.push(topic);
  }
  if (!busy(draft.state) && mayQueueAgain(draft)) askAgain(draft, "lost");
  bill(draft);
}

/** Only news makes it ask again: an order that was just put on hold would ask for ever. */
function mayQueueAgain({ state, events }: Draft): boolean {
  if (state.hold === undefined || state.placed.stockPolicy !== "backorder" || !anyOpen(state)) return false;
  return events.some(({ type }) => news.has(type)) && !events.some(({ type }) => type === "order.held");
}
const news: ReadonlySet<OrderEvent["type"]> = new Set<OrderEvent["type"]>([
  "order.claim_lost",
  "order.lines_cancelled",
  "order.shipped",
  "order.shipment_failed",
  "order.confirmed",
  "order.backordered",
  "order.reallocated",
]);
