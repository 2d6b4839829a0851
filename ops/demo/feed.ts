import { orderAnswer } from "./answers.ts";
import { adjustmentBody, orderBody, receiptsOf } from "./bodies.ts";
import type { Client } from "./client.ts";
import { eachInOrder, type InOrder } from "./in_order.ts";
import { placeOf, type StockShare } from "./names.ts";
import { type Sales, servicesOf } from "./sales.ts";
import { changed, expectStatus, timed } from "./sending.ts";
import { type Placed, settle } from "./settle.ts";
import { readStock } from "./stock.ts";
import { addOrder, newTally, type Tally } from "./tally.ts";

export interface FeedOptions extends InOrder {
  readonly sales: Sales;
  readonly share: StockShare;
  readonly client: Client;
  /** Also ships and invoices what is confirmed, and credits what is cancelled. */
  readonly ship: boolean;
  /** How long to wait for what comes by itself, as invoices do. */
  readonly patienceMs: number;
}
/**
 * Sends a file of sales: receipts, then orders in the order of the file, then write-offs, then what follows when parcels leave. Every
 * request has a natural key, so a run that was cut off is made whole by running it again, and a second run changes nothing.
 */
export async function feed(options: FeedOptions): Promise<Tally> {
  const { sales, share, client } = options;
  const place = placeOf(sales, share);
  const tally = newTally(place);
  await describe(options, place);
  await receive(options, tally);
  const confirmed: Placed[] = [];
  await timed(tally, "orders", () => sell(options, tally, confirmed));
  await writeOff(options, tally);
  if (options.ship) tally.books = await settle(options, tally, confirmed);
  const position = await receive(options, tally); // Once more: its answer comes after all others in the log.
  tally.stockNow = await readStock({ client, place, skus: receivedSkus(sales, place, share), position });
  return tally;
}

/** Notes the orders that are confirmed. */
async function sell(options: FeedOptions, tally: Tally, confirmed: Placed[]): Promise<void> {
  await eachInOrder(options, "orders", options.sales.orders, async (sale) => {
    const answered = await options.client.decide("POST", "/v1/orders", orderBody(sale, tally.place));
    changed(tally, answered);
    if (answered.status === 409 && isShortage(answered.body)) return void tally.refused++;
    expectStatus(answered, 201, `order ${sale.invoice}`);
    const order = orderAnswer.parse(answered.body);
    addOrder(tally, sale, order);
    confirmed.push({ sale, order });
  });
}

async function describe({ sales, client }: FeedOptions, place: string): Promise<void> {
  const located = await client.decide("PUT", `/v1/locations/${place}`, {
    name: "Demo warehouse",
    country: "GB",
  });
  expectStatus(located, 200, `location ${place}`);
  for (const [sku, description] of servicesOf(sales)) {
    const path = `/v1/skus/${encodeURIComponent(sku)}`;
    expectStatus(await client.decide("PUT", path, { description, stocked: false }), 200, `service ${sku}`);
  }
}

/** Returns the position of the last receipt. */
async function receive({ sales, share, client }: FeedOptions, tally: Tally): Promise<string | undefined> {
  let units = 0, position: string | undefined;
  for (const receipt of receiptsOf(sales, tally.place, share)) {
    const answered = await client.decide("POST", "/v1/stock/receipts", receipt);
    expectStatus(answered, 201, `receipt ${receipt.reference}`);
    changed(tally, answered);
    units += receipt.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    position = answered.position;
  }
  tally.stockBefore = units;
  return position;
}

async function writeOff(options: FeedOptions, tally: Tally): Promise<void> {
  const { sales, client } = options;
  await eachInOrder(options, "write-offs", sales.writeOffs, async (writeOff) => {
    if (writeOff.lines.length > 0) {
      const answered = await client.decide(
        "POST",
        "/v1/stock/adjustments",
        adjustmentBody(writeOff, tally.place),
      );
      changed(tally, answered);
      // With a share of the stock there may be nothing left to write off.
      if (answered.status === 409) return void tally.writeOffsRefused++;
      expectStatus(answered, 201, `write-off ${writeOff.invoice}`);
    }
    tally.writeOffs++;
    tally.writtenOff += writeOff.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  });
}

function receivedSkus(sales: Sales, place: string, share: StockShare): string[] {
  return receiptsOf(sales, place, share).flatMap(({ lines }) => lines.map(({ sku }) => sku));
}

function isShortage(body: unknown): boolean {
  return typeof body === "object" && body !== null && "type" in body &&
    String(body.type).endsWith("/insufficient-stock");
}
