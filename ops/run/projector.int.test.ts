import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { placing, TownLog } from "../../projections/testing/town_log.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { readConfig } from "../config.ts";
import { createLogger } from "../logging.ts";
import { instruments } from "../telemetry/instruments.ts";
import { startTelemetry, type Telemetry } from "../telemetry/sdk.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { openLog } from "./open_log.ts";
import { startProjector } from "./projector.ts";

let database: TestDatabase, sql: Sql, telemetry: Telemetry;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 2 });
  telemetry = startTelemetry({ serviceName: "test", traces: false, ownedByDeno: false });
});
afterAll(async () => {
  await telemetry?.stop();
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

/** As if it had been copied before the first record: the copier goes on from there. */
const personal = (order: string) =>
  new TextEncoder().encode(JSON.stringify({
    ...{ format: 1, partition: 0, position: { sequence: 0, hash: "" } },
    items: [{ actor: `order:${order}`, id: "cmd-1", at: [0, 0], personal: { name: "Ada" } }],
  }));
const positionOf = async (projection: string): Promise<number | undefined> => {
  const [row] = await sql<{ sequence: number }[]>`
    select max(sequence) as sequence from waybill.positions where projection = ${projection}`;
  return row?.sequence;
};

test("personal data that cannot be written stops its reader alone, which /readyz and a metric say; pause and resume try it again", async () => {
  const broker = new MemoryServer().connect(), runtime = systemRuntime("test");
  const read = readConfig({ DATABASE_URL: database.url, WAYBILL_LOG_INIT: "true" }, () => "");
  if (!read.ok) throw new Error(read.problems.join());
  const { config } = read, map = await openLog(broker, runtime, config);
  const unready: (() => readonly string[])[] = [], paused = new Set<string>();
  const reasons = () => unready.flatMap((one) => one());
  await sql`alter table people_v1.customers add constraint nobody check (order_id = 'ord_0')`;
  const running = await startProjector({
    ...{ broker, runtime, config, map, name: "test", telemetry, unready },
    switches: { isOn: (name) => paused.has(name) },
    ...{ measure: instruments(telemetry.meter), log: createLogger({ level: "silent", role: "test" }) },
  });
  const failed: unknown[] = [];
  running.failed.catch((error: unknown) => failed.push(error));
  await broker.publish("personal.0", personal("ord_1"), { ackMsMax: 1_000 });
  await expect.poll(reasons).toEqual([
    "the reader of personal data of partition 0 has stopped: its log says why",
  ]);
  const told = await telemetry.prometheusText();
  expect(told).toMatch(/^waybill_reader_stopped_total\{[^}]*reader="personal"[^}]*\} 1\b/m);
  await expect.poll(() => telemetry.prometheusText())
    .toMatch(/^waybill_projection_stopped\{[^}]*projection="people_v1"[^}]*\} 1\b/m);
  const last = await new TownLog(broker).turn(placing(1, []));
  await expect.poll(() => positionOf("orders_v2")).toBe(last);

  await sql`alter table people_v1.customers drop constraint nobody`;
  paused.add("projection-people");
  await expect.poll(() => telemetry.prometheusText())
    .toMatch(/^waybill_projection_paused\{[^}]*projection="people_v1"[^}]*\} 1\b/m);
  await runtime.sleep(1_500); // It looks each second.
  paused.clear();
  await expect.poll(() => sql`select order_id from people_v1.customers`).toEqual([{ order_id: "ord_1" }]);
  expect([reasons(), failed]).toEqual([[], []]);
  await running.stop();
});
