import { actorId } from "../../../actors/ids.ts";
import { booksOf, invoicingOf } from "../../../actors/order/money_state.ts";
import type { KnownOrder, OrderState } from "../../../actors/order/state.ts";
import type { IssuedDocument } from "../../../actors/series/document.ts";
import { totalsIn } from "../../../actors/series/draft.ts";
import { documentHash } from "../../../actors/series/hash.ts";
import type { Check } from "./audit.ts";
import { actorsOf, type Folded } from "./fold.ts";

/** Documents by the log alone: each series against itself, and against the orders that asked. */
export function auditInvoices(log: Folded): Check[] {
  return [auditSeries(log.documents), auditSources(log)];
}

function auditSeries(documents: readonly IssuedDocument[]): Check {
  const findings: string[] = [], heads = new Map<string, IssuedDocument>();
  for (const document of documents) {
    const { series, sequence, previousHash, hash, issuedOn } = document, before = heads.get(series);
    const wanted = (before?.sequence ?? 0) + 1;
    if (sequence !== wanted) findings.push(`${series} has ${sequence} where ${wanted} follows`);
    if (previousHash !== (before?.hash ?? "")) findings.push(`${document.number} is not chained to the last`);
    if (hash !== documentHash(document)) findings.push(`${document.number} is not what its hash says`);
    if (before && issuedOn < before.issuedOn) findings.push(`${document.number} is older than the last`);
    if (!readds(document)) findings.push(`${document.number} does not add up`);
    heads.set(series, document);
  }
  return {
    what: "documents have no gap and no twin, and the chain is whole",
    looked: documents.length,
    findings,
  };
}

function readds({ currency, lines, shipping, taxes, net, tax, total }: IssuedDocument): boolean {
  const sums = totalsIn(currency, shipping ? [...lines, shipping] : lines);
  return JSON.stringify(sums) === JSON.stringify({ taxes, net, tax, total });
}

/** Every parcel has its one invoice, whose number its order knows; and nothing was issued that no order asked for. */
function auditSources(log: Folded): Check {
  const findings: string[] = [], bySource = new Map<string, IssuedDocument>();
  for (const document of log.documents) {
    const twin = bySource.get(document.source);
    if (twin) findings.push(`${document.source} is invoiced by ${twin.number} and ${document.number}`);
    bySource.set(document.source, document);
  }
  let looked = 0;
  for (const [id, { state }] of actorsOf(log, "order")) {
    const order = state as OrderState;
    if (order.phase === "unknown") continue;
    looked += order.shipments.length;
    for (const found of missingIn(order, bySource)) findings.push(`order ${id}: ${found}`);
  }
  for (const { number, source, order } of log.documents) {
    if (order && !asked(log, order.id, source)) {
      findings.push(`${number}: order ${order.id} did not ask for it`);
    }
  }
  return { what: "every parcel is invoiced once, and its order knows the number", looked, findings };
}

function missingIn(order: KnownOrder, bySource: ReadonlyMap<string, IssuedDocument>): string[] {
  const { invoices, credits } = booksOf(order), asked = new Set(invoices.map(({ source }) => source));
  const unasked = invoicingOf(order).on === "on_shipment"
    ? order.shipments.filter(({ shipment }) => !asked.has(`ship:${shipment}`))
    : [];
  const documents = [
    ...invoices.map(({ source, issued }) => ({ source, issued })),
    ...credits.map(({ requested: { source }, issued }) => ({ source, issued })),
  ];
  return [
    ...unasked.map(({ shipment }) => `nobody asked for the invoice of ${shipment}`),
    ...documents.flatMap(({ source, issued }) => {
      const document = bySource.get(source);
      if (issued === undefined) return [`${source} has no number`];
      const same = document?.number === issued.number && document.total === issued.total;
      return same
        ? []
        : [`${source} is ${issued.number} here, and ${document?.number ?? "nothing"} in its series`];
    }),
  ];
}

function asked(log: Folded, id: string, source: string): boolean {
  const state = log.actors.get(actorId("order", id))?.state as OrderState | undefined;
  if (state === undefined || state.phase === "unknown") return false;
  const { invoices, credits } = booksOf(state);
  return invoices.some((known) => known.source === source) ||
    credits.some(({ requested }) => requested.source === source);
}
