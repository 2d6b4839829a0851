import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { allProjections } from "../all.ts";
import { transaction } from "../database.ts";
import { orders } from "../orders.ts";
import { parcels } from "../parcels.ts";
import { schemaOf } from "../projection.ts";
import { stockLevels } from "../stock_levels.ts";
import { StockMemory } from "../stock_memory.ts";
import { loadStockRows } from "../stock_rows.ts";
import { dump, projectTo } from "../testing/running.ts";
import { line, placing, receiving, TownLog } from "../testing/town_log.ts";
import { tablesOf } from "./catalogue.ts";
import { alone } from "./rebuild_lock.ts";
import { build, compare, swap } from "./rebuild.ts";
import { dropRowSet, nextOf } from "./row_sets.ts";
import { refusing, Town } from "./testing/rebuild_kit.ts";

let town: Town;
beforeAll(async () => {
  town = await Town.open();
  await town.begin();
});
afterAll(() => town.close());
afterEach(() => town.dropBeside());

describe("rows that are built beside those that are read", () => {
  for (const projection of allProjections()) {
    test(`are the same: ${projection.name}`, async () => {
      const options = town.options(projection), live = schemaOf(projection);
      await town.whileOrdersCome(async () => {
        await build(options);
        const { same, tables, positions } = await compare(options);
        expect(tables.filter(({ shown }) => shown.length > 0)).toEqual([]);
        expect(same).toBe(true);
        expect(positions[0]?.mark.sequence).toBeGreaterThan(20);
        expect(tables.map(({ table }) => table)).toEqual(
          (await tablesOf(town.sql, live)).map(({ name }) => name),
        );
      });
    });
  }

  test("have the columns, keys, indexes, index names and storage of those that are read", async () => {
    for (const projection of [stockLevels, parcels]) {
      await build(town.options(projection));
      const live = schemaOf(projection);
      expect(await tablesOf(town.sql, nextOf(live))).toEqual(await tablesOf(town.sql, live));
    }
    expect((await tablesOf(town.sql, "stock_v1_next")).find(({ name }) => name === "skus")?.options)
      .toEqual(["fillfactor=70"]);
  });

  test("take their place while orders flow, and readers never fail", async () => {
    await town.sql`truncate waybill.rebuilds`;
    let reads = 0, failed: unknown, done = false;
    const reading = Array.from({ length: 3 }, async () => {
      while (!done) {
        try {
          await town.sql`select order_id, state from orders_v2.orders order by placed_at limit 5`;
          await town.sql`select * from orders_v2.order_events limit 5`;
          reads++;
        } catch (error) {
          failed ??= error;
        }
      }
    });
    const replacedBefore = town.replaced;
    await town.whileOrdersCome(async () => {
      for (let times = 0; times < 3; times++) {
        const positions = await town.swapped(orders);
        expect(positions[0]?.mark.sequence).toBeGreaterThan(20);
      }
    });
    done = true;
    await Promise.all(reading);
    expect(failed).toBeUndefined();
    expect(reads).toBeGreaterThan(10);
    await town.projected();
    expect(town.replaced).toBeGreaterThan(replacedBefore);
    // What the projector added since stands on the rows that took their place.
    const options = town.options(orders, { anew: true });
    await build(options);
    expect((await compare(options)).same).toBe(true);
    const generations = await town
      .sql`select distinct generation from waybill.positions where projection = 'orders_v2'`;
    expect(generations).toEqual([{ generation: 3 }]);
  });

  test("touch nothing else", async () => {
    const { positions: _, ...before } = await dump(town.sql);
    await town.swapped(parcels);
    const { positions: __, ...rows } = await dump(town.sql);
    expect(rows).toEqual(before);
  });
});

describe("a rebuild", () => {
  test("that was killed half way goes on from there; other code begins again", async () => {
    let records = 0;
    const observer = {
      interrupted: () => {},
      filled: (some: { records: number }) => void (records += some.records),
    };
    const all = town.options(orders, { observer });
    await build(all);
    const everything = records;
    await transaction(town.sql, (tx) => dropRowSet(tx, "orders_v2_next"));
    // What was stored stays stored.
    let before = 0;
    const killed = (some: { records: number }) => {
      before = some.records;
      throw new Error("killed");
    };
    const dying = town.options(orders, { observer: { interrupted: () => {}, filled: killed } });
    await expect(build(dying)).rejects.toThrow("killed");
    for (let n = 0; n < 5; n++) await town.order();
    await town.projected();
    records = 0;
    expect(await build(all)).toEqual({ wentOn: true });
    expect(before).toBeGreaterThan(0);
    expect(records).toBe(everything + 5 - before);
    expect((await compare(all)).same).toBe(true);
    records = 0;
    expect(await build({ ...all, code: "another" })).toEqual({ wentOn: false });
    expect(records).toBe(everything + 5);
  });

  test("begins again when the tables have another form by now", async () => {
    const options = town.options(orders);
    await build(options);
    await town.sql`alter table orders_v2.orders add column note text`;
    expect(await build(options)).toEqual({ wentOn: false });
    await town.sql`alter table orders_v2.orders drop column note`;
  });

  test("is refused for rows of another shape", async () => {
    const reshaped = { ...orders, shape: "2/99" };
    await expect(build(town.options(reshaped))).rejects.toThrow(/raise its version/);
  });

  test("is refused where the rows were made from another log", async () => {
    const [position] = await town.sql<{ hash: string }[]>`
      select hash from waybill.positions where projection = 'invoices_v1'`;
    const invoices = allProjections().find(({ name }) => name === "invoices")!;
    await town.sql`update waybill.positions set hash = 'another' where projection = 'invoices_v1'`;
    await expect(build(town.options(invoices))).rejects.toMatchObject({ code: "log.lost" });
    await town.sql`update waybill.positions set hash = ${position!.hash} where projection = 'invoices_v1'`;
  });

  test("is done by one process at a time", async () => {
    await alone(town.databaseUrl, "orders_v2", async () => {
      await expect(alone(town.databaseUrl, "orders_v2", () => Promise.resolve())).rejects.toThrow(
        /another process/,
      );
      await alone(town.databaseUrl, "stock_v1", () => Promise.resolve());
    });
    await alone(town.databaseUrl, "orders_v2", () => Promise.resolve());
  });

  test("waits for whoever reads rows and positions at once, and gives up rather than hold up readers", async () => {
    const options = town.options(stockLevels);
    await build(options);
    const compared = await compare(options);
    const sums = new StockMemory();
    await transaction(town.sql, async (tx) => {
      await tx`lock table stock_v1.stock_levels in access share mode`;
      await expect(swap(options, compared, refusing)).rejects.toThrow(/another session reads its rows/);
    });
    await swap(options, compared, refusing);
    expect((await loadStockRows(town.sql, sums))[0]?.generation).toBeGreaterThan(0);
  });

  test("reads what was split off after what it was split from", async () => {
    const [position] = await town.sql<{ sequence: number; hash: string }[]>`
      select sequence, hash from waybill.positions where projection = 'stock_v1'`;
    const origin = { partition: 0, ...position! }, child = new TownLog(town.broker, 1, {}, origin);
    await child.turn(receiving("C", 70), receiving("D", 5, "MAN1"));
    const last = await child.turn(placing("split", [line("C", 2)]));
    await projectTo(last, { broker: town.broker, sql: town.sql, partition: 1, origin });
    const range = [0, 1] as const, partitions = [{ partition: 0, range }, { partition: 1, range, origin }];
    for (const projection of [stockLevels, orders]) {
      const options = town.options(projection, { partitions, anew: true });
      await build(options);
      const { same, positions } = await compare(options);
      expect(same).toBe(true);
      expect(positions.map(({ partition }) => partition).sort()).toEqual([0, 1]);
      await swap(options, await compare(options), refusing);
    }
    expect(await town.rowsOf("stock_v1_old.stock_levels")).toEqual(
      await town.rowsOf("stock_v1.stock_levels"),
    );
  });
});
