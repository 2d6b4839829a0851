import { allocate } from "../money/rounding.ts";
import { amountOf } from "../money/totals.ts";
import { amountText } from "./document_draft.ts";
import type { ChargeAmount, CreditedAmount, OrderCreditRequested } from "./money_events.ts";
import type { Invoice } from "./books.ts";
import type { KnownOrder } from "./state.ts";
import { poolKey, poolsOf, shippingLine, taxBack, taxInGross, type TaxPool } from "./tax_pools.ts";

/** A charge that is to be given back of an invoice's line, or of its shipping (line 0). */
export interface Back {
  readonly invoice: Invoice;
  readonly line: number;
  /** 0 where only the price goes down. */
  readonly units: number;
  readonly charge: bigint;
}
export type CreditContent = Pick<OrderCreditRequested["data"], "lines" | "shipping">;

/** Net and tax of what is given back: the tax of each pool, spread over its rows by largest remainder. */
export function creditContent(state: KnownOrder, backs: readonly Back[]): CreditContent {
  return contentOf(
    state,
    pooled(state, backs).flatMap(({ pool, rows, charge }) =>
      taxed(rows, rows.map((row) => row.charge), taxBack(pool, charge, state.placed.pricesIncludeTax))
    ),
  );
}

/** What a credit of all of these charges would come to, tax included. */
export function grossOf(state: KnownOrder, backs: readonly Back[]): bigint {
  return pooled(state, backs).reduce((sum, pooled) => sum + grossOfPool(state, pooled), 0n);
}

/** A gross amount, no more than `grossOf`, off these charges: spread over pools by what they come to, then over their rows. */
export function amountContent(state: KnownOrder, backs: readonly Back[], amount: bigint): CreditContent {
  const { pricesIncludeTax } = state.placed;
  const pools = pooled(state, backs);
  const shares = allocate(amount, pools.map((pooled) => grossOfPool(state, pooled)));
  return contentOf(
    state,
    pools.flatMap(({ pool, rows, charge }, i) => {
      const share = shares[i]!;
      const tax = pricesIncludeTax ? taxBack(pool, share, true) : taxInGross(pool, share, charge);
      const charges = allocate(pricesIncludeTax ? share : share - tax, rows.map((row) => row.charge));
      return taxed(rows, charges, tax).filter((row) => row.charge + row.tax > 0n);
    }),
  );
}

interface Pooled {
  readonly pool: TaxPool;
  readonly rows: readonly Back[];
  readonly charge: bigint;
}
interface Taxed extends Back {
  readonly tax: bigint;
}

function pooled(state: KnownOrder, backs: readonly Back[]): Pooled[] {
  return [...grouped(backs, ({ invoice }) => invoice)].flatMap(([invoice, ofInvoice]) => {
    const pools = poolsOf(state, invoice);
    return Array.from(grouped(ofInvoice, ({ line }) => poolKey(state, line)), ([key, rows]): Pooled => ({
      pool: pools.get(key)!,
      rows,
      charge: rows.reduce((sum, row) => sum + row.charge, 0n),
    }));
  });
}

function grossOfPool({ placed }: KnownOrder, { pool, charge }: Pooled): bigint {
  return placed.pricesIncludeTax ? charge : charge + taxBack(pool, charge, false);
}

function taxed(rows: readonly Back[], charges: readonly bigint[], tax: bigint): Taxed[] {
  const taxes = allocate(tax, charges);
  return rows.map((row, i) => ({ ...row, charge: charges[i]!, tax: taxes[i]! }));
}

function contentOf(state: KnownOrder, rows: readonly Taxed[]): CreditContent {
  const lines: CreditedAmount[] = [], shipping: (ChargeAmount & { of: string })[] = [];
  for (const { invoice, line, units, charge, tax } of rows) {
    const amount = { of: invoice.source, ...amountText(state, amountOf(charge, tax, state.placed)) };
    if (line === shippingLine) shipping.push(amount);
    else lines.push({ ...amount, line, units, quantity: Math.max(units, 1) });
  }
  return { lines: lines.sort((a, b) => a.line - b.line), shipping };
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item), group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
