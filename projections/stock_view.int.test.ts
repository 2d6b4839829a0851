import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { Sku } from "../actors/ids.ts";
import { availableAt, type SkuState } from "../actors/sku/sku_state.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import type { LogListener } from "./log_news.ts";
import type { SkuStock } from "./queries.ts";
import { unwatchedProjector } from "./projector_observer.ts";
import { loadStockRows } from "./stock_rows.ts";
import { LiveStockView, type LoadStock, type StockViewOptions } from "./stock_view.ts";
import { projectTo, until, withRead } from "./testing/running.ts";
import { cancelling, describing, line, placing, receiving, TownLog } from "./testing/town_log.ts";
import { evenPartitions } from "../streams/partition_map.ts";

const runtime = systemRuntime("test");
let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

const rowsIn = (sql: Sql): LoadStock => (sums) => loadStockRows(sql, sums);

async function withView(
  options: Omit<StockViewOptions, "partitions" | "runtime">,
  look: (view: LiveStockView) => Promise<void>,
) {
  const view = new LiveStockView({ runtime, partitions: evenPartitions(1).partitions, ...options });
  const running = view.run();
  await Promise.race([running, look(view)]);
  view.stop();
  await running;
}

function expectActor(found: SkuStock | undefined, { state }: { state: SkuState }): void {
  const byCode = [...state.locations].sort((a, b) => a.location < b.location ? -1 : 1);
  expect(found?.locations).toMatchObject(byCode.map(({ priority: _, over: __, ...stock }) => stock));
  expect(found?.locations.map(({ available }) => available)).toEqual(byCode.map(availableAt));
  expect(found).toMatchObject({ stocked: state.stocked, backordered: state.backordered });
}

test("shows what the SKU's actor holds, from rows and from the log alike", async () => {
  const broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker);
  await town.turn(
    describing("A", { safetyStock: { MAN1: 2 } }),
    receiving("A", 9, "MAN1"),
    receiving("A", 5),
  );
  const half = await town.turn(placing(1, [line("A", 7)]), describing("POST", { stocked: false }));
  await projectTo(half, { broker, sql });
  const read: number[] = [];
  const watched = withRead(broker, (stream, options) => {
    read.push(options.fromSequence);
    return broker.read(stream, options);
  });
  await town.turn(placing(2, [line("A", 50)], { stockPolicy: "backorder" }), cancelling(1));
  const last = await town.turn(placing(3, [line("A", 1)]), receiving("B", 4));
  for (const rows of [sql, undefined]) {
    await withView({ broker: watched, ...(rows && { loadRows: rowsIn(rows) }) }, async (view) => {
      expect(await view.reached(new Map([[0, last]]), 60_000)).toBe(true);
      for (const [code, actor] of town.skus()) expectActor(view.sku(code as Sku), actor);
      expect(view.sku("POST" as Sku)).toMatchObject({
        stocked: false,
        description: "Thing POST",
        locations: [],
      });
      expect(view.sku("none" as Sku)).toBeUndefined();
      expect(view.positions()).toEqual(new Map([[0, last]]));
    });
  }
  expect(read).toEqual([half + 1, 1]);
});

test("follows live, says how old it is, and wakes who waits", async () => {
  const server = new MemoryServer();
  const broker = server.connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker);
  await withView({ broker }, async (view) => {
    await until(() => view.asOfMs() > 0);
    const waiting = view.reached(new Map([[0, 1]]), 60_000);
    expect(await view.reached(new Map([[0, 1]]), 10)).toBe(false);
    await town.turn(receiving("A", 3));
    expect(await waiting).toBe(true);
    expect(view.sku("A" as Sku)?.available).toBe(3);
    // While the log does not answer, the view only gets older.
    server.goDown();
    await until(() => Date.now() > view.asOfMs() + 1_500);
    server.comeUp();
    await until(() => Date.now() < view.asOfMs() + 1_200);
  });
});

test("reads the log from its beginning when the database does not answer", async () => {
  const broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker);
  const last = await town.turn(receiving("A", 3));
  const nowhere = openDatabase({ url: "postgres://waybill@127.0.0.1:1/none", connectMsMax: 500 });
  const seen: string[] = [];
  const observer = {
    ...unwatchedProjector,
    interrupted: ({ code }: { code: string }) => void seen.push(code),
  };
  await withView({ broker, loadRows: rowsIn(nowhere), observer }, async (view) => {
    expect(await view.reached(new Map([[0, last]]), 60_000)).toBe(true);
    expect(view.sku("A" as Sku)?.available).toBe(3);
  });
  expect(seen).toEqual(["database.unavailable"]);
  await nowhere.end({ timeout: 1 });
});

test("refuses rows that were made from another log", async () => {
  const broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  await new TownLog(broker).turn(receiving("A", 3));
  const view = new LiveStockView({
    broker,
    runtime,
    loadRows: rowsIn(sql),
    partitions: evenPartitions(1).partitions,
  });
  await expect(view.run()).rejects.toMatchObject({ code: "log.lost" });
});

test("tells a listener of the other actors that it wants to hear of, with the record's place", async () => {
  const broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker), heard: unknown[] = [];
  const listener: LogListener = {
    wants: (actor) => actor === "order:ord_2",
    heard: (actor, at) => void heard.push([actor, [...at]]),
  };
  await town.turn(receiving("A", 5), placing(1, [line("A", 1)]));
  const second = await town.turn(placing(2, [line("A", 1)]));
  await withView({ broker, listener }, async (view) => {
    expect(await view.reached(new Map([[0, second]]), 60_000)).toBe(true);
    expect(view.sku("A" as Sku)).toMatchObject({ available: 3 });
  });
  expect(heard.length).toBeGreaterThan(0);
  expect(new Set(heard.map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify(["order:ord_2", [[0, second]]])]),
  );
});
