import type { Message } from "../actor.ts";
import { actorId } from "../ids.ts";
import { decimalUnit, formatMinor, minorOf, parseDecimal } from "../money/decimal.ts";
import { divideRounded } from "../money/rounding.ts";
import type { Amount } from "../money/totals.ts";
import type { IssueDocument } from "../protocol.ts";
import type { DocumentDraft, DocumentLine } from "../series/document.ts";
import { categoryOf, dayOf, totalsIn } from "../series/draft.ts";
import type {
  ChargeAmount,
  CreditedAmount,
  OrderCreditRequested,
  OrderInvoiceRequested,
} from "./money_events.ts";
import type { Invoice } from "./books.ts";
import { booksOf, exponent, invoicedUnits, invoicingOf, minorUnit } from "./money_state.ts";
import type { KnownOrder } from "./state.ts";

/** What an order's documents say, as the series is asked to issue them. */

export function amountText(state: KnownOrder, { net, tax }: Amount): ChargeAmount {
  const places = exponent(state);
  return { net: formatMinor(net, places), tax: formatMinor(tax, places) };
}

/** `state`: before the invoice is in the books. */
export function invoiceMessage(
  state: KnownOrder,
  { source, lines, shipping }: OrderInvoiceRequested["data"],
  suppliedAtMs?: number,
): Message {
  const before = invoicedUnits(state);
  const content = contentOf(state, {
    lines: lines.map((row): DocumentLine => ({
      ...soldLine(state, row.line),
      quantity: row.quantity,
      discount: discountOf(state, row.line, before[row.line - 1]!, row.quantity),
      net: row.net,
      tax: row.tax,
    })),
    ...(shipping && { shipping }),
  });
  return toSeries(state, {
    ...headOf(state, "invoice", source),
    ...(suppliedAtMs !== undefined && { suppliedOn: dayOf(suppliedAtMs) }),
    ...content,
    ...(state.placed.payment === "captured" || state.payment === "captured" ? { paid: content.total } : {}),
  });
}

export function creditMessage(state: KnownOrder, data: OrderCreditRequested["data"]): Message {
  const { source, reason, lines, shipping, asked } = data;
  const { invoices } = booksOf(state);
  const byLine = lines.map((row) => creditLine(state, row, numberOf(invoices, row.of)));
  const all = sumOf(state, shipping);
  const content = contentOf(state, { lines: byLine, ...(shipping.length > 0 && { shipping: all }) });
  const sources = new Set([...lines, ...shipping].map((row) => row.of));
  return toSeries(state, {
    ...headOf(state, "credit_note", source),
    ...content,
    corrects: invoices.flatMap(({ source, issued }) =>
      issued && sources.has(source) ? [{ number: issued.number, issuedOn: issued.issuedOn }] : []
    ),
    reason,
    ...(asked?.returnId !== undefined && { returnId: asked.returnId }),
  });
}

/** An amount off the price is a line of its own: one of that price. */
function creditLine(state: KnownOrder, row: CreditedAmount, invoice: string | undefined): DocumentLine {
  const { units, quantity, net, tax } = row;
  const sold = soldLine(state, row.line), places = exponent(state);
  const charge = minorOf(net, places) + (state.placed.pricesIncludeTax ? minorOf(tax, places) : 0n);
  return {
    ...sold,
    quantity,
    ...(units === 0 && { unitPrice: formatMinor(charge, places) }),
    discount: units === 0 ? formatMinor(0n, places) : reducedBy(state, row, charge),
    net,
    tax,
    ...(invoice !== undefined && { invoice }),
  };
}

/** What the credited charge is less than price × units: the units' share of what had come off. */
function reducedBy(state: KnownOrder, { line, units }: CreditedAmount, charge: bigint): string {
  const { unitPrice } = state.placed.lines[line - 1]!;
  const full = divideRounded(BigInt(units) * parseDecimal(unitPrice) * minorUnit(state), decimalUnit);
  return formatMinor(full > charge ? full - charge : 0n, exponent(state));
}

function soldLine(state: KnownOrder, line: number) {
  const { sku, description, unitPrice, taxRate } = state.placed.lines[line - 1]!;
  const described = description === undefined ? {} : { description };
  return { line, sku, ...described, unitPrice, taxRate, taxCategory: categoryOf(taxRate) };
}

function discountOf(state: KnownOrder, line: number, before: number, units: number): string {
  const { discount, quantity } = state.placed.lines[line - 1]!;
  const whole = parseDecimal(discount) * minorUnit(state);
  const upTo = (count: number) => divideRounded(whole * BigInt(count), decimalUnit * BigInt(quantity));
  return formatMinor(upTo(before + units) - upTo(before), exponent(state));
}

const numberOf = (invoices: readonly Invoice[], source: string) =>
  invoices.find((invoice) => invoice.source === source)?.issued?.number;

function sumOf(state: KnownOrder, amounts: readonly ChargeAmount[]): ChargeAmount {
  const places = exponent(state);
  const sum = (key: "net" | "tax") => amounts.reduce((total, row) => total + minorOf(row[key], places), 0n);
  return { net: formatMinor(sum("net"), places), tax: formatMinor(sum("tax"), places) };
}

function contentOf(
  state: KnownOrder,
  { lines, shipping }: { readonly lines: readonly DocumentLine[]; readonly shipping?: ChargeAmount },
) {
  const { currency, pricesIncludeTax, taxMode, shipping: sold } = state.placed;
  const charge = shipping && sold && {
    ...(sold.service !== undefined && { service: sold.service }),
    ...shipping,
    taxRate: sold.taxRate,
    taxCategory: categoryOf(sold.taxRate),
  };
  const rows = charge ? [...lines, charge] : lines;
  return {
    currency,
    pricesIncludeTax,
    taxMode,
    lines,
    ...(charge && { shipping: charge }),
    ...totalsIn(currency, rows),
  };
}

function headOf(state: KnownOrder, type: DocumentDraft["type"], source: string) {
  const { placed } = state;
  const buyer = {
    actor: actorId("order", placed.order),
    ...(placed.customerMark !== undefined && { mark: placed.customerMark }),
  };
  return {
    type,
    source,
    entity: invoicingOf(state).entity,
    channel: placed.channel,
    order: { id: placed.order, number: placed.orderNumber, placedOn: placed.placedAt.slice(0, dayChars) },
    ...(placed.personal && { buyer }),
  };
}
const dayChars = "2011-12-01".length;

function toSeries(state: KnownOrder, draft: DocumentDraft): Message {
  const message: IssueDocument = { type: "issue", from: actorId("order", state.placed.order), draft };
  return { to: actorId("series", draft.entity), message };
}
