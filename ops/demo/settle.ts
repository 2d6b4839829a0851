import { creditAnswer, type DocumentAnswer, type OrderAnswer, returnAnswer } from "./answers.ts";
import { type CancelledRow, referenceOf } from "./cancelled.ts";
import type { Client } from "./client.ts";
import { parseMicro, roundToPence } from "./decimal.ts";
import { grouped } from "./grouped.ts";
import { eachInOrder, type InOrder } from "./in_order.ts";
import { type Match, matchCancelled } from "./matching.ts";
import { readBooks } from "./read_books.ts";
import type { Sale, Sales } from "./sales.ts";
import { changed, expectStatus, timed } from "./sending.ts";
import { creditBody, parcelsOf, returnBody, standAloneBody, statementsOf, unitsIn } from "./settle_bodies.ts";
import type { Tally } from "./tally.ts";

/** A confirmed order. */
export interface Placed {
  readonly sale: Sale;
  readonly order: OrderAnswer;
}

/** What stands in the system's own list of documents, and what was asked for. */
export interface Books {
  invoices: number;
  invoicedPence: bigint;
  credits: number;
  creditedPence: bigint;
  /** Fees and rows that are neither invoiced nor credited, signed. */
  readonly neitherPence: bigint;
  readonly fees: number;
  readonly matchedCredits: number;
  readonly standAloneCredits: number;
  /** Units that left this file's location. */
  shipped: number;
}

export interface SettleOptions extends InOrder {
  readonly sales: Sales;
  readonly client: Client;
  readonly patienceMs: number;
}
interface Settling extends SettleOptions {
  readonly tally: Tally;
  readonly placed: readonly Placed[];
  readonly books: Books;
  /** Numbers of the credit notes that were asked for. */
  readonly notes: Set<string>;
}

/** Ships all that is confirmed, waits for its invoices, and gives back what the file cancels: against its sale, or alone. */
export async function settle(
  options: SettleOptions,
  tally: Tally,
  placed: readonly Placed[],
): Promise<Books> {
  const { sales } = options, inOrder = placed.map(({ sale }) => sale);
  const { matches, standAlone } = matchCancelled(inOrder, sales.cancelled);
  const books = newBooks(sales, matches.length, standAlone.length);
  const settling = { ...options, tally, placed, books, notes: new Set<string>() };
  await timed(tally, "parcels", () => ship(settling));
  await timed(tally, "invoices", () => awaitInvoices(settling));
  await timed(tally, "credits", async () => {
    await creditSales(settling, matches);
    await creditAlone(settling, standAlone);
    await bookFees(settling);
    await readCredits(settling);
  });
  return books;
}

function newBooks({ fees, otherPence }: Sales, matchedCredits: number, standAloneCredits: number): Books {
  return {
    ...{ invoices: 0, invoicedPence: 0n, credits: 0, creditedPence: 0n, fees: fees.length },
    neitherPence: fees.reduce((sum, { pence }) => sum + pence, otherPence),
    ...{ matchedCredits, standAloneCredits, shipped: 0 },
  };
}

async function ship(settling: Settling): Promise<void> {
  const { client, tally, placed, books } = settling;
  await eachInOrder(settling, "parcels", placed, async ({ sale, order }) => {
    for (const parcel of parcelsOf(sale, order, tally.place)) {
      const answered = await client.decide("POST", `/v1/orders/${order.orderId}/shipments`, parcel);
      expectStatus(answered, 201, `the parcel of order ${sale.invoice} from ${parcel.location}`);
      changed(tally, answered);
      if (parcel.location === tally.place) books.shipped += unitsIn(parcel);
    }
  });
}

/** A credit of what is not invoiced yet would be refused for ever. */
async function awaitInvoices(
  { client, tally, placed, books, patienceMs, progress }: Settling,
): Promise<void> {
  const owed = new Map(placed.map(({ sale, order }) => [sale.invoice, penceOf(order)]));
  const take = (document: DocumentAnswer) => {
    const pence = penceOf(document), { orderNumber = "" } = document, open = owed.get(orderNumber);
    books.invoices++;
    books.invoicedPence += pence;
    if (open === undefined) return;
    if (open > pence) return void owed.set(orderNumber, open - pence);
    owed.delete(orderNumber);
    progress.step();
  };
  if (placed.length === 0) return;
  progress.begin("invoices", placed.length);
  try {
    const channel = tally.place, missing = () => owed.size;
    await readBooks({ client, channel, type: "invoice", patienceMs, take, missing });
  } finally {
    progress.end();
  }
}

/** The credits of one order one after another, of many orders at once. */
async function creditSales(settling: Settling, matches: readonly Match[]): Promise<void> {
  const orders = new Map(settling.placed.map(({ sale, order }) => [sale, order.orderId]));
  const bySale = [...grouped(matches, ({ sale }) => sale)];
  await eachInOrder(settling, "credits", bySale, async ([sale, ofSale]) => {
    const path = `/v1/orders/${orders.get(sale)}`;
    for (const [cancellation, rows] of grouped(ofSale, ({ row }) => row.invoice)) {
      const returnId = await takeBack(settling, path, returnBody(cancellation, rows));
      for (const match of rows) {
        const what = `credit ${referenceOf(match.row)} of order ${sale.invoice}`;
        await credit(settling, { path: `${path}/credits`, body: creditBody(match, returnId), what });
      }
    }
  });
}

async function takeBack(
  { client, tally }: Settling,
  path: string,
  body: object | undefined,
): Promise<string | undefined> {
  if (body === undefined) return undefined;
  const answered = await client.decide("POST", `${path}/returns`, body);
  expectStatus(answered, 201, `a return to ${path}`);
  changed(tally, answered);
  return returnAnswer.parse(answered.body).returnId;
}

async function creditAlone(settling: Settling, rows: readonly CancelledRow[]): Promise<void> {
  const { place } = settling.tally;
  await eachInOrder(settling, "stand-alone", rows, async (row) => {
    const what = `credit ${referenceOf(row)}`;
    await credit(settling, { path: "/v1/credits", body: standAloneBody(row, place), what });
  });
}

interface Credit {
  readonly path: string;
  readonly body: object;
  readonly what: string;
}

async function credit({ client, tally, notes }: Settling, { path, body, what }: Credit): Promise<void> {
  const answered = await client.decide("POST", path, body);
  expectStatus(answered, 201, what);
  changed(tally, answered);
  notes.add(creditAnswer.parse(answered.body).number);
}

async function bookFees({ client, sales, tally }: Settling): Promise<void> {
  for (const statement of statementsOf(sales.fees, sales.hash, tally.place)) {
    const answered = await client.decide("POST", "/v1/payouts", statement);
    expectStatus(answered, 201, "the statement of fees");
    changed(tally, answered);
  }
}

async function readCredits({ client, tally, books, notes, patienceMs }: Settling): Promise<void> {
  const take = (document: DocumentAnswer) => {
    books.credits++;
    books.creditedPence += penceOf(document);
    notes.delete(document.number);
  };
  const channel = tally.place, missing = () => notes.size;
  await readBooks({ client, channel, type: "credit_note", patienceMs, take, missing });
}

const penceOf = ({ total }: { readonly total: string }) => roundToPence(parseMicro(total));
