/**
 * How fast the log is folded, and rows are filled from nothing. Run by hand:
 * `deno run -A projections/testing/measure.ts [orders]`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, cpuUsage, memoryUsage } from "node:process";
import { startPostgres } from "../../ops/local/postgres.mjs";
import type { Broker, Stored } from "../../streams/broker/broker.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { streamNames } from "../../streams/record.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { openDatabase } from "../database.ts";
import { migrate } from "../migrate.ts";
import { decodeLogRecord, type LogRecord } from "../log_record.ts";
import { type FoldedOrder, foldOrders } from "../orders.ts";
import { postgresRows } from "../postgres_rows.ts";
import { Projector } from "../projector.ts";
import { unwatchedProjector } from "../projector_observer.ts";
import { foldStockRecords } from "../stock_levels.ts";
import { StockMemory } from "../stock_memory.ts";
import { foldStock } from "../stock_fold.ts";
import { everything, until } from "./running.ts";
import { line, placing, receiving, TownLog } from "./town_log.ts";

const orderCount = Number(argv[2] ?? 20_000);
const skuCount = 10_000, ordersPerTurn = 60;

async function makeLog(broker: Broker): Promise<number> {
  await TownLog.streams(broker);
  const town = new TownLog(broker);
  let last = 0;
  const skuOf = (n: number) => `SKU-${n % skuCount}`;
  for (let n = 0; n < skuCount; n += 200) {
    last = await town.turn(...Array.from({ length: 200 }, (_, i) => receiving(skuOf(n + i), 1_000)));
  }
  for (let n = 0; n < orderCount; n += ordersPerTurn) {
    last = await town.turn(...Array.from({ length: ordersPerTurn }, (_, i) => {
      const lines = [1, 7919, 104_729].map((step) => line(skuOf((n + i) * step + step), 1 + (i % 5)));
      return placing(`${n + i}`, lines);
    }));
  }
  return last;
}

async function readAll(broker: Broker, last: number): Promise<Stored[]> {
  const all: Stored[] = [];
  for (let sequence = 1; sequence <= last; sequence++) {
    const stored = await broker.at(streamNames.events, sequence);
    if (stored) all.push(stored);
  }
  return all;
}

function cpuMs(before: ReturnType<typeof cpuUsage>): number {
  const { user, system } = cpuUsage(before);
  return (user + system) / 1000;
}

function rate(what: string, events: number, work: () => void): void {
  const started = performance.now();
  const before = cpuUsage();
  work();
  const ms = performance.now() - started;
  const used = cpuMs(before);
  const perSecond = (time: number) => Math.round(events / time * 1000);
  console.log(`${what}: ${perSecond(ms)} events/s, ${perSecond(used)} a second of CPU`);
}

function countEvents(stored: readonly Stored[]): number {
  const events = stored.reduce(
    (sum, one) => sum + decodeLogRecord(one, decodeRecord).record.entries.length,
    0,
  );
  const bytes = stored.reduce((sum, { payload }) => sum + payload.byteLength, 0);
  console.log(`${stored.length} records, ${events} events, ${Math.round(bytes / events)} bytes an event`);
  return events;
}

/** As the projector does it: whatever is in a batch at once, and nothing kept. */
function measureFolds(stored: readonly Stored[], events: number): void {
  const batches: Stored[][] = [];
  for (let at = 0; at < stored.length; at += 8) batches.push(stored.slice(at, at + 8));
  const memory = new StockMemory();
  const none = new Map<string, FoldedOrder>();
  const each = (work: (records: LogRecord[]) => unknown) => () => {
    for (const batch of batches) work(batch.map((stored) => decodeLogRecord(stored, decodeRecord)));
  };
  for (let round = 0; round < 3; round++) {
    rate("parse, check hashes", events, each(() => {}));
    rate(
      "parse, check hashes, fold into the edge's memory",
      events,
      each((records) => {
        for (const { record } of records) for (const entry of record.entries) foldStock(memory, entry);
      }),
    );
    rate("parse, check hashes, fold stock into rows", events, each(foldStockRecords));
    rate("parse, check hashes, fold orders", events, each((records) => foldOrders(none, records)));
    rate(
      "parse, check hashes, fold both",
      events,
      each((records) => {
        foldStockRecords(records);
        foldOrders(none, records);
      }),
    );
  }
}

async function measureRows(broker: Broker, last: number, events: number): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "waybill-measure-"));
  const server = await startPostgres({ dataDir });
  try {
    await migrate(server.url);
    const sql = openDatabase({ url: server.url, connectionsMax: 2 });
    const batches: { ms: number; events: number }[] = [];
    const observer = {
      ...unwatchedProjector,
      batch: (batch: { ms: number; events: number }) => batches.push(batch),
    };
    const pace = { shareMax: 1, restMsMax: 0, busyRecordsPerSecond: Infinity };
    const projector = new Projector({
      broker,
      runtime: systemRuntime("measure"),
      rows: postgresRows(sql),
      projections: everything,
      decode: decodeRecord,
      partition: 0,
      observer,
      pace,
    });
    const started = performance.now();
    const cpu = cpuUsage();
    const running = projector.run();
    await Promise.race([running, until(() => projector.sequence >= last, 600_000)]);
    const ms = performance.now() - started;
    const used = cpuMs(cpu);
    projector.stop();
    await running;
    console.log(
      `rows from nothing: ${Math.round(events / ms * 1000)} events/s (${Math.round(ms)} ms, ` +
        `${Math.round(used)} ms of CPU here, ${batches.length} batches)`,
    );
    await sql.end({ timeout: 5 });
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const broker = new MemoryServer().connect();
const last = await makeLog(broker);
const stored = await readAll(broker, last);
const events = countEvents(stored);
measureFolds(stored, events);
await measureRows(broker, last, events);
console.log(`${Math.round(memoryUsage().rss / 1024 / 1024)} MiB resident`);
