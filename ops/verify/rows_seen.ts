import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import { asking, type Sql, transaction } from "../../projections/database.ts";
import { holdRows } from "../../projections/hold_rows.ts";
import { orders } from "../../projections/orders.ts";
import { parcels } from "../../projections/parcels.ts";
import { readPositions } from "../../projections/positions.ts";
import { schemaOf } from "../../projections/projection.ts";
import { stockLevels } from "../../projections/stock_levels.ts";
import type { PartitionMap } from "../../streams/partition_map.ts";

const readAtOnceMax = 1_000;

export interface StateRow {
  readonly id: string;
  readonly version: number;
  readonly state: unknown;
}
export interface LevelRow {
  readonly sku: string;
  readonly location: string;
  readonly [counter: string]: string | number;
}

/** An actor's rows, and how far in EVENTS its projection was when they were read. */
export type RowsOfActor =
  | { readonly kind: "order" | "parcel"; readonly until: number; readonly row?: StateRow }
  | { readonly kind: "sku"; readonly until: number; readonly levels: readonly LevelRow[] };

/** The rows of the sampled actors as they stood at one moment. */
export interface RowsSeen {
  /** In EVENTS: rows hold nothing of later records. */
  readonly until: number;
  /** Undefined for actors that have no rows, and for those whose rows were not asked for: they may have come since. */
  of(actor: ActorId): RowsOfActor | undefined;
}

type Positions = ReadonlyMap<string, number>;

/** Reads the sampled actors' rows, all at one moment; they are compared once the log is read as far as they are. */
export async function readRows(sql: Sql, map: PartitionMap, actors: readonly ActorId[]): Promise<RowsSeen> {
  return await asking("read the rows to compare", () =>
    transaction(sql, async (tx) => {
      await holdRows(tx, "orders_v2.orders", "parcels_v1.parcels", "stock_v1.stock_levels");
      const positions = new Map<string, number>();
      for (const projection of [orders, parcels, stockLevels]) {
        for (const { partition, mark } of await readPositions(tx, schemaOf(projection))) {
          positions.set(`${schemaOf(projection)} ${partition}`, mark.sequence);
        }
      }
      const of = (kind: string) =>
        actors.filter((id) => kindOf(id) === kind).map((id) => id.slice(kind.length + 1));
      const order = await readAll(
        of("order"),
        (some) =>
          tx<StateRow[]>`select order_id as id, version, state from orders_v2.orders where order_id in ${
            tx(some)
          }`,
      );
      const parcel = await readAll(
        of("parcel"),
        (some) =>
          tx<StateRow[]>`select parcel as id, version, state from parcels_v1.parcels where parcel in ${
            tx(some)
          }`,
      );
      const levels = await readAll(
        of("sku"),
        (some) => tx<LevelRow[]>`select * from stock_v1.stock_levels where sku in ${tx(some)}`,
      );
      return seen({ asked: new Set(actors), positions, map, order, parcel, levels });
    }, "isolation level repeatable read read only"));
}

async function readAll<Row>(
  keys: readonly string[],
  read: (keys: readonly string[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0; from < keys.length; from += readAtOnceMax) {
    rows.push(...await read(keys.slice(from, from + readAtOnceMax)));
  }
  return rows;
}

interface Found {
  readonly asked: ReadonlySet<ActorId>;
  readonly positions: Positions;
  readonly map: PartitionMap;
  readonly order: readonly StateRow[];
  readonly parcel: readonly StateRow[];
  readonly levels: readonly LevelRow[];
}

function seen({ asked, positions, map, levels, ...found }: Found): RowsSeen {
  const byId = (rows: readonly StateRow[]) => new Map(rows.map((row) => [row.id, row]));
  const states = { order: byId(found.order), parcel: byId(found.parcel) };
  const schemas = { order: schemaOf(orders), parcel: schemaOf(parcels), sku: schemaOf(stockLevels) };
  const bySku = new Map<string, LevelRow[]>();
  for (const row of levels) {
    const before = bySku.get(row.sku);
    if (before) before.push(row);
    else bySku.set(row.sku, [row]);
  }
  return {
    until: Math.max(0, ...positions.values()),
    of: (actor) => {
      const kind = kindOf(actor), key = keyOf(actor);
      if (!asked.has(actor)) return undefined;
      if (kind !== "order" && kind !== "parcel" && kind !== "sku") return undefined;
      const until = positionOf(positions, schemas[kind], { map, partition: map.partitionOf(actor) });
      if (kind === "sku") return { kind, until, levels: bySku.get(key) ?? [] };
      const row = states[kind].get(key);
      return { kind, until, ...(row && { row }) };
    },
  };
}

/** How far a partition's rows are: those of one that has none yet are its origin's. */
function positionOf(
  positions: Positions,
  schema: string,
  { map, partition }: { readonly map: PartitionMap; readonly partition: number },
): number {
  const position = positions.get(`${schema} ${partition}`) ?? 0;
  const origin = map.partitions.find((one) => one.partition === partition)?.origin;
  if (position > 0 || origin === undefined) return position;
  return Math.min(origin.sequence, positionOf(positions, schema, { map, partition: origin.partition }));
}
