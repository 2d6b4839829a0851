import type { Json } from "../../actors/actor.ts";
import { stockCounters } from "../../actors/sku/stock_changes.ts";
import { type Projection, schemaOf } from "../projection.ts";
import { foldStockRecords, type LevelRow, type StockDelta, stockLevels } from "../stock_levels.ts";
import type { LoadStock } from "../stock_view.ts";
import { positions } from "./memory_positions.ts";
import type { MemoryConnection, MemoryDb, MemoryTx } from "./memory_rows.ts";
import { table } from "./tables.ts";

export interface MemorySku {
  readonly sku: string;
  readonly description: string | null;
  readonly stocked: boolean;
  readonly backordered: number;
}
/** By SKU and location. */
export const levelRows = table<LevelRow>("stock_v1.stock_levels");
export const skuRows = table<MemorySku>("stock_v1.skus");
export const locationRows = table<Json>("stock_v1.locations");

const { name, version, shape } = stockLevels;

/** The stock of Postgres on the model: the same fold, and sums that are added to whatever is there at the commit. */
export const memoryStock: Projection<MemoryDb, MemoryTx> = {
  name,
  version,
  shape,
  project: (records) => {
    const delta = foldStockRecords(records);
    return Promise.resolve((tx) => Promise.resolve(write(tx, delta)));
  },
};

function write(tx: MemoryTx, delta: StockDelta): void {
  for (const level of delta.levels()) {
    tx.put(levelRows, `${level.sku} ${level.location}`, (before) => before ? added(before, level) : level);
  }
  for (const { sku, backordered } of delta.skuRows()) {
    tx.put(skuRows, sku, (before) => ({
      sku,
      description: before?.description ?? null,
      stocked: before?.stocked ?? true,
      backordered: (before?.backordered ?? 0) + backordered,
    }));
  }
  for (const [sku, { description, stocked }] of delta.described) {
    tx.put(skuRows, sku, (before) => before && { ...before, description, stocked });
  }
  for (const [location, described] of delta.locations) tx.put(locationRows, location, () => described);
}

function added(before: LevelRow, delta: LevelRow): LevelRow {
  const row = { ...before };
  for (const counter of stockCounters) row[counter] += delta[counter];
  return row;
}

/** What a view of stock begins with. */
export function memoryStockRows(connection: MemoryConnection): LoadStock {
  return (sums) =>
    connection.snapshot((rows) => {
      for (const { sku, location, ...units } of rows(levelRows).values()) {
        sums.see(sku);
        for (const counter of stockCounters) sums.add(sku, location, counter, units[counter]);
      }
      for (const { sku, description, stocked, backordered } of rows(skuRows).values()) {
        sums.see(sku);
        if (description !== null) sums.describe(sku, description, stocked);
        sums.addBackordered(sku, backordered);
      }
      return [...rows(positions).values()].filter(({ projection }) => projection === schemaOf(memoryStock));
    });
}
