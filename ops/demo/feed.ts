import { Failure } from "../cli/failure.ts";
import { orderAnswer } from "./answers.ts";
import { adjustmentBody, orderBody, receiptsOf } from "./bodies.ts";
import { type Answered, type Client, problemOf } from "./client.ts";
import { placeOf, type StockShare } from "./names.ts";
import { type Sales, servicesOf } from "./sales.ts";
import { readStock } from "./stock.ts";
import { addOrder, newTally, type Tally } from "./tally.ts";

export interface FeedOptions {
  readonly sales: Sales;
  readonly share: StockShare;
  readonly client: Client;
  /** How many orders are on their way at once. */
  readonly concurrency: number;
  readonly progress: FeedProgress;
}
export interface FeedProgress {
  begin(what: string, total: number): void;
  step(): void;
  end(): void;
}

/**
 * Sends a file of sales: receipts, then orders in the order of the file, then write-offs. Every request has a natural key, so a run
 * that was cut off is made whole by running it again, and a second run changes nothing.
 */
export async function feed(options: FeedOptions): Promise<Tally> {
  const { sales, share, client } = options;
  const place = placeOf(sales, share);
  const tally = newTally(place);
  await describe(options, place);
  await receive(options, tally);
  await eachInOrder(options, "orders", sales.orders, async (sale) => {
    const answered = await client.decide("POST", "/v1/orders", orderBody(sale, place));
    changed(tally, answered);
    if (answered.status === 201) return addOrder(tally, sale, orderAnswer.parse(answered.body));
    if (answered.status === 409 && isShortage(answered.body)) return void tally.refused++;
    throw unexpected(`order ${sale.invoice}`, answered);
  });
  await writeOff(options, tally);
  const position = await receive(options, tally); // Once more: its answer comes after all others in the log.
  tally.stockNow = await readStock({ client, place, skus: receivedSkus(sales, place, share), position });
  return tally;
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

/** Runs `work` over all items, started in their order, `concurrency` of them at a time. The first failure stops all. */
async function eachInOrder<T>(
  { concurrency, progress }: FeedOptions,
  what: string,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0, failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      try {
        await work(items[next++]!);
      } catch (error) {
        failed = true;
        throw error;
      }
      progress.step();
    }
  };
  if (items.length === 0) return;
  progress.begin(what, items.length);
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  } finally {
    progress.end();
  }
}

function receivedSkus(sales: Sales, place: string, share: StockShare): string[] {
  return receiptsOf(sales, place, share).flatMap(({ lines }) => lines.map(({ sku }) => sku));
}

function changed(tally: Tally, { replayed }: Answered): void {
  if (!replayed) tally.changes++;
}

function isShortage(body: unknown): boolean {
  return typeof body === "object" && body !== null && "type" in body &&
    String(body.type).endsWith("/insufficient-stock");
}

function expectStatus(answered: Answered, status: number, what: string): void {
  if (answered.status !== status) throw unexpected(what, answered);
}

function unexpected(what: string, { status, body }: Answered): Error {
  return new Failure(`Cannot send ${what}: the answer is ${status} ${problemOf(body)}`);
}
