import type { AnyActor } from "../../../actors/actor.ts";
import { creditMessage } from "../../../actors/order/document_draft.ts";
import type { OrderCreditRequested } from "../../../actors/order/money_events.ts";
import type { KnownOrder, OrderState } from "../../../actors/order/state.ts";
import type { Sabotage } from "./sabotage.ts";

function decidingOrders(change: (order: AnyActor) => AnyActor["decide"]): Sabotage {
  return {
    actors: (actors) => {
      const order = actors["order"]!;
      return { ...actors, order: { ...order, decide: change(order) } };
    },
  };
}

/** An order knows how many units are invoiced, and not any more for what. */
export const withoutInvoicedSources = decidingOrders((order) => (state, command, cause) =>
  order.decide(command.type === "parcel" ? forgetful(state as OrderState) : state, command, cause)
);

function forgetful(state: OrderState): OrderState {
  if (state.phase === "unknown" || state.books === undefined) return state;
  const invoices = state.books.invoices.map((invoice) => ({ ...invoice, source: "forgotten" }));
  return { ...state, books: { ...state.books, invoices } };
}

/** The series is asked for a credit note at once, whether or not the invoice has its number. */
export const withoutCreditWaiting = decidingOrders((order) => (state, command, cause) => {
  const decision = order.decide(state, command, cause);
  if (!decision.ok) return decision;
  const { events, messages = [] } = decision;
  const asked = events.filter(({ type }) => type === "order.credit_requested")
    .map(({ data }) => data as OrderCreditRequested["data"]);
  if (asked.length === 0) return decision;
  const after = events.reduce((before, event) => order.evolve(before, event), state) as KnownOrder;
  const hasty = asked.map((data) => creditMessage(after, data));
  return { ...decision, messages: [...messages.filter((sent) => !isCredit(sent.message)), ...hasty] };
});

const isCredit = (message: { readonly type: string }) =>
  message.type === "issue" &&
  (message as { readonly draft?: { readonly type?: string } }).draft?.type === "credit_note";
