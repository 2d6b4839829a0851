import { Map as ImmutableMap } from "immutable";
import { never } from "../actor.ts";
import { cancelTopic, freeze, paymentTopic, placeTopic, remember } from "./answers.ts";
import { moneyBooked } from "./evolve_money.ts";
import { returnsChanged } from "./evolve_returns.ts";
import { shippingChanged, shippingNoted } from "./evolve_shipping.ts";
import type {
  GrantedLine,
  OrderEvent,
  OrderLinesCancelled,
  OrderPaymentCaptured,
  OrderPaymentFailed,
  OrderPlaced,
  OrderStockAnswered,
  OrderStockAsked,
} from "./events.ts";
import { claimsOf, dequeue, eachLine, ended, unclaim } from "./line_changes.ts";
import type { OrderMoneyEvent } from "./money_events.ts";
import type { OrderReturnEvent } from "./return_events.ts";
import type { OrderShippingEvent } from "./shipping_events.ts";
import {
  anyOpen,
  awaitedKey,
  awaitsPayment,
  bySku,
  type KnownOrder,
  type OrderState,
  unitsOf,
  untouched,
} from "./state.ts";
import { totalsWith } from "./view.ts";

export function evolve(state: OrderState, event: OrderEvent): OrderState {
  if (event.type === "order.placed") return placed(event.data);
  if (state.phase === "unknown") throw new Error(`Cannot apply ${event.type}: the order was never placed`);
  return evolveKnown(state, event);
}

export function evolveKnown(before: KnownOrder, event: Exclude<OrderEvent, OrderPlaced>): KnownOrder {
  switch (event.type) {
    case "order.stock_answered":
      return stockNoted(before, event.data);
    case "order.command_deferred":
      return { ...before, waiting: [...before.waiting, event.data.command] };
    case "order.command_resumed":
      return { ...before, waiting: before.waiting.slice(1) };
    case "order.refused": {
      const { topic, fingerprint, rejection } = event.data;
      return remember(before, { topic, fingerprint, frozen: { ok: false, rejection } });
    }
    case "order.closed":
      return { ...freeze(before), closed: true };
    case "order.shipment_answered":
      return shippingNoted(before, event);
    case "order.shipment_requested":
    case "order.shipped":
    case "order.shipment_failed":
    case "order.parcel_moved":
      return shippingChanged(freeze(before), event);
    case "order.invoice_requested":
    case "order.invoiced":
    case "order.credit_requested":
    case "order.credited":
    case "order.refund_requested":
    case "order.refund_settled":
      return moneyBooked(before, event);
    case "order.return_requested":
    case "order.return_authorised":
    case "order.return_received":
    case "order.return_graded":
    case "order.return_ended":
      return returnsChanged(freeze(before), event);
    default:
      return changed(freeze(before), event);
  }
}

function stockNoted(state: KnownOrder, data: OrderStockAnswered["data"]): KnownOrder {
  const asking = state.asking!;
  const answers = asking.answers.withMutations((map) => {
    for (const answer of data.answers) map.set(answer.sku, answer);
  });
  return { ...state, asking: { ...asking, answers } };
}

type Change = Exclude<
  OrderEvent,
  OrderShippingEvent | OrderMoneyEvent | OrderReturnEvent | {
    readonly type:
      | "order.placed"
      | "order.stock_answered"
      | "order.command_deferred"
      | "order.command_resumed"
      | "order.refused"
      | "order.closed";
  }
>;

/** The events that change how the order looks to those who ask. */
function changed(state: KnownOrder, event: Change): KnownOrder {
  switch (event.type) {
    case "order.reserved":
      return { ...granted(state, event.data), phase: "awaiting_payment" };
    case "order.confirmed":
    case "order.backordered":
    case "order.reallocated":
      return settled({ ...granted(state, event.data), phase: "open" });
    case "order.rejected":
      return decided({ ...state, phase: "rejected", shortages: event.data.shortages });
    case "order.held":
      return decided({ ...state, phase: "open", hold: event.data.reason });
    case "order.stock_asked":
      return asks(state, event.data);
    case "order.payment_captured":
    case "order.payment_failed":
      return paid(state, event);
    case "order.cancelled":
      return decided({ ...state, lines: state.lines.map((_, i) => ended(state.placed.lines[i]!.quantity)) });
    case "order.expired":
      return {
        ...state,
        phase: "expired",
        lines: state.lines.map((line) => ({ ...line, claims: [], queue: [] })),
      };
    case "order.cancel_requested": {
      const { request, fingerprint } = event.data;
      const awaited = ImmutableMap(
        event.data.awaited.map((row) => [awaitedKey(row.sku, row.attempt), row.quantity]),
      );
      const topic = cancelTopic(request);
      return { ...remember(state, { topic, fingerprint }), cancelling: { awaited }, pending: topic };
    }
    case "order.lines_cancelled":
      return cancelled(state, event.data);
    case "order.backorder_filled":
      return eachLine(state, event.data.lines, (line, row) => ({
        ...line,
        claims: [...line.claims, ...claimsOf(row.parts, row.attempt)],
        queue: dequeue(line.queue, row.attempt, unitsOf(row.parts)),
      }));
    case "order.claim_lost": {
      const lost = eachLine(state, event.data.lines, (line, row) => ({
        ...line,
        claims: unclaim(line.claims, row.attempt, row.parts),
      }));
      return lost.phase === "open" ? { ...lost, hold: "stock_lost" } : lost;
    }
    default:
      return never(event);
  }
}

function placed(data: OrderPlaced["data"]): KnownOrder {
  const asked = Array.from(bySku(data.lines), ([sku, quantity]) => ({ sku, quantity }));
  return {
    phase: "reserving",
    placed: data,
    lines: data.lines.map(() => untouched),
    payment: data.payment,
    attempt: data.attempt,
    asking: { why: "placed", asked, answers: ImmutableMap() },
    pending: placeTopic,
    waiting: [],
    shipments: [],
    returns: [],
    answers: [{ topic: placeTopic, fingerprint: data.fingerprint }],
  };
}

function asks(state: KnownOrder, { attempt, why, asked }: OrderStockAsked["data"]): KnownOrder {
  return {
    ...state,
    phase: "open",
    attempt,
    hold: undefined,
    asking: { why, asked, answers: ImmutableMap() },
  };
}

/** The work in progress is over, and whoever waits for it is answered. */
function decided(state: KnownOrder): KnownOrder {
  return { ...state, asking: undefined, pending: undefined };
}

/** Like `decided`; units lost meanwhile keep the order on hold. */
function settled(state: KnownOrder): KnownOrder {
  return { ...decided(state), hold: anyOpen(state) ? "stock_lost" : undefined };
}

function granted(state: KnownOrder, data: { attempt: number; lines: readonly GrantedLine[] }): KnownOrder {
  const { attempt } = data;
  return decided(eachLine(state, data.lines, (line, { parts, queued, cancelled, service }) => ({
    ...line,
    cancelled: line.cancelled + (cancelled ?? 0),
    service: line.service || service === true,
    claims: parts.length > 0 ? [...line.claims, ...claimsOf(parts, attempt)] : line.claims,
    queue: queued ? [...line.queue, { attempt, quantity: queued }] : line.queue,
  })));
}

/** A payment moves an order that waits for it; on any other it is noted. */
function paid(state: KnownOrder, { type, data }: OrderPaymentCaptured | OrderPaymentFailed): KnownOrder {
  const topic = paymentTopic(data.reference);
  const noted = remember(state, { topic, fingerprint: data.fingerprint });
  const captured = type === "order.payment_captured";
  const moves = awaitsPayment(state) || (captured && state.phase === "expired");
  if (!moves) return noted;
  if (!captured) return { ...noted, payment: "failed", pending: topic };
  const live = (i: number, quantity: number) => quantity - state.lines[i]!.cancelled;
  return { ...noted, payment: "captured", captured: totalsWith(state, live).total, pending: topic };
}

function cancelled(state: KnownOrder, data: OrderLinesCancelled["data"]): KnownOrder {
  const next = eachLine(state, data.lines, (line, row) => ({
    ...line,
    cancelled: line.cancelled + row.quantity,
    claims: row.attempt && row.parts ? unclaim(line.claims, row.attempt, row.parts) : line.claims,
    queue: row.attempt && row.dequeued ? dequeue(line.queue, row.attempt, row.dequeued) : line.queue,
  }));
  const awaited = state.cancelling!.awaited.deleteAll(
    data.answered.map((row) => awaitedKey(row.sku, row.attempt)),
  );
  const hold = anyOpen(next) ? next.hold : undefined;
  if (awaited.size > 0) return { ...next, hold, cancelling: { awaited } };
  return { ...next, hold, cancelling: undefined, pending: undefined };
}
