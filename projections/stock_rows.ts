import { stockCounters } from "../actors/sku/stock_changes.ts";
import { asking, type Sql, transaction } from "./database.ts";
import { holdRows } from "./hold_rows.ts";
import { readPositions } from "./positions.ts";
import { schemaOf } from "./projection.ts";
import type { StoredPosition } from "./row_store.ts";
import type { StockSums } from "./stock_fold.ts";
import { stockLevels } from "./stock_levels.ts";

const rowsPerFetch = 5_000;

interface LevelRow {
  readonly sku: string;
  readonly location: string;
  /** In the sequence of `stockCounters`. */
  readonly units: number[];
}
interface SkuRow {
  readonly sku: string;
  readonly description: string | null;
  readonly stocked: boolean;
  readonly backordered: number;
}

/** Adds all stock rows to the sums; answers with the position of every partition that they are at. */
export function loadStockRows(sql: Sql, sums: StockSums): Promise<readonly StoredPosition[]> {
  return asking("load the stock rows", () =>
    // One snapshot for rows and positions, while the projector goes on.
    transaction(sql, async (tx) => {
      await holdRows(tx, "stock_v1.stock_levels", "stock_v1.skus");
      const positions = await readPositions(tx, schemaOf(stockLevels));
      const levels = tx<LevelRow[]>`
        select sku, location, array[sellable, quality_control, quarantine, refurbish, damaged, reserved, allocated,
          picked, packed, held, incoming, safety_stock] as units
        from stock_v1.stock_levels`;
      for await (const rows of levels.cursor(rowsPerFetch)) {
        for (const row of rows) addLevel(sums, row);
      }
      const skus = tx<SkuRow[]>`select sku, description, stocked, backordered from stock_v1.skus`;
      for await (const rows of skus.cursor(rowsPerFetch)) {
        for (const row of rows) addSku(sums, row);
      }
      return positions;
    }, "isolation level repeatable read read only"));
}

function addLevel(sums: StockSums, { sku, location, units }: LevelRow): void {
  sums.see(sku);
  stockCounters.forEach((counter, i) => sums.add(sku, location, counter, units[i]!));
}

function addSku(sums: StockSums, { sku, description, stocked, backordered }: SkuRow): void {
  sums.see(sku);
  if (description !== null) sums.describe(sku, description, stocked);
  sums.addBackordered(sku, backordered);
}

/** How often other rows took the place of those: whoever loaded the ones before knows what they said. */
export function stockGeneration(sql: Sql): Promise<number> {
  return asking("read which stock rows these are", async () => {
    const positions = await readPositions(sql, schemaOf(stockLevels));
    return Math.max(0, ...positions.map(({ generation }) => generation));
  });
}
