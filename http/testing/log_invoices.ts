import type { Json } from "../../actors/actor.ts";
import { type ActorId, keyOf } from "../../actors/ids.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import {
  cursorAt,
  type InvoiceFilter,
  type InvoiceFound,
  placeIn,
} from "../../projections/invoices/invoice_queries.ts";
import { foldInvoices, type SellerRow } from "../../projections/invoices/invoices.ts";
import type { LogRecord } from "../../projections/log_record.ts";
import type { Page } from "../../projections/queries.ts";

type BuyerOf = (id: string) => Json | undefined;

/** The projection of invoices kept in memory: the same fold over the same log. */
export class LogInvoices {
  readonly #documents: IssuedDocument[] = [];
  readonly #sellers: SellerRow[] = [];
  readonly #buyerOf: BuyerOf;

  constructor(buyerOf: BuyerOf) {
    this.#buyerOf = buyerOf;
  }

  take(records: readonly LogRecord[]): void {
    const { documents, sellers } = foldInvoices(records);
    this.#documents.push(...documents);
    this.#sellers.push(...sellers);
  }

  find(number: string): InvoiceFound | undefined {
    if (number.includes("\0")) throw new Error("invalid byte sequence for encoding: 0x00"); // As Postgres does.
    const document = this.#documents.find((one) => one.number === number);
    if (document === undefined) return undefined;
    const said = this.#sellers.find(({ hash }) => hash === document.seller.hash);
    const buyer = document.buyer && this.#buyerOf(keyOf(document.buyer.actor as ActorId));
    return { document, ...(said && { seller: said.seller }), ...(buyer !== undefined && { buyer }) };
  }

  ofOrder(id: string): readonly IssuedDocument[] {
    return this.#documents.filter(({ order }) => order?.id === id);
  }

  list(filter: InvoiceFilter & { readonly limit: number; readonly cursor?: string }): Page<IssuedDocument> {
    const { limit, cursor, from = "", to = "9999", ...equal } = filter;
    const after = cursor === undefined ? "" : placeText(placeIn(cursor));
    const found = this.#documents
      .filter((one) =>
        (Object.keys(equal) as (keyof typeof equal)[]).every((name) => one[name] === equal[name])
      )
      .filter(({ issuedOn }) => issuedOn >= from && issuedOn <= to)
      .map((one) => ({ one, at: placeText({ day: one.issuedOn, ...one }) }))
      .filter(({ at }) => at > after)
      .sort((a, b) => a.at < b.at ? -1 : 1)
      .map(({ one }) => one);
    const items = found.slice(0, limit), last = items.at(-1);
    return found.length <= limit || last === undefined ? { items } : { items, next: cursorAt(last) };
  }
}

function placeText({ day, series, sequence, entity }: ReturnType<typeof placeIn>): string {
  return [day, series, String(sequence).padStart(9, "0"), entity].join(" ");
}
