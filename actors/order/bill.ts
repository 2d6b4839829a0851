import { creditCancelled } from "./credit_cancelled.ts";
import type { Draft } from "./draft.ts";
import type { OrderEvent } from "./events.ts";
import { type Billed, invoice } from "./invoice.ts";
import { invoicingOf } from "./money_state.ts";
import { anyOpen, type KnownOrder } from "./state.ts";

/** What this decision's events call for in documents, by the rule that the order was placed under (DOMAIN 6, 7.6). */
export function bill(draft: Draft): void {
  for (const event of [...draft.events]) billEvent(draft, event);
  const { cancelling } = draft.state;
  if (cancelling !== undefined || !draft.events.some(({ type }) => type === "order.lines_cancelled")) return;
  if (isSettled(draft.state)) invoiceSettled(draft);
  if (draft.state.books !== undefined) creditCancelled(draft);
}

/** Paid, and decided: also where a cancellation and no confirmation took the last open units. */
function isSettled(state: KnownOrder): boolean {
  return state.phase === "open" && state.asking === undefined && !anyOpen(state);
}

function invoiceSettled(draft: Draft): void {
  if (invoicingOf(draft.state).on === "on_confirm" || servicesAlone(draft.state)) invoiceAll(draft);
}

function billEvent(draft: Draft, event: OrderEvent): void {
  switch (event.type) {
    case "order.confirmed":
    case "order.backordered":
    case "order.reallocated":
      return invoiceSettled(draft);
    case "order.shipped": {
      const { shipment, lines, atMs } = event.data;
      const { on } = invoicingOf(draft.state);
      if (on === "on_shipment") invoice(draft, `ship:${shipment}`, lines, atMs);
      // An order that left its hold by leaving: all of it is invoiced, once.
      if (on === "on_confirm") invoiceAll(draft);
      return;
    }
    case "order.parcel_moved": {
      const { shipment, status, atMs } = event.data;
      const lines = draft.state.shipments.find((known) => known.shipment === shipment)?.toInvoice;
      if (status === "delivered" && lines) invoice(draft, `ship:${shipment}`, lines, atMs);
      return;
    }
  }
}

function invoiceAll(draft: Draft): void {
  const { placed, lines } = draft.state;
  const wanted = placed.lines.map(({ quantity }, i): Billed => ({
    line: i + 1,
    quantity: quantity - lines[i]!.cancelled,
  }));
  invoice(draft, `order:${placed.order}`, wanted);
}

/** Nothing of it will ever be shipped. */
function servicesAlone({ lines, placed }: KnownOrder): boolean {
  return lines.every((line, i) => line.service || line.cancelled === placed.lines[i]!.quantity);
}
