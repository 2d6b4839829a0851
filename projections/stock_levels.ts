import { keyOf, kindOf } from "../actors/ids.ts";
import { type StockCounter, stockCounters } from "../actors/sku/stock_changes.ts";
import { assert, type Json } from "../actors/actor.ts";
import { type LocationEvent, locationEventVersions } from "../actors/location/location_events.ts";
import type { Entry } from "../streams/record.ts";
import type { Sql, Tx } from "./database.ts";
import type { LogRecord } from "./log_record.ts";
import type { Projection } from "./projection.ts";
import { foldStock, type StockSums } from "./stock_fold.ts";

export type LevelRow = { sku: string; location: string } & Record<StockCounter, number>;
interface SkuRow {
  readonly sku: string;
  backordered: number;
}
interface Described {
  readonly sku: string;
  readonly description: string;
  readonly stocked: boolean;
}

/** What a batch adds to the rows; counters are differences. */
export class StockDelta implements StockSums {
  readonly #levels = new Map<string, Map<string, LevelRow>>();
  readonly skus = new Map<string, SkuRow>();
  readonly described = new Map<string, Described>();
  readonly locations = new Map<string, Json>();

  see(sku: string): void {
    if (!this.#levels.has(sku)) this.#levels.set(sku, new Map());
  }

  add(sku: string, location: string, counter: StockCounter, delta: number): void {
    const levels = this.#levels.get(sku)!;
    let row = levels.get(location);
    if (row === undefined) {
      row = { sku, location, ...noUnits };
      levels.set(location, row);
    }
    row[counter] += delta;
  }

  describe(sku: string, description: string, stocked: boolean): void {
    this.described.set(sku, { sku, description, stocked });
  }

  addBackordered(sku: string, delta: number): void {
    const row = this.skus.get(sku);
    if (row === undefined) this.skus.set(sku, { sku, backordered: delta });
    else row.backordered += delta;
  }

  levels(): LevelRow[] {
    return [...this.#levels.values()].flatMap((rows) => [...rows.values()]);
  }

  /** SKUs that need a row of their own: with goods somewhere they are known by that. */
  skuRows(): SkuRow[] {
    const rows = new Map(this.skus);
    for (const [sku, levels] of this.#levels) {
      const alone = levels.size === 0 || this.described.has(sku);
      if (alone && !rows.has(sku)) rows.set(sku, { sku, backordered: 0 });
    }
    return [...rows.values()];
  }
}

const noUnits = Object.fromEntries(stockCounters.map((counter) => [counter, 0])) as Record<
  StockCounter,
  number
>;

export function foldStockRecords(records: readonly LogRecord[]): StockDelta {
  const delta = new StockDelta();
  for (const { record } of records) {
    for (const entry of record.entries) {
      foldStock(delta, entry);
      foldLocation(delta, entry);
    }
  }
  return delta;
}

function foldLocation(delta: StockDelta, { actor, version, type, v, data }: Entry): void {
  if (kindOf(actor) !== "location") return;
  const known: readonly number[] | undefined = Object.hasOwn(locationEventVersions, type)
    ? locationEventVersions[type as LocationEvent["type"]]
    : undefined;
  assert(known?.includes(v), `Cannot read event ${version} of ${actor}: ${type} version ${v} is not known`);
  if (type === "location.described") delta.locations.set(keyOf(actor), data);
}

/** Units per SKU and location, and the descriptions of SKUs and locations. */
export const stockLevels: Projection<Sql, Tx> = {
  name: "stock",
  version: 1,
  shape: "1",
  // Sums need no reading: what a batch changes is added to whatever is there.
  project: (records, _sql, schema) => {
    const delta = foldStockRecords(records);
    return Promise.resolve((tx) => write(tx, schema, delta));
  },
};

async function write(tx: Tx, schema: string, delta: StockDelta): Promise<void> {
  const levels = delta.levels(), skus = delta.skuRows();
  if (levels.length > 0) await writeLevels(tx, schema, levels);
  if (skus.length > 0) await writeSkus(tx, schema, skus);
  if (delta.described.size > 0) await writeDescribed(tx, schema, [...delta.described.values()]);
  if (delta.locations.size > 0) await writeLocations(tx, schema, delta.locations);
}

async function writeLevels(tx: Tx, schema: string, rows: readonly LevelRow[]): Promise<void> {
  await tx`
    insert into ${tx(schema)}.stock_levels as s
    select r.sku, r.location, r.sellable, r."qualityControl", r.quarantine, r.refurbish, r.damaged, r.reserved,
      r.allocated, r.picked, r.packed, r.held, r.incoming, r."safetyStock"
    from jsonb_to_recordset(${tx.json(rows)}) as r(
      sku text, location text, sellable bigint, "qualityControl" bigint, quarantine bigint, refurbish bigint,
      damaged bigint, reserved bigint, allocated bigint, picked bigint, packed bigint, held bigint,
      incoming bigint, "safetyStock" bigint)
    on conflict (sku, location) do update set
      sellable = s.sellable + excluded.sellable,
      quality_control = s.quality_control + excluded.quality_control,
      quarantine = s.quarantine + excluded.quarantine,
      refurbish = s.refurbish + excluded.refurbish,
      damaged = s.damaged + excluded.damaged,
      reserved = s.reserved + excluded.reserved,
      allocated = s.allocated + excluded.allocated,
      picked = s.picked + excluded.picked,
      packed = s.packed + excluded.packed,
      held = s.held + excluded.held,
      incoming = s.incoming + excluded.incoming,
      safety_stock = s.safety_stock + excluded.safety_stock`;
}

async function writeSkus(tx: Tx, schema: string, rows: readonly SkuRow[]): Promise<void> {
  await tx`
    insert into ${tx(schema)}.skus as s (sku, description, stocked, backordered)
    select r.sku, null, true, r.backordered
    from jsonb_to_recordset(${tx.json(rows.map((row) => ({ ...row })))}) as r(sku text, backordered bigint)
    on conflict (sku) do update set backordered = s.backordered + excluded.backordered`;
}

/** After `writeSkus`, which made every row that is missing. */
async function writeDescribed(tx: Tx, schema: string, rows: readonly Described[]): Promise<void> {
  await tx`
    update ${tx(schema)}.skus s set description = r.description, stocked = r.stocked
    from jsonb_to_recordset(${tx.json(rows.map((row) => ({ ...row })))})
      as r(sku text, description text, stocked boolean)
    where s.sku = r.sku`;
}

async function writeLocations(tx: Tx, schema: string, locations: ReadonlyMap<string, Json>): Promise<void> {
  const rows = [...locations].map(([location, described]) => ({ location, described }));
  await tx`
    insert into ${tx(schema)}.locations select r.location, r.described
    from jsonb_to_recordset(${tx.json(rows)}) as r(location text, described jsonb)
    on conflict (location) do update set described = excluded.described`;
}
