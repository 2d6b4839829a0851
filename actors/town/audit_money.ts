import { expect } from "vitest";
import { actorId } from "../ids.ts";
import { exponentOf } from "../money/currency.ts";
import { minorOf, parseDecimal } from "../money/decimal.ts";
import { taxOf } from "../money/totals.ts";
import { booksOf, invoicedUnits } from "../order/money_state.ts";
import { order } from "../order/order.ts";
import type { KnownOrder, OrderState } from "../order/state.ts";
import { orderTotals } from "../order/view.ts";
import type { IssuedDocument } from "../series/document.ts";
import { totalsIn } from "../series/draft.ts";
import { documentHash } from "../series/hash.ts";
import type { Audited } from "./audit.ts";

/** Numbers have no gap and no twin, documents re-add, and each order's books agree with what was issued for it. */
export function auditMoney(town: Audited): void {
  const documents = documentsOf(town);
  auditSeries(documents);
  for (const document of documents) auditDocument(document);
  for (const id of town.actors("order")) {
    const state = town.state<OrderState>(order, id);
    if (state.phase === "unknown") continue;
    auditOrder(state, documents.filter((document) => document.order?.id === state.placed.order));
  }
}

export function documentsOf(town: Audited): IssuedDocument[] {
  return town.actors("series").flatMap((id) =>
    (town.events.get(id) ?? []).flatMap(({ type, data }) =>
      type === "series.document_issued" ? [data as IssuedDocument] : []
    )
  );
}

function auditSeries(documents: readonly IssuedDocument[]): void {
  const heads = new Map<string, { sequence: number; hash: string; issuedOn: string }>();
  const sources = new Set<string>();
  for (const document of documents) {
    const head = heads.get(document.series);
    expect(document.sequence).toBe((head?.sequence ?? 0) + 1);
    expect(document.previousHash).toBe(head?.hash ?? "");
    expect(document.hash).toBe(documentHash(document));
    expect(document.issuedOn >= (head?.issuedOn ?? "")).toBe(true);
    expect(sources.has(document.source), `${document.source} is issued once`).toBe(false);
    sources.add(document.source);
    heads.set(document.series, document);
  }
}

function auditDocument(document: IssuedDocument): void {
  const { currency, lines, shipping, taxes, net, tax, total, corrects = [] } = document;
  const rows = shipping ? [...lines, shipping] : lines;
  expect({ taxes, net, tax, total }).toEqual(totalsIn(currency, rows));
  const places = exponentOf(currency);
  for (const row of rows) {
    expect(minorOf(row.net, places) >= 0n && minorOf(row.tax, places) >= 0n, JSON.stringify(row)).toBe(true);
  }
  if (document.taxMode === "per_line") return;
  // BR-CO-17 (DOMAIN 7.4): within one minor unit for each invoice that the document is, or corrects.
  for (const group of taxes) {
    const off = minorOf(group.tax, places) -
      taxOf(minorOf(group.net, places), parseDecimal(group.rate), false);
    const room = BigInt(Math.max(1, corrects.length));
    expect(off <= room && off >= -room, `${document.number}: tax of ${group.net} is ${group.tax}`).toBe(true);
  }
}

function auditOrder(state: KnownOrder, documents: readonly IssuedDocument[]): void {
  const places = exponentOf(state.placed.currency);
  const sum = (type: string) =>
    documents.filter((document) => document.type === type)
      .reduce((total, document) => total + minorOf(document.total, places), 0n);
  const invoiced = sum("invoice"), credited = sum("credit_note");
  expect(credited <= invoiced).toBe(true);
  const { invoices, credits } = booksOf(state);
  expect(documents.length).toBe(invoices.length + credits.length);
  if (invoices.length === 0) return;
  const left = invoices.reduce((total, { lines, shipping }) => {
    const charge = lines.reduce((all, row) => all + row.left.charge, shipping?.left ?? 0n);
    const tax = lines.reduce((all, row) => all + row.taxLeft, shipping?.taxLeft ?? 0n);
    return total + charge + (state.placed.pricesIncludeTax ? 0n : tax);
  }, 0n);
  expect(invoiced - credited, "what is left to credit is what is not credited").toBe(left);
  if (credits.some(({ requested }) => requested.asked) || !allInvoiced(state)) return;
  expect(invoiced - credited, "invoices less cancellations are the order").toBe(orderTotals(state).total);
}

function allInvoiced(state: KnownOrder): boolean {
  if (state.cancelling !== undefined) return false;
  const units = invoicedUnits(state);
  return state.placed.lines.every((line, i) => units[i]! >= line.quantity - state.lines[i]!.cancelled);
}

export const orderActor = (number: string | number) => actorId("order", `ord_${number}`);
