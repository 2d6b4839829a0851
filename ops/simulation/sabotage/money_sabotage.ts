import type { AnyActor } from "../../../actors/actor.ts";
import { creditMessage } from "../../../actors/order/document_draft.ts";
import type { OrderCreditRequested } from "../../../actors/order/money_events.ts";
import type { KnownOrder, OrderState } from "../../../actors/order/state.ts";
import type { Sabotage } from "./sabotage.ts";

function deciding(change: (order: AnyActor) => AnyActor): Sabotage {
  return { actors: (actors) => ({ ...actors, order: change(actors["order"]!) }) };
}

/** An order does not know what it has invoiced when something new is to be invoiced. */
export const withoutInvoiced = deciding(({ check: _, ...order }) => ({
  ...order,
  decide: (state, command, cause) =>
    order.decide(bills.has(command.type) ? forgetful(state as OrderState) : state, command, cause),
}));
const bills: ReadonlySet<string> = new Set(["parcel", "stock"]);

function forgetful(state: OrderState): OrderState {
  if (state.phase === "unknown" || state.books === undefined || state.cancelling) return state;
  return { ...state, books: { ...state.books, invoices: [] } };
}

/** The series is asked for a credit note at once, whether or not the invoice has its number. */
export const withoutCreditWaiting = deciding((order) => ({
  ...order,
  decide: (state, command, cause) => hastily(order, state, command, cause),
}));

function hastily(order: AnyActor, ...[state, command, cause]: Parameters<AnyActor["decide"]>) {
  const decision = order.decide(state, command, cause);
  if (!decision.ok) return decision;
  const { events, messages = [] } = decision;
  const asked = events.filter(({ type }) => type === "order.credit_requested")
    .map(({ data }) => data as OrderCreditRequested["data"]);
  if (asked.length === 0) return decision;
  const after = events.reduce((before, event) => order.evolve(before, event), state) as KnownOrder;
  const hasty = asked.map((data) => creditMessage(after, data));
  return { ...decision, messages: [...messages.filter((sent) => !isCredit(sent.message)), ...hasty] };
}

const isCredit = (message: { readonly type: string }) =>
  message.type === "issue" &&
  (message as { readonly draft?: { readonly type?: string } }).draft?.type === "credit_note";
