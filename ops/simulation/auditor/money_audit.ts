import { type ActorId, keyOf } from "../../../actors/ids.ts";
import type {
  LineAmount,
  OrderCreditRequested,
  OrderInvoiced,
  OrderInvoiceRequested,
} from "../../../actors/order/money_events.ts";
import type { DocumentType, IssuedDocument } from "../../../actors/series/document.ts";
import type { Entry } from "../../../streams/record.ts";
import { grossOf, minor } from "./amounts.ts";
import { InvoicingAudit } from "./invoicing_audit.ts";
import { RefundsAudit } from "./refunds_audit.ts";
import { SeriesAudit } from "./series_audit.ts";
import { promised } from "./violation.ts";

type InvoiceAsked = OrderInvoiceRequested["data"];
type CreditAsked = OrderCreditRequested["data"];
type Told = OrderInvoiced["data"];

/** A document that an order asked for, and what the order heard of it. */
interface Asked {
  readonly order: ActorId;
  readonly type: DocumentType;
  readonly lines: readonly LineAmount[];
  readonly total: bigint;
  /** Of a credit note: the invoices that it corrects. */
  readonly corrects: readonly string[];
  told?: Told;
}

/** Money, as the log tells it: what orders ask for, what series number, what orders hear of that, and what is given back. */
export class MoneyAudit {
  readonly refunds = new RefundsAudit();
  readonly #series = new SeriesAudit();
  readonly #invoicing = new InvoicingAudit();
  readonly #asked = new Map<string, Asked>();
  /** What is not credited, by invoice. */
  readonly #left = new Map<string, bigint>();

  note(where: string, { actor, type, data }: Entry): void {
    const fields = data as unknown;
    this.#invoicing.note(actor, type, fields);
    this.refunds.note(where, actor, type, fields);
    switch (type) {
      case "order.invoice_requested":
        return this.#invoiceAsked(where, actor, fields as InvoiceAsked);
      case "order.credit_requested":
        return this.#creditAsked(where, actor, fields as CreditAsked);
      case "series.document_issued":
        return this.#issued(where, actor, fields as IssuedDocument);
      case "order.invoiced":
        return this.#told(where, actor, "invoice", fields as Told);
      case "order.credited":
        return this.#told(where, actor, "credit_note", fields as Told);
    }
  }

  /** Nothing is under way any more. */
  end(): void {
    for (const [source, { told }] of this.#asked) {
      promised("money", told !== undefined, () => `${source} has no number that its order knows of`);
    }
    this.#invoicing.end();
  }

  #invoiceAsked(where: string, order: ActorId, { source, lines, shipping }: InvoiceAsked): void {
    const total = grossOf(shipping ? [...lines, shipping] : lines);
    this.#ask(where, source, { order, type: "invoice", lines, total, corrects: [] });
    this.#left.set(source, total);
  }

  #creditAsked(where: string, order: ActorId, { source, lines, shipping }: CreditAsked): void {
    const rows = [...lines, ...shipping], corrects = [...new Set(rows.map(({ of }) => of))];
    for (const of of corrects) {
      const ours = this.#asked.get(of)?.order === order;
      promised(
        "money",
        ours,
        () => `${where}: ${source} gives back of ${of}, which ${order} never asked for`,
      );
      const left = this.#left.get(of)! - grossOf(rows.filter((row) => row.of === of));
      promised("money", left >= 0n, () => `${where}: ${source} gives back ${-left} more than ${of} came to`);
      this.#left.set(of, left);
    }
    this.#ask(where, source, { order, type: "credit_note", lines, total: grossOf(rows), corrects });
  }

  #ask(where: string, source: string, asked: Asked): void {
    promised("once", !this.#asked.has(source), () => `${where}: ${source} is asked for a second time`);
    for (const { line, net, tax } of asked.lines) {
      const right = minor(net) >= 0n && minor(tax) >= 0n;
      promised("money", right, () => `${where}: line ${line} of ${source} is ${net} and ${tax}`);
    }
    this.#asked.set(source, asked);
  }

  /** It says what was asked for; a credit note, also the numbers that its invoices have. */
  #issued(where: string, series: ActorId, document: IssuedDocument): void {
    const { source, type, number, total, lines, order } = document, asked = this.#asked.get(source);
    promised("money", asked?.type === type, () => `${where}: nobody asked for the ${type} of ${source}`);
    this.#series.note(where, series, document);
    const whose = order?.id === keyOf(asked.order);
    promised("money", whose, () => `${where}: ${number} is of ${order?.id}, ${asked.order} asked for it`);
    const says = rowsIn(lines), wanted = rowsIn(asked.lines);
    promised("money", says === wanted, () => `${where}: ${number} says ${says}, ${wanted} was asked for`);
    const right = minor(total) === asked.total;
    promised("money", right, () => `${where}: ${number} comes to ${total}, ${asked.total} was asked for`);
    const given = asked.corrects.map((of) => this.#series.documentOf(of)?.number).sort().join();
    const corrects = (document.corrects ?? []).map((corrected) => corrected.number).sort().join();
    promised("money", corrects === given, () => `${where}: ${number} corrects ${corrects}, not ${given}`);
  }

  #told(where: string, order: ActorId, type: DocumentType, told: Told): void {
    const { source } = told, asked = this.#asked.get(source), document = this.#series.documentOf(source);
    const ours = asked?.order === order && asked.type === type;
    promised("money", ours, () => `${where}: ${order} hears of ${source}, which it never asked for`);
    promised("once", asked.told === undefined, () => `${where}: ${order} hears of ${source} again`);
    const { number, issuedOn, total } = told;
    const right = document?.number === number && document.issuedOn === issuedOn && document.total === total;
    promised("money", right, () => `${where}: ${source} is ${number} to ${order}, but ${document?.number}`);
    asked.told = told;
  }
}

const rowsIn = (lines: readonly LineAmount[]) =>
  lines.map(({ line, quantity, net, tax }) => `${line}: ${quantity} for ${net} and ${tax}`).join("; ");
