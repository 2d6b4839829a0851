import type { CreditIssued } from "../../actors/credit/credit_events.ts";
import type { OrderEvent } from "../../actors/order/events.ts";
import type { OrderStatus } from "../../actors/order/order_view.ts";
import type { ParcelEvent } from "../../actors/parcel/parcel_events.ts";
import type { TrackingStatus } from "../../actors/parcel/status.ts";

/**
 * What subscribers can be told. A name and its version are theirs for ever: when what is told changes so that an old reader would
 * misread it, add a row with the next version.
 */
export interface PublicEvent {
  /** Two words, `<subject>.<what happened>`: what subscriptions name. */
  readonly name: string;
  readonly version: number;
  /** Absent where it is not the log that says it. */
  readonly when?: readonly Signal[];
  readonly says: string;
}

/** What the log gives occasion to tell: an event of an actor, or what an order or a parcel became by it. */
export type Signal =
  | OrderEvent["type"]
  | CreditIssued["type"]
  | Extract<
    ParcelEvent["type"],
    "parcel.delayed" | "parcel.delay_cleared" | "parcel.case_opened" | "parcel.case_closed"
  >
  | `order is ${OrderStatus}`
  | `shipment is ${TrackingStatus}`;

/** To tell more, add a row. */
export const catalogue = [
  event("order.placed", "order.placed", "An order was accepted; what becomes of it comes in another event."),
  event(
    "order.awaiting_payment",
    "order.reserved",
    "All stock is held until `expiresAt`; the money is missing.",
  ),
  event("order.confirmed", "order.confirmed", "Paid, and at least partly allocated."),
  event("order.backordered", "order.backordered", "Paid, and all of it waits for goods."),
  event("order.on_hold", "order.held", "Paid units have no stock any more: a person has to decide."),
  event("order.rejected", "order.rejected", "There was not enough stock; nothing stays reserved."),
  event("order.expired", "order.expired", "The money did not come in time; the stock was released."),
  event("order.payment_captured", "order.payment_captured", "The money is there."),
  event("order.payment_failed", "order.payment_failed", "The payment failed."),
  event(
    "order.lines_cancelled",
    "order.lines_cancelled",
    "Some units were cancelled; `total` is what is left.",
  ),
  event("order.cancelled", "order is cancelled", "Nothing of the order is left."),
  event("order.partially_shipped", "order is partially_shipped", "A first parcel left, and others will."),
  event("order.shipped", "order is shipped", "All that is not cancelled has left."),
  event("order.delivered", "order is delivered", "Every parcel was delivered."),
  event(
    "order.closed",
    "order.closed",
    "Its return window is over, and no return, document or refund of it is open.",
  ),
  event("shipment.handed_over", "order.shipped", "A parcel was handed to its carrier."),
  event("shipment.pre_transit", "shipment is pre_transit", "The carrier has been told of the parcel."),
  event("shipment.in_transit", "shipment is in_transit", "It is on its way."),
  event("shipment.out_for_delivery", "shipment is out_for_delivery", "It comes today."),
  event("shipment.delivery_attempted", "shipment is delivery_attempted", "Nobody could take it."),
  event("shipment.available_for_pickup", "shipment is available_for_pickup", "It waits to be collected."),
  event("shipment.delivered", "shipment is delivered", "It was delivered."),
  event("shipment.exception", "shipment is exception", "Something went wrong; `subStatus` says what."),
  event("shipment.return_to_sender", "shipment is return_to_sender", "It is on its way back, or is back."),
  event("shipment.expired", "shipment is expired", "Nothing was heard of it for so long that nobody waits."),
  event("shipment.cancelled", "shipment is cancelled", "Its label was voided."),
  event("shipment.delayed", "parcel.delayed", "It is late as we see it; `delayed` says why, and since when."),
  event("shipment.delay_cleared", "parcel.delay_cleared", "It is not late any more, for this reason."),
  event("return.authorised", "order.return_authorised", "These goods of an order may come back."),
  event("return.received", "order.return_received", "Goods came back, and wait to be graded."),
  event("return.graded", "order.return_graded", "It was decided what becomes of goods that came back."),
  event("invoice.issued", "order.invoiced", "An invoice of an order got its number."),
  event(
    "credit.issued",
    ["order.credited", "credit.issued"],
    "A credit note got its number: on an order's invoices, or (with a `creditId`) of a sale that is not known here.",
  ),
  event("refund.requested", "order.refund_requested", "Money is to go back to the customer."),
  event("refund.settled", "order.refund_settled", "The payment provider said what became of a refund."),
  event("case.opened", "parcel.case_opened", "Something about a parcel needs a person of `team` by `dueAt`."),
  event("case.closed", "parcel.case_closed", "The problem is gone (`cleared`), or a person said so."),
  event("webhook.test", undefined, "Somebody asked whether this endpoint hears us."),
  event(
    "webhook.disabled",
    undefined,
    "Another endpoint is not told of anything any more; `reason` says why.",
  ),
] as const;

function event<Name extends string>(
  name: Name,
  when: Signal | readonly Signal[] | undefined,
  says: string,
  version = 1,
) {
  return { name, version, ...(when !== undefined && { when: [when].flat() as readonly Signal[] }), says };
}

export type PublicEventName = (typeof catalogue)[number]["name"];

/** The `type` of a CloudEvent. */
export const typeOf = ({ name, version }: Pick<PublicEvent, "name" | "version">): string =>
  `com.waybill.${name}.v${version}`;

const bySignal = new Map<Signal, PublicEvent[]>();
for (const row of catalogue) {
  for (const signal of row.when ?? []) bySignal.set(signal, [...bySignal.get(signal) ?? [], row]);
}

export const publicEvent = (wanted: PublicEventName): PublicEvent =>
  catalogue.find(({ name }) => name === wanted)!;

/** What is to be told when the log says this. */
export const toldOf = (signal: Signal): readonly PublicEvent[] => bySignal.get(signal) ?? [];

export const namesOfAll: readonly string[] = [...new Set(catalogue.map(({ name }) => name))];
