import { goodsOf, type Sale, type Sales, type WriteOff } from "./sales.ts";
import { shareOf, type StockShare } from "./names.ts";

/** The bodies that the demo sends, in the words of the API. */

export function orderBody(sale: Sale, channel: string): object {
  const { invoice, placedAt, customerId, country, lines } = sale;
  const customer = {
    ...(customerId === undefined ? {} : { id: customerId }),
    ...(country === undefined ? {} : { address: { country } }),
  };
  return {
    channel,
    orderNumber: invoice,
    placedAt,
    currency: "GBP",
    ...(Object.keys(customer).length === 0 ? {} : { customer }),
    lines: lines.map((line) => ({ ...line, taxRate: "0" })),
    payment: "captured",
    stockPolicy: "reject",
  };
}

/** The API's limit for one document. */
const documentLinesMax = 5_000;

export interface Receipt {
  readonly location: string;
  readonly reference: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** What the file sells and writes off; in several documents only when one may not have so many lines. */
export function receiptsOf(sales: Sales, location: string, share: StockShare): Receipt[] {
  const lines = Array.from(goodsOf(sales), ([sku, quantity]) => ({ sku, quantity: shareOf(quantity, share) }))
    .filter(({ quantity }) => quantity > 0);
  const receipts: Receipt[] = [];
  for (let from = 0; from < lines.length; from += documentLinesMax) {
    const reference = from === 0 ? sales.hash : `${sales.hash}/${receipts.length + 1}`;
    receipts.push({ location, reference, lines: lines.slice(from, from + documentLinesMax) });
  }
  return receipts;
}

export function adjustmentBody({ invoice, lines }: WriteOff, location: string): object {
  const deltas = lines.map(({ sku, quantity }) => ({ sku, delta: -quantity }));
  return { location, reference: invoice, reason: "written off", lines: deltas };
}
