import { assert } from "../../actors/actor.ts";
import type {
  OrderCredited,
  OrderInvoiced,
  OrderRefundRequested,
  OrderRefundSettled,
} from "../../actors/order/money_events.ts";
import { booksOf } from "../../actors/order/money_state.ts";
import { refundView } from "../../actors/order/money_view.ts";
import type { KnownOrder } from "../../actors/order/state.ts";
import type { CloudEvent } from "./cloud_event.ts";

/** What an order's history says of its money that subscribers are told of. */
export type MoneySaid = OrderInvoiced | OrderCredited | OrderRefundRequested | OrderRefundSettled;

/** Which document or refund of which order, and what it comes to; the document itself is one GET away. */
export function moneyAbout(
  state: KnownOrder,
  said: MoneySaid,
): { readonly subject: string; readonly data: CloudEvent["data"] } {
  const { order: orderId, channel, orderNumber, currency } = state.placed;
  const of = { orderId, channel, orderNumber };
  switch (said.type) {
    case "order.invoiced":
    case "order.credited": {
      const { number, issuedOn, total } = said.data;
      return { subject: number, data: { number, ...of, issuedOn, currency, total } };
    }
    case "order.refund_requested":
    case "order.refund_settled": {
      const known = booksOf(state).refunds.find(({ requested }) => requested.refund === said.data.refund);
      assert(known, `Cannot tell of refund ${said.data.refund}: its order does not have it`);
      return { subject: said.data.refund, data: { ...refundView(state, known), ...of } };
    }
  }
}
