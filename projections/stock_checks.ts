import { kindOf } from "../actors/ids.ts";
import type { SkuEvent } from "../actors/sku/sku_events.ts";
import type { Sql, Tx } from "./database.ts";
import type { LogRecord } from "./log_record.ts";
import type { Projection } from "./projection.ts";

/** What one day adds at one location, in units. */
export interface StockCheck {
  readonly day: string;
  readonly location: string;
  /** What counts found. */
  readonly counted: number;
  /** By how much counts differed from what was expected, either way. */
  readonly corrected: number;
  /** What came, left, or went somewhere else. */
  readonly moved: number;
}

type Moving = Extract<
  SkuEvent,
  {
    readonly type:
      | "goods.received"
      | "parcel.handed_over"
      | "transfer.dispatched"
      | "transfer.received"
      | "return.received"
      | "stock.moved";
  }
>;
const moving: { readonly [Type in Moving["type"]]: true } = {
  "goods.received": true,
  "parcel.handed_over": true,
  "transfer.dispatched": true,
  "transfer.received": true,
  "return.received": true,
  "stock.moved": true,
};
type Counting = Extract<SkuEvent, { readonly type: "count.posted" }>;

const dayChars = "2026-01-01".length;

/** As much of a record as is counted. */
type Counted = { readonly record: Pick<LogRecord["record"], "atMs" | "entries"> };

export function foldStockChecks(records: readonly Counted[]): readonly StockCheck[] {
  const sums = new Map<string, StockCheck>();
  for (const { record } of records) {
    const day = new Date(record.atMs).toISOString().slice(0, dayChars);
    for (const { actor, type, data } of record.entries) {
      if (kindOf(actor) !== "sku") continue;
      const added = addedBy(type, data);
      if (added === undefined) continue;
      const key = `${day} ${added.location}`, before = sums.get(key);
      sums.set(key, {
        day,
        location: added.location,
        counted: (before?.counted ?? 0) + added.counted,
        corrected: (before?.corrected ?? 0) + added.corrected,
        moved: (before?.moved ?? 0) + added.moved,
      });
    }
  }
  return [...sums.values()];
}

function addedBy(type: string, data: unknown): Omit<StockCheck, "day"> | undefined {
  if (type === "count.posted") {
    const { location, counted, delta } = data as Counting["data"];
    return { location, counted, corrected: Math.abs(delta), moved: 0 };
  }
  if (!Object.hasOwn(moving, type)) return undefined;
  const { location, quantity } = data as Moving["data"];
  return { location, counted: 0, corrected: 0, moved: quantity };
}

/** How much was counted, corrected and moved, by day and location. Only ever added to: no partition has to come first. */
export const stockChecks: Projection<Sql, Tx> = {
  name: "stock_checks",
  version: 1,
  shape: "1",
  project: (records, _sql, schema) => {
    const checks = foldStockChecks(records);
    return Promise.resolve((tx) => write(tx, schema, checks));
  },
};

async function write(tx: Tx, schema: string, checks: readonly StockCheck[]): Promise<void> {
  if (checks.length === 0) return;
  // In the same order whoever writes, so that no two partitions wait for each other in a circle.
  await tx`
    insert into ${tx(schema)}.days as d
    select day, location, counted, corrected, moved
    from jsonb_to_recordset(${tx.json(checks.map((check) => ({ ...check })))}) as r(
      day date, location text, counted bigint, corrected bigint, moved bigint)
    order by day, location
    on conflict (day, location) do update set counted = d.counted + excluded.counted,
      corrected = d.corrected + excluded.corrected, moved = d.moved + excluded.moved`;
}
