import type { DataOf, GrantedLine, OrderEvent } from "../../actors/order/events.ts";
import type { KnownOrder } from "../../actors/order/state.ts";
import type { Part } from "../../actors/protocol.ts";

/** Steps on the way to something that is told itself. */
const inner = () => undefined;

type Words = {
  readonly [T in OrderEvent["type"]]: (data: DataOf<T>, order: KnownOrder) => string | undefined;
};

/** What happened to an order, as somebody says it who has a customer on the telephone. A missing event does not compile. */
const words: Words = {
  "order.placed": ({ lines, payment }) =>
    `Placed, ${payment === "captured" ? "paid" : "not paid yet"}: ${units(lines)}`,
  "order.stock_answered": inner,
  "order.reserved": ({ lines, deadlineMs }, order) =>
    `Waits for its payment until ${moment(deadlineMs)}; meanwhile ${granted(lines, order)}`,
  "order.confirmed": ({ lines }, order) =>
    lines.length === 0
      ? "Confirmed: what was reserved is its own now"
      : `Confirmed: ${granted(lines, order)}`,
  "order.backordered": ({ lines }, order) => `Accepted, and waits for goods: ${granted(lines, order)}`,
  "order.reallocated": ({ lines }, order) => `Has stock again: ${granted(lines, order)}`,
  "order.rejected": ({ shortages }) => `Rejected, nothing is held for it: ${listed(shortages.map(short))}`,
  "order.stock_asked": ({ why, asked }) =>
    `${why === "paid" ? "The payment came late" : "Units it had were lost"}: stock is asked again for ${
      units(asked)
    }`,
  "order.held": ({ shortages }) => `ON HOLD, a person must decide: paid, but ${listed(shortages.map(short))}`,
  "order.payment_captured": ({ reference }) => `Paid (${reference})`,
  "order.payment_failed": ({ reference }) => `The payment failed (${reference})`,
  "order.cancelled": () => "Cancelled, because its payment failed; the stock is free again",
  "order.expired": ({ deadlineMs }) => `Expired: not paid by ${moment(deadlineMs)}; the stock is free again`,
  "order.closed": ({ windowEndedMs }) =>
    `Closed: goods could come back until ${moment(windowEndedMs)}, and nothing of it is open`,
  "order.cancel_requested": ({ lines, reason }) =>
    `Cancellation of ${lines ? units(lines) : "all that is not shipped"} was asked for: ${reason}`,
  "order.lines_cancelled": ({ lines }, order) =>
    `Cancelled: ${units(lines.map((one) => ({ sku: skuOf(order, one.line), quantity: one.quantity })))}`,
  "order.backorder_filled": ({ lines }, order) => `Goods came: ${granted(lines, order)}`,
  "order.claim_lost": ({ lines }, order) =>
    `LOST from its stock by a count or damage: ${
      listed(lines.map(({ line, parts }) => places(parts, skuOf(order, line))))
    }`,
  "order.refused": ({ topic, rejection }) => `REFUSED (${topic.split(":")[0]}): ${rejection.detail}`,
  "order.command_deferred": ({ command }) => `A ${command.type} came while the stock was asked, and waits`,
  "order.command_resumed": inner,
  "order.shipment_requested": ({ reference, lines, location }) =>
    `Parcel ${reference} is being packed at ${location}: ${units(lines)}`,
  "order.shipment_answered": inner,
  "order.shipped": ({ reference, carrier, trackingNumber, atMs, lines, location }) =>
    `Parcel ${reference} was handed to ${carrierName(carrier)} (${trackingNumber}) from ${location} at ${
      moment(atMs)
    }: ${units(lines)}`,
  "order.shipment_failed": ({ reference, rejection }) =>
    `Parcel ${reference} did NOT leave: ${rejection.detail}`,
  "order.parcel_moved": ({ status, subStatus, atMs, shipment }, order) =>
    `${parcelName(order, shipment)} ${statusNow(status)}${subStatus ? ` (${spoken(subStatus)})` : ""} since ${
      moment(atMs)
    }`,
  "order.invoice_requested": inner,
  "order.invoiced": ({ number, total, issuedOn }, order) =>
    `Invoice ${number} of ${issuedOn} over ${total} ${order.placed.currency}`,
  "order.credit_requested": ({ reason, asked }) =>
    `A credit note is being issued: ${spoken(reason)}${asked ? ` (${asked.reference})` : ""}`,
  "order.credited": ({ number, total, issuedOn }, order) =>
    `Credit note ${number} of ${issuedOn} over ${total} ${order.placed.currency}`,
  "order.refund_requested": ({ amount, reference, method }, order) =>
    `Refund ${reference} of ${amount} ${order.placed.currency} is to be paid (${method})`,
  "order.refund_settled": ({ refund, status }, order) =>
    `Refund ${refundName(order, refund)} ${status === "succeeded" ? "was paid" : "FAILED"}`,
  "order.return_requested": ({ reference, lines, reason }) =>
    `Return ${reference} of ${units(lines)} was announced: ${reason}`,
  "order.return_authorised": (data, order) => `Return ${returnName(order, data.return)} may come`,
  "order.return_received": ({ location, lines, ...data }, order) =>
    `Return ${returnName(order, data.return)} came to ${location}: ${units(lines)}`,
  "order.return_graded": ({ lines, ...data }, order) =>
    `Return ${returnName(order, data.return)} was looked at: ${
      listed(
        lines.map((one) => `${one.quantity} of ${one.sku} grade ${one.grade}, ${spoken(one.disposition)}`),
      )
    }`,
  "order.return_ended": ({ status, ...data }, order) =>
    `Return ${returnName(order, data.return)} is ${spoken(status)}`,
};

/** One sentence, or none of what is but a step on the way. `order`: as it stood after the event. */
export function inWords(
  event: { readonly type: string; readonly data: unknown },
  order: KnownOrder,
): string | undefined {
  const say = Object.hasOwn(words, event.type) ? words[event.type as OrderEvent["type"]] : undefined;
  // The log holds only what the order itself decided; the table ties each type to its data.
  return say ? say(event.data as never, order) : event.type;
}

const skuOf = ({ placed }: KnownOrder, line: number): string => placed.lines[line - 1]?.sku ?? `line ${line}`;
const listed = (texts: readonly string[]): string => texts.join(", ");

export function units(lines: readonly { readonly sku: string; readonly quantity: number }[]): string {
  return listed(lines.map(({ sku, quantity }) => `${quantity} of ${sku}`));
}

const places = (parts: readonly Part[], sku: string) =>
  listed(parts.map(({ location, quantity }) => `${quantity} of ${sku} at ${location}`));

function granted(lines: readonly GrantedLine[], order: KnownOrder): string {
  return listed(lines.flatMap(({ line, parts, queued, cancelled, service }) => {
    const sku = skuOf(order, line);
    return [
      ...parts.map(({ location, quantity }) =>
        `${quantity} of ${sku} ${quantity === 1 ? "is" : "are"} set aside at ${location}`
      ),
      ...(queued ? [`${queued} of ${sku} ${queued === 1 ? "waits" : "wait"} for goods`] : []),
      ...(cancelled ? [`${cancelled} of ${sku} cannot be had`] : []),
      ...(service ? [`${sku} needs no stock`] : []),
    ];
  }));
}

const short = ({ sku, requested, available }: DataOf<"order.rejected">["shortages"][number]) =>
  `${requested} of ${sku} wanted, ${available} there`;
const parcelName = ({ shipments }: KnownOrder, id: string) => {
  const shipment = shipments.find((one) => one.shipment === id);
  return shipment ? `Parcel ${shipment.reference} (${shipment.trackingNumber})` : `Parcel ${id}`;
};
const returnName = ({ returns }: KnownOrder, id: string) =>
  returns.find((one) => one.return === id)?.reference ?? id;
const refundName = ({ books }: KnownOrder, id: string) =>
  books?.refunds.find(({ requested }) => requested.refund === id)?.requested.reference ?? id;

/** As people write them: short names are letters. */
const carrierName = (carrier: string) => carrier.length <= 4 ? carrier.toUpperCase() : carrier;
const statusNow = (status: string) =>
  status === "pre_transit" ? "was announced, and not scanned," : `is ${spoken(status)}`;
export const spoken = (word: string): string => word.replaceAll("_", " ");

/** `2026-11-22 14:03:11`, in UTC. */
export const moment = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
