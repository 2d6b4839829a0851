import { Map as ImmutableMap } from "immutable";
import { never } from "../actor.ts";
import { remember, shipTopic } from "./answers.ts";
import { eachLine, unclaim } from "./line_changes.ts";
import { invoicingOf } from "./money_state.ts";
import type {
  OrderParcelMoved,
  OrderShipmentAnswered,
  OrderShipmentFailed,
  OrderShipmentRequested,
  OrderShipped,
  OrderShippingEvent,
} from "./shipping_events.ts";
import { awaitedKey, type KnownOrder } from "./state.ts";

type Change = Exclude<OrderShippingEvent, OrderShipmentAnswered>;

/** What shipments change of how the order looks to those who ask. */
export function shippingChanged(state: KnownOrder, event: Change): KnownOrder {
  switch (event.type) {
    case "order.shipment_requested":
      return requested(state, event.data);
    case "order.shipped":
      return shipped(state, event.data);
    case "order.shipment_failed":
      return failed(state, event.data);
    case "order.parcel_moved":
      return moved(state, event.data);
    default:
      return never(event);
  }
}

export function shippingNoted(state: KnownOrder, { data }: OrderShipmentAnswered): KnownOrder {
  const { awaited, short, request } = state.shipping!;
  const left = awaited.deleteAll(
    [...data.packed, ...data.short].map((row) => awaitedKey(row.sku, row.attempt)),
  );
  return { ...state, shipping: { request, awaited: left, short: [...short, ...data.short] } };
}

function requested(state: KnownOrder, request: OrderShipmentRequested["data"]): KnownOrder {
  const { reference, fingerprint } = request, topic = shipTopic(reference);
  const awaited = ImmutableMap(
    request.awaited.map((row) => [awaitedKey(row.sku, row.attempt), row.quantity]),
  );
  return {
    ...remember(state, { topic, fingerprint }),
    shipping: { request, awaited, short: [] },
    pending: topic,
  };
}

function shipped(state: KnownOrder, { lines, ...shipment }: OrderShipped["data"]): KnownOrder {
  const { location } = shipment;
  const after = eachLine(state, lines, (line, row) => ({
    ...line,
    shipped: row.shipped,
    claims: row.from.reduce(
      (claims, { attempt, quantity }) => unclaim(claims, attempt, [{ location, quantity }]),
      line.claims,
    ),
  }));
  const toInvoice = lines.map(({ line, quantity }) => ({ line, quantity }));
  const onDelivery = invoicingOf(state).on === "on_delivery";
  return over({
    ...after,
    shipments: [...state.shipments, { ...shipment, ...(onDelivery && { toInvoice }) }],
  });
}

function failed(state: KnownOrder, { reference, rejection }: OrderShipmentFailed["data"]): KnownOrder {
  const topic = shipTopic(reference);
  const answers = state.answers.map((answered) =>
    answered.topic === topic ? { ...answered, frozen: { ok: false as const, rejection } } : answered
  );
  return over({ ...state, answers });
}

/** The work in progress is over, and whoever waits for it is answered. */
const over = (state: KnownOrder): KnownOrder => ({ ...state, shipping: undefined, pending: undefined });

function moved(state: KnownOrder, { shipment, ...parcel }: OrderParcelMoved["data"]): KnownOrder {
  const shipments = state.shipments.map((known) =>
    known.shipment === shipment ? { ...known, parcel } : known
  );
  return { ...state, shipments };
}
