import type { Answer } from "../actor.ts";
import type { CancelOrder, RecordPayment, ShipOrder } from "../commands.ts";
import type { CreditOrder, RefundOrder } from "../money_commands.ts";
import type { ReturnGoods } from "../return/return_commands.ts";
import { asJson } from "../as_json.ts";
import type { Answered, KnownOrder } from "./state.ts";
import type { Shortage } from "./events.ts";
import { booksOf } from "./money_state.ts";
import { creditView, refundView } from "./money_view.ts";
import { orderView, returnView, shipmentView } from "./view.ts";

/**
 * Asking twice is asking once: what was asked under a key is remembered with its first decided answer. While the order stands as it did
 * then, the answer is the order itself; the first change after that freezes it.
 */
export const placeTopic = "place";
export const paymentTopic = (reference: string): string => `payment:${reference}`;
export const cancelTopic = (request: string): string => `cancel:${request}`;
export const shipTopic = (reference: string): string => `ship:${reference}`;
export const creditTopic = (reference: string): string => `credit:${reference}`;
export const refundTopic = (reference: string): string => `refund:${reference}`;
export const settledTopic = (refund: string): string => `settled:${refund}`;
export const returnTopic = (reference: string): string => `return:${reference}`;
/** Commands that are known by a key. */
export type KeyedCommand = RecordPayment | CancelOrder | ShipOrder | ReturnGoods | CreditOrder | RefundOrder;
export function topicOf(command: KeyedCommand): string {
  switch (command.type) {
    case "payment":
      return paymentTopic(command.reference);
    case "cancel":
      return cancelTopic(command.request);
    case "ship":
      return shipTopic(command.reference);
    case "credit":
      return creditTopic(command.reference);
    case "refund":
      return refundTopic(command.reference);
    case "return":
      return returnTopic(command.reference);
  }
}

/** Payments have natural keys, which hold for ever: beyond this many an order takes no more. */
export const paymentsMax = 100;
/** The same of shipments, refused ones included. */
export const shipmentsMax = 1_000;
/** Cancellations are known by idempotency keys: the last so many are remembered. */
export const cancellationsMax = 100;

export function answeredAs(state: KnownOrder, topic: string): Answered | undefined {
  return state.answers.find((answered) => answered.topic === topic);
}

export function remember(state: KnownOrder, answered: Answered): KnownOrder {
  const answers = [...state.answers, answered];
  const cancellations = answers.filter(isCancellation);
  if (cancellations.length > cancellationsMax) answers.splice(answers.indexOf(cancellations[0]!), 1);
  return { ...state, answers };
}
const isCancellation = ({ topic }: Answered) => topic.startsWith("cancel:");

export function paymentsKnown(state: KnownOrder): number {
  return state.answers.filter(({ topic }) => topic.startsWith("payment:")).length;
}
export function shipmentsKnown(state: KnownOrder): number {
  return state.answers.filter(isShipment).length;
}
/** What is told of a shipment is its own for ever: it needs no view of the order as it was. */
const isShipment = ({ topic }: Answered) => topic.startsWith("ship:");
/** The same is true of a return. */
const isReturn = ({ topic }: Answered) => topic.startsWith(returnTopic(""));

/** Keeps every decided answer as it is now; the order is about to change. */
export function freeze(state: KnownOrder): KnownOrder {
  const thaws = (answered: Answered) =>
    answered.frozen === undefined && answered.topic !== state.pending && !isShipment(answered) &&
    !isReturn(answered);
  if (!state.answers.some(thaws)) return state;
  const view = viewed(state);
  const answers = state.answers.map((answered) =>
    thaws(answered) ? { ...answered, frozen: refusedAs(state, answered.topic) ?? view } : answered
  );
  return { ...state, answers };
}

/** What is told of the order: under a topic, as it was when that was decided. */
export function answerOf(state: KnownOrder, topic?: string): Answer {
  if (topic === undefined) return viewed(state);
  return refusedAs(state, topic) ?? answeredAs(state, topic)?.frozen ?? shippedAs(state, topic) ??
    returnedAs(state, topic) ?? bookedAs(state, topic) ?? viewed(state);
}

/** The credit note or the refund alone. */
function bookedAs(state: KnownOrder, topic: string): Answer | undefined {
  const { credits, refunds } = booksOf(state);
  const credit = credits.find(({ requested: { asked } }) => asked && creditTopic(asked.reference) === topic);
  if (credit?.issued) return { ok: true, value: asJson(creditView(state, credit, credit.issued)) };
  const asked = refunds.find(({ requested }) => refundTopic(requested.reference) === topic);
  // As it was when it was asked for.
  if (asked) return { ok: true, value: asJson(refundView(state, { requested: asked.requested })) };
  const settled = refunds.find(({ requested }) => settledTopic(requested.refund) === topic);
  return settled && { ok: true, value: asJson(refundView(state, settled)) };
}

/** The shipment alone, as it was told first: the order goes on. */
function shippedAs(state: KnownOrder, topic: string): Answer | undefined {
  const shipment = state.shipments.find(({ reference }) => shipTopic(reference) === topic);
  return shipment && { ok: true, value: asJson(shipmentView(state, shipment)) };
}

/** The return alone, as it was authorised. */
function returnedAs(state: KnownOrder, topic: string): Answer | undefined {
  const found = state.returns.find(({ reference }) => returnTopic(reference) === topic);
  return found && { ok: true, value: asJson(returnView(state, found)) };
}

function viewed(state: KnownOrder): Answer {
  return { ok: true, value: asJson(orderView(state)) };
}

/** Placing is the only thing that a rejected order refuses; reading it is fine. */
function refusedAs(state: KnownOrder, topic: string): Answer | undefined {
  if (topic !== placeTopic || state.phase !== "rejected") return undefined;
  const shortages = state.shortages!;
  const lines = shortages.length === 1 ? "1 line" : `${shortages.length} lines`;
  return {
    ok: false,
    rejection: {
      reason: "insufficient-stock",
      detail: `Cannot reserve the order: not enough stock for ${lines}`,
      errors: shortages.map(shortageError),
    },
  };
}

function shortageError({ line, sku, requested, available }: Shortage) {
  const detail = `Only ${available} of ${requested} can be had`;
  return { pointer: `/lines/${line - 1}/quantity`, detail, sku, requested, available };
}
