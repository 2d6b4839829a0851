import { amountOf, roundToPence } from "./decimal.ts";
import { londonToUtc } from "./london_time.ts";
import type { Row } from "./sales.ts";

/** A row of a cancellation: goods or a service for which money is given back. */
export interface CancelledRow {
  /** With its leading C. */
  readonly invoice: string;
  /** Place in its invoice, from 1; with the invoice it is the row's natural key. */
  readonly row: number;
  /** RFC 3339, UTC. */
  readonly cancelledAt: string;
  readonly customerId?: string;
  readonly country?: string;
  readonly sku: string;
  readonly description?: string;
  /** Positive. */
  readonly quantity: number;
  readonly unitPrice: string;
}

/** What was kept from the shop's takings: money, but neither an invoice nor a credit. */
export interface Fee {
  readonly reference: string;
  /** Negative. */
  readonly pence: bigint;
}

export const referenceOf = ({ invoice, row }: Pick<CancelledRow, "invoice" | "row">) => `${invoice}/${row}`;

export function cancelledRow(
  { invoice, date, sku, description, quantity, unitPrice }: Row,
  row: number,
  party: Pick<CancelledRow, "customerId" | "country">,
): CancelledRow {
  return {
    ...{ invoice, row, cancelledAt: londonToUtc(date), ...party, sku },
    ...(description === "" ? {} : { description }),
    ...{ quantity: -quantity, unitPrice },
  };
}

/** A marketplace writes its fees one way; a bank's are also sold on to customers, as positive rows. */
const feeCodes: ReadonlySet<string> = new Set(["AMAZONFEE", "BANK CHARGES"]);

export function feeOf(row: Row, number: number): Fee | undefined {
  const pence = feeCodes.has(row.sku) ? roundToPence(amountOf(row)) : 0n;
  return pence < 0n ? { reference: referenceOf({ invoice: row.invoice, row: number }), pence } : undefined;
}
