import { assert } from "../../actors/actor.ts";
import type { CreditIssued } from "../../actors/credit/credit_events.ts";
import { keyOf, kindOf } from "../../actors/ids.ts";
import type {
  OrderCredited,
  OrderInvoiced,
  OrderRefundRequested,
  OrderRefundSettled,
} from "../../actors/order/money_events.ts";
import { booksOf } from "../../actors/order/money_state.ts";
import { refundView } from "../../actors/order/money_view.ts";
import type { KnownOrder } from "../../actors/order/state.ts";
import type { Entry } from "../../streams/record.ts";
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

/** A credit without an order got its number. The first version of the event says too little to be told, and was written before it was. */
export type CreditNews = { readonly type: CreditIssued["type"] };

export const isCreditNews = (entry: Entry): entry is Entry & CreditNews =>
  kindOf(entry.actor) === "credit" && entry.type === "credit.issued" && entry.v === 2;

/** As of an order's credit note, with the ids of the credit in place of the order's. */
export function creditAbout({ actor, data }: Entry & CreditNews) {
  const { number, channel, reference, currency, issuedOn, total } = data as unknown as CreditIssued["data"];
  const of = { creditId: keyOf(actor), ...(channel !== undefined && { channel }), reference };
  return { subject: number, channel, data: { number, ...of, issuedOn, currency, total } };
}
