import { assert } from "../../actors/actor.ts";
import type { DataOf } from "../../actors/order/events.ts";
import { orderView } from "../../actors/order/view.ts";
import type {
  OrderReturnAuthorised,
  OrderReturnGraded,
  OrderReturnReceived,
} from "../../actors/order/return_events.ts";
import { bySku, type KnownOrder, type Return, type Shipment } from "../../actors/order/state.ts";
import type { CloudEvent } from "./cloud_event.ts";

/** What is told of things: enough to know what happened to which, never who the customer is. All else is one GET away. */

type Data = CloudEvent["data"];

const time = (ms: number) => new Date(ms).toISOString();

export function orderData(state: KnownOrder): Data {
  const { orderId, channel, orderNumber, status, holdReason, payment, placedAt, expiresAt, ...rest } =
    orderView(
      state,
    );
  const { currency, net, tax, total } = rest;
  return {
    ...{ orderId, channel, orderNumber, status, payment, currency, net, tax, total, placedAt },
    ...(holdReason !== undefined && { holdReason }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** How far the shipment's parcel is; `pre_transit` from its hand-over until its carrier is heard. */
export function shipmentData(
  { placed }: KnownOrder,
  { shipment, parcel, token, atMs, ...shipped }: Shipment,
  publicUrl: string | undefined,
): Data {
  const { reference, location, carrier, service, trackingNumber } = shipped;
  return {
    ...{
      shipmentId: shipment,
      orderId: placed.order,
      channel: placed.channel,
      orderNumber: placed.orderNumber,
    },
    ...{ reference, location, carrier, trackingNumber },
    ...(service !== undefined && { service }),
    handedOverAt: time(atMs),
    trackingToken: token,
    ...(publicUrl !== undefined && { trackingUrl: `${publicUrl}/t/${token}` }),
    status: parcel?.status ?? "pre_transit",
    ...(parcel?.subStatus !== undefined && { subStatus: parcel.subStatus }),
    statusAt: time(parcel?.atMs ?? atMs),
  };
}

/** Which of the order's shipments an event of it is about. */
export function shipmentOf(
  state: KnownOrder,
  id: DataOf<"order.parcel_moved">["shipment"],
): Shipment | undefined {
  return state.shipments.find(({ shipment }) => shipment === id);
}

/** What an order's history says of a return that subscribers are told of. */
export type ReturnSaid = OrderReturnAuthorised | OrderReturnReceived | OrderReturnGraded;

/** Which return of which order, and the goods that this is about. */
export function returnData({ placed, returns }: KnownOrder, said: ReturnSaid): Data {
  const known = returns.find((one) => one.return === said.data.return);
  assert(known, `Cannot tell of return ${said.data.return}: its order does not have it`);
  const { return: returnId, reference, reason } = known, { order: orderId, channel, orderNumber } = placed;
  return { ...{ returnId, orderId, channel, orderNumber, reference, reason }, ...goodsOf(known, said) };
}

function goodsOf(known: Return, { type, data }: ReturnSaid): Data {
  const at = time(data.atMs);
  switch (type) {
    case "order.return_authorised":
      return { lines: summed([...known.lines, ...known.beyond ?? []]), at };
    case "order.return_received":
      return { location: data.location, lines: summed([...data.lines, ...data.beyond ?? []]), at };
    case "order.return_graded":
      return { lines: data.lines.map((line) => ({ ...line })), at };
  }
}

const summed = (lines: Parameters<typeof bySku>[0]) =>
  Array.from(bySku(lines), ([sku, quantity]) => ({ sku, quantity }));
