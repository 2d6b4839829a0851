import type { Json } from "../../actors/actor.ts";
import type { OrderId } from "../../actors/ids.ts";
import type { RefundView } from "../../actors/order/money_view.ts";
import type { DocumentType, IssuedDocument } from "../../actors/series/document.ts";
import type { Seller } from "../../actors/series/seller.ts";
import { formatCursor, isStorable, parseCursor } from "../cursor.ts";
import { asking, type Sql } from "../database.ts";
import type { Page } from "../queries.ts";
import type { InvoicePayment } from "./payment.ts";
import { readPayments } from "./payment_rows.ts";
import { readRefunds } from "./refunds.ts";

/** A document, and what it is shown with. */
export interface InvoiceFound {
  readonly document: IssuedDocument;
  /** As it was on the day of issue. Absent when nothing was said of the seller until then. */
  readonly seller?: Seller;
  /** The customer block, from PERSONAL; absent when nobody was named, it has been erased, or it is not copied yet. */
  readonly buyer?: Json;
}

export interface InvoiceFilter {
  readonly series?: string;
  readonly type?: DocumentType;
  readonly channel?: string;
  /** Days of issue, both included: `2026-11-01`. */
  readonly from?: string;
  readonly to?: string;
}

/** What the edge asks of invoices. Throws `Fault("database.unavailable")` when it cannot be answered. */
export interface InvoiceQueries {
  find(number: string): Promise<InvoiceFound | undefined>;
  /** Invoices and credit notes, oldest first. */
  ofOrder(id: OrderId): Promise<readonly IssuedDocument[]>;
  /** What has become of these invoices since they were issued, by their source. */
  payments(documents: readonly IssuedDocument[]): Promise<ReadonlyMap<string, InvoicePayment>>;
  /** The order's refunds, oldest first. */
  refunds(id: OrderId): Promise<readonly RefundView[]>;
  /** By day of issue, then by series and place in it. */
  list(filter: InvoiceFilter & PageWanted): Promise<Page<IssuedDocument>>;
  /** All of them in the same order, page after page: no transaction is held while they are taken. */
  journal(filter: InvoiceFilter): AsyncIterable<readonly JournalDocument[]>;
}
/** A document as it is booked: its lines, which may be thousands, stay in the database. */
export type JournalDocument = Omit<IssuedDocument, "lines">;

interface PageWanted {
  readonly limit: number;
  readonly cursor?: string;
}

const pageMax = 1_000, ofOrderMax = 10_000, journalPage = 500;
/** What the column `sequence` (integer) holds. */
const sequenceMax = 2 ** 31 - 1;

export function invoiceQueries(sql: Sql): InvoiceQueries {
  const list = <Listed extends JournalDocument>(filter: InvoiceFilter & PageWanted, part: Part) =>
    asking("list invoices", () => listInvoices<Listed>(sql, filter, part));
  return {
    find: (number) => asking(`read invoice ${number}`, () => findInvoice(sql, number)),
    ofOrder: (id) => asking(`read the invoices of ${id}`, () => readOfOrder(sql, id)),
    payments: (documents) => asking("read what was paid of invoices", () => readPayments(sql, documents)),
    refunds: (id) => readRefunds(sql, id),
    list: (filter) => list<IssuedDocument>(filter, "document"),
    journal: (filter) => pages((cursor) => list({ ...filter, limit: journalPage, ...cursor }, "journal")),
  };
}

/** Follows a list to its end. */
export async function* pages<T>(
  read: (cursor: { readonly cursor?: string }) => Promise<Page<T>>,
): AsyncIterable<readonly T[]> {
  for (let cursor: { readonly cursor?: string } | undefined = {}; cursor !== undefined;) {
    const page: Page<T> = await read(cursor);
    yield page.items;
    cursor = page.next === undefined ? undefined : { cursor: page.next };
  }
}

interface FoundRow {
  readonly document: IssuedDocument;
  readonly seller: Seller | null;
  readonly customer: Json | null;
}

async function findInvoice(sql: Sql, number: string): Promise<InvoiceFound | undefined> {
  const [row] = await sql<FoundRow[]>`
    select d.document, s.seller, c.customer - 'erased' as customer from invoices_v1.documents d
      left join invoices_v1.sellers s on s.entity = d.entity and s.hash = d.seller_hash
      left join people_v1.customers c on c.order_id = d.buyer_id
    where d.number = ${number} order by d.issued_at limit 1`;
  if (row === undefined) return undefined;
  const { document, seller, customer } = row;
  return { document, ...(seller && { seller }), ...(customer !== null && { buyer: customer }) };
}

async function readOfOrder(sql: Sql, id: OrderId): Promise<readonly IssuedDocument[]> {
  const rows = await sql<{ document: IssuedDocument }[]>`
    select document from invoices_v1.documents where order_id = ${id}
    order by issued_at, type desc, series, sequence limit ${ofOrderMax}`;
  return rows.map(({ document }) => document);
}

/** What is read of each document. */
type Part = "document" | "journal";

async function listInvoices<Listed extends JournalDocument>(
  sql: Sql,
  { series, type, channel, from, to, limit: wanted, cursor }: InvoiceFilter & PageWanted,
  part: Part,
): Promise<Page<Listed>> {
  const limit = Math.max(1, Math.min(wanted, pageMax)),
    after = cursor === undefined ? undefined : placeIn(cursor);
  const rows = await sql<{ document: Listed }[]>`
    select ${part === "document" ? sql`document` : sql`document::jsonb - 'lines' as document`}
    from invoices_v1.documents
    where true
      ${series === undefined ? sql`` : sql`and series = ${series}`}
      ${type === undefined ? sql`` : sql`and type = ${type}`}
      ${channel === undefined ? sql`` : sql`and channel = ${channel}`}
      ${from === undefined ? sql`` : sql`and issued_on >= ${from}`}
      ${to === undefined ? sql`` : sql`and issued_on <= ${to}`}
      ${
    after === undefined
      ? sql``
      : sql`and (issued_on, series, sequence, entity) > (${after.day}, ${after.series}, ${after.sequence}, ${after.entity})`
  }
    order by issued_on, series, sequence, entity
    limit ${limit + 1}`;
  const items = rows.slice(0, limit).map(({ document }) => document), last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: cursorAt(last) };
}

interface Place {
  readonly day: string;
  readonly series: string;
  readonly sequence: number;
  readonly entity: string;
}

export const cursorAt = ({ issuedOn, series, sequence, entity }: JournalDocument): string =>
  formatCursor({ at: issuedOn, id: JSON.stringify([series, sequence, entity]) });

/** Throws a RangeError for a cursor that is none of ours. */
export function placeIn(cursor: string): Place {
  const parsed = parseCursor(cursor), place: unknown = parsed && readJson(parsed.id);
  if (parsed === undefined || !Array.isArray(place)) throw noneOfOurs();
  const [series, sequence, entity]: unknown[] = place;
  if (!isName(series) || !isSequence(sequence) || !isName(entity)) throw noneOfOurs();
  return { day: parsed.at.slice(0, "2026-01-01".length), series, sequence, entity };
}

const isName = (value: unknown): value is string => typeof value === "string" && isStorable(value);
const isSequence = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 && value <= sequenceMax;
const noneOfOurs = () => new RangeError("Cannot go on listing invoices: the cursor is none of ours");

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw noneOfOurs();
    throw error;
  }
}
