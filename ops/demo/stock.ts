import { Failure } from "../cli/failure.ts";
import { stockAnswer } from "./answers.ts";
import { type Client, problemOf } from "./client.ts";
import type { StockNow } from "./tally.ts";

/** The API answers for 200 SKUs at once; half of that keeps the address short. */
const skusPerRead = 100;

export interface StockReading {
  readonly client: Client;
  readonly place: string;
  readonly skus: readonly string[];
  /** What the readers must have reached. */
  readonly position: string | undefined;
}

/** The units of these SKUs at one location. */
export async function readStock({ client, place, skus, position }: StockReading): Promise<StockNow> {
  let free = 0, claimed = 0;
  for (let from = 0; from < skus.length; from += skusPerRead) {
    const query = skus.slice(from, from + skusPerRead).map((sku) => `sku=${encodeURIComponent(sku)}`).join(
      "&",
    );
    const answered = await client.read(`/v1/stock?${query}`, position);
    if (answered.status !== 200) {
      throw new Failure(`Cannot read stock: the answer is ${answered.status} ${problemOf(answered.body)}`);
    }
    const here = stockAnswer.parse(answered.body).items.flatMap(({ locations }) => locations)
      .filter(({ location }) => location === place);
    for (const { sellable, reserved, allocated, picked, packed, held } of here) {
      claimed += reserved + allocated + picked + packed;
      free += sellable - reserved - allocated - picked - packed - held;
    }
  }
  return { free, claimed };
}
