import { never } from "../actor.ts";
import { exponentOf } from "../money/currency.ts";
import { minorOf } from "../money/decimal.ts";
import { afterCredit } from "../money/invoiced.ts";
import type { Books, Invoice } from "./books.ts";
import type { OrderCreditRequested, OrderInvoiceRequested, OrderMoneyEvent } from "./money_events.ts";
import { booksOf, chargeIn } from "./money_state.ts";
import type { KnownOrder } from "./state.ts";

/** What invoices, credits and refunds change: the books alone. */
export function moneyBooked(state: KnownOrder, event: OrderMoneyEvent): KnownOrder {
  return { ...state, books: booked(state, booksOf(state), event) };
}

function booked(state: KnownOrder, books: Books, { type, data }: OrderMoneyEvent): Books {
  const { invoices, credits, refunds } = books;
  switch (type) {
    case "order.invoice_requested":
      return { ...books, invoices: [...invoices, invoiceOf(state, data)] };
    case "order.invoiced": {
      const { source, ...issued } = data;
      return {
        ...books,
        invoices: invoices.map((known) => known.source === source ? { ...known, issued } : known),
      };
    }
    case "order.credit_requested":
      return {
        ...books,
        invoices: invoices.map((invoice) => credited(state, invoice, data)),
        credits: [...credits, { requested: data }],
      };
    case "order.credited": {
      const { source, ...issued } = data;
      return {
        ...books,
        credits: credits.map((known) => known.requested.source === source ? { ...known, issued } : known),
      };
    }
    case "order.refund_requested":
      return { ...books, refunds: [...refunds, { requested: data }] };
    case "order.refund_settled":
      return {
        ...books,
        refunds: refunds.map((known) =>
          known.requested.refund === data.refund ? { ...known, settled: data.status } : known
        ),
      };
    default:
      return never(type);
  }
}

function invoiceOf(state: KnownOrder, data: OrderInvoiceRequested["data"]): Invoice {
  const places = exponentOf(state.placed.currency);
  const { source, lines, shipping } = data;
  const rows = lines.map((row) => {
    const { line, quantity, tax } = row, charge = chargeIn(state, row);
    const whole = { units: quantity, charge };
    return { line, quantity, charge, left: whole, base: whole, taxLeft: minorOf(tax, places) };
  });
  if (shipping === undefined) return { source, lines: rows };
  const charge = chargeIn(state, shipping);
  return { source, lines: rows, shipping: { charge, left: charge, taxLeft: minorOf(shipping.tax, places) } };
}

function credited(state: KnownOrder, invoice: Invoice, data: OrderCreditRequested["data"]): Invoice {
  const places = exponentOf(state.placed.currency);
  const rows = new Map(data.lines.filter((row) => row.of === invoice.source).map((row) => [row.line, row]));
  const shipping = data.shipping.find((row) => row.of === invoice.source);
  if (rows.size === 0 && shipping === undefined) return invoice;
  const lines = invoice.lines.map((known) => {
    const row = rows.get(known.line);
    if (row === undefined) return known;
    const after = afterCredit(known, row.units, chargeIn(state, row));
    return { ...known, ...after, taxLeft: known.taxLeft - minorOf(row.tax, places) };
  });
  if (shipping === undefined || invoice.shipping === undefined) return { ...invoice, lines };
  const { charge, left, taxLeft } = invoice.shipping;
  return {
    ...invoice,
    lines,
    shipping: {
      charge,
      left: left - chargeIn(state, shipping),
      taxLeft: taxLeft - minorOf(shipping.tax, places),
    },
  };
}
