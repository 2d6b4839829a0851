import type { OrderAnswer } from "./answers.ts";
import { serviceOf } from "./codes.ts";
import { parseMicro, roundToPence } from "./decimal.ts";
import type { Sale } from "./sales.ts";
import type { Books } from "./settle.ts";

/** What the answers add up to. */
export interface Tally {
  /** The location and channel of this file. */
  readonly place: string;
  /** Requests that changed something; 0 when all of them met an earlier decision. */
  changes: number;
  confirmed: number;
  refused: number;
  writeOffs: number;
  writeOffsRefused: number;
  /** Of the confirmed orders, in pence, as the API answered. */
  salesPence: bigint;
  /** The same by our own arithmetic: each line rounded. */
  expectedPence: bigint;
  /** Units at this file's location. */
  stockBefore: number;
  stockNow: StockNow;
  /** Units of goods in confirmed orders that come from this file's location. */
  sold: number;
  /** …and from other locations, which other files left over. */
  soldElsewhere: number;
  writtenOff: number;
  /** How long each part took. */
  readonly phases: { readonly name: string; readonly seconds: number }[];
  /** Only of a run that goes all the way. */
  books?: Books;
}
export interface StockNow {
  /** Neither promised nor set aside. */
  readonly free: number;
  /** Promised to orders. */
  readonly claimed: number;
}

export function newTally(place: string): Tally {
  return {
    place,
    changes: 0,
    confirmed: 0,
    refused: 0,
    writeOffs: 0,
    writeOffsRefused: 0,
    salesPence: 0n,
    expectedPence: 0n,
    stockBefore: 0,
    stockNow: { free: 0, claimed: 0 },
    sold: 0,
    soldElsewhere: 0,
    writtenOff: 0,
    phases: [],
  };
}

export function addOrder(tally: Tally, sale: Sale, answer: OrderAnswer): void {
  if (answer.status !== "confirmed") {
    throw new Error(`Cannot count order ${sale.invoice}: it is ${answer.status}, not confirmed`);
  }
  tally.confirmed++;
  for (const { net, allocated } of answer.lines) {
    tally.salesPence += roundToPence(parseMicro(net));
    for (const { location, quantity } of allocated) {
      if (location === tally.place) tally.sold += quantity;
      else tally.soldElsewhere += quantity;
    }
  }
  for (const { quantity, unitPrice } of sale.lines) {
    tally.expectedPence += roundToPence(BigInt(quantity) * parseMicro(unitPrice));
  }
}

/** Units of goods, without services. */
export function goodsUnits(sales: readonly Sale[]): number {
  return sales.flatMap(({ lines }) => lines)
    .reduce((sum, { sku, quantity }) => sum + (serviceOf(sku) === undefined ? quantity : 0), 0);
}
