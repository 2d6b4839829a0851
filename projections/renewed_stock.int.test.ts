import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sku } from "../actors/ids.ts";
import { evenPartitions } from "../streams/partition_map.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { accepting, Town } from "./rebuild/testing/rebuild_kit.ts";
import { RenewedStockView } from "./renewed_stock.ts";
import { stockLevels } from "./stock_levels.ts";
import { loadStockRows, stockGeneration } from "./stock_rows.ts";
import { LiveStockView } from "./stock_view.ts";
import { until } from "./testing/running.ts";

const runtime = systemRuntime("test"), sku = "A" as Sku;
let town: Town;
beforeAll(async () => {
  town = await Town.open();
  await town.begin();
});
afterAll(() => town.close());

test(
  "a view that began with wrong rows is right once they are rebuilt, and nobody who waits notices",
  async () => {
    const { broker, sql } = town, { partitions } = evenPartitions(1);
    const loadRows = (sums: Parameters<typeof loadStockRows>[1]) => loadStockRows(sql, sums);
    let opened = 0;
    const open = () => {
      opened++;
      return new LiveStockView({ broker, runtime, loadRows, partitions });
    };
    const right = async () => {
      const [row] = await sql<{ units: number }[]>`
      select sum(sellable) as units from stock_v1.stock_levels where sku = ${sku}`;
      return Number(row?.units);
    };
    const good = await right();
    await sql`update stock_v1.stock_levels set sellable = sellable + 900 where sku = ${sku} and location = 'LON1'`;
    const view = new RenewedStockView({ open, generation: () => stockGeneration(sql), runtime, lookMs: 20 });
    const running = view.run();
    const shown = () => view.sku(sku)?.locations.reduce((sum, { sellable }) => sum + sellable, 0);
    await until(() => shown() === good + 900);
    const soon = new Map([[0, town.last + 20]]), waiting = view.reached(soon, 60_000);
    await town.swapped(stockLevels, accepting);
    await until(() => shown() === good);
    for (let n = 0; n < 25; n++) await town.order();
    expect(await waiting).toBe(true);
    expect(await view.reached(new Map([[0, town.last]]), 60_000)).toBe(true);
    await town.projected();
    expect(shown()).toBe(await right());
    expect(opened).toBe(2);
    view.stop();
    await running;
  },
);
