import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import { exponentOf } from "../../actors/money/currency.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import type { Seller } from "../../actors/series/seller.ts";
import type { SeriesEvent } from "../../actors/series/series_events.ts";
import type { Entry } from "../../streams/record.ts";
import type { Sql, Tx } from "../database.ts";
import type { LogRecord } from "../log_record.ts";
import type { Projection } from "../projection.ts";

/** A seller as documents say of it, by its hash. */
export interface SellerRow {
  readonly entity: string;
  readonly hash: string;
  readonly seller: Seller;
}
export interface InvoiceChanges {
  readonly documents: readonly IssuedDocument[];
  readonly sellers: readonly SellerRow[];
}

const types: { readonly [Type in SeriesEvent["type"]]: 1 } = {
  "series.seller_described": 1,
  "series.document_issued": 1,
  "series.continued": 1,
};

/** What a series said, or undefined for what it is not known to say. */
export function seriesEvent({ actor, type, v, data }: Entry): SeriesEvent | undefined {
  if (kindOf(actor) !== "series" || !Object.hasOwn(types, type)) return undefined;
  return { type, version: v, data } as unknown as SeriesEvent;
}

/** What these records issued, in order, and what they said of sellers. */
export function foldInvoices(records: readonly LogRecord[]): InvoiceChanges {
  const documents: IssuedDocument[] = [], sellers = new Map<string, SellerRow>();
  for (const { record } of records) {
    for (const entry of record.entries) {
      const event = seriesEvent(entry);
      if (event?.type === "series.document_issued") documents.push(event.data);
      else if (event?.type === "series.seller_described") {
        sellers.set(`${event.data.hash} ${keyOf(entry.actor)}`, sellerRow(entry.actor, event.data));
      }
    }
  }
  return { documents, sellers: [...sellers.values()] };
}

const sellerRow = (actor: ActorId, said: { readonly seller: Seller; readonly hash: string }): SellerRow => ({
  entity: keyOf(actor),
  hash: said.hash,
  seller: said.seller,
});

/** A row for each document, as it was frozen; who the buyer is, readers join. */
export const invoices: Projection<Sql, Tx> = {
  name: "invoices",
  version: 1,
  shape: "1",
  project: (records, _sql, schema) => {
    const changes = foldInvoices(records);
    return Promise.resolve((tx) => write(tx, schema, changes));
  },
};

/** As text: JSON keeps the order of members, by which people read documents, and `jsonb` does not. */
async function write(tx: Tx, schema: string, { documents, sellers }: InvoiceChanges): Promise<void> {
  if (sellers.length > 0) {
    await tx`
      insert into ${tx(schema)}.sellers
      select * from json_to_recordset(${
      JSON.stringify(sellers)
    }::text::json) as r(entity text, hash text, seller json)
      on conflict (entity, hash) do nothing`;
  }
  if (documents.length === 0) return;
  await tx`
    insert into ${tx(schema)}.documents
    select * from json_to_recordset(${JSON.stringify(documents.map(rowOf))}::text::json) as r(
      number text, entity text, series text, sequence int, type text, issued_on date, issued_at timestamptz,
      source text, order_id text, buyer_id text, channel text, currency text, exponent smallint,
      net numeric, tax numeric, total numeric, seller_hash text, hash text, previous_hash text, document json)
    on conflict (entity, number) do nothing`;
}

function rowOf(document: IssuedDocument) {
  const { number, entity, series, sequence, type, source, currency, hash } = document;
  const exponent = exponentOf(currency);
  return {
    ...{ number, entity, series, sequence, type, source, currency, exponent, hash },
    issued_on: document.issuedOn,
    issued_at: document.issuedAt,
    order_id: document.order?.id ?? null,
    buyer_id: document.buyer === undefined ? null : keyOf(document.buyer.actor as ActorId),
    channel: document.channel ?? null,
    net: minor(document.net),
    tax: minor(document.tax),
    total: minor(document.total),
    seller_hash: document.seller.hash,
    previous_hash: document.previousHash,
    document,
  };
}

/** Amounts of documents are written with all places of their currency: without the point they are minor units. */
const minor = (amount: string) => amount.replace(".", "");
