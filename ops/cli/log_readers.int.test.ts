import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { outbox } from "../../projections/outbox/outbox.ts";
import { openPosition } from "../../projections/positions.ts";
import { schemaOf } from "../../projections/projection.ts";
import { until } from "../../projections/testing/running.ts";
import { placing, TownLog } from "../../projections/testing/town_log.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { CallbackReader } from "../../streams/callbacks/callback_reader.ts";
import { createCallbackStore } from "../../streams/callbacks/callback_store.ts";
import { readStatus } from "../../streams/cluster/status.ts";
import { streamNames } from "../../streams/record.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { initLog } from "../run/open_log.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { readReaders } from "./log_readers.ts";

const runtime = systemRuntime("test"), waitMs = 60_000;
let database: TestDatabase, sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  sql = openDatabase({ url: database.url });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

async function logWithCallbacks() {
  const broker = new MemoryServer().connect();
  await initLog(broker, runtime, { partitions: 1, replicas: 1 });
  const store = createCallbackStore({ broker, runtime });
  const keep = async (id: string) => {
    const kept = await store.keep({ id, carrier: "ups", atMs: runtime.nowMs(), body: new Uint8Array([1]) });
    expect(kept.kind).toBe("stored");
  };
  return { broker, keep, stop: () => store.stop() };
}

test("the status tells how far each reader of deliver is, and how long the next message has waited", async () => {
  const { broker, keep, stop } = await logWithCallbacks();
  const reads = async (databaseUrl: string | undefined) =>
    readReaders(broker, {
      ...{ status: (await readStatus(broker, runtime.nowMs()))!, databaseUrl },
      nowMs: runtime.nowMs() + waitMs,
    });
  const nothing = { behind: 0, waitingMs: 0 };
  expect(await reads(database.url)).toEqual({
    all: [
      { reader: "callbacks", ...nothing },
      { reader: "notifications", partition: 0, ...nothing },
      { reader: "webhooks", partition: 0, ...nothing },
    ],
  });

  await keep("cb1");
  const handled: string[] = [];
  const handle = (all: readonly { id: string }[]) =>
    Promise.resolve(void handled.push(...all.map(({ id }) => id)));
  const reader = new CallbackReader({ broker, runtime, handle }), running = reader.run();
  await until(() => handled.length === 1);
  reader.stop();
  await running;
  await keep("cb2");
  const town = new TownLog(broker), first = await town.turn(placing(1, []));
  const last = await town.turn(placing(2, []));
  await migrate(database.url);
  const { createdAtMs: streamCreatedMs } = await broker.info(streamNames.events);
  await openPosition(sql, { projection: schemaOf(outbox), partition: 0, streamCreatedMs, shape: "effects" });
  await sql`update waybill.positions set sequence = ${first}`;

  const { all, unknown } = await reads(database.url);
  expect(unknown).toBeUndefined();
  expect(all).toEqual([
    { reader: "callbacks", sequence: 1, behind: 1, waitingMs: expect.any(Number) },
    {
      reader: "notifications",
      partition: 0,
      sequence: first,
      behind: last - first,
      waitingMs: expect.any(Number),
    },
    { reader: "webhooks", partition: 0, behind: last, waitingMs: expect.any(Number) },
  ]);
  for (const { waitingMs } of all) expect(waitingMs).toBeGreaterThanOrEqual(waitMs);

  expect(await reads(undefined)).toMatchObject({
    all: [{ reader: "callbacks" }],
    unknown: "notifications and webhooks: DATABASE_URL is not set",
  });
  expect((await reads("postgres://nobody@127.0.0.1:9/none")).unknown).toContain("Cannot read positions");
  stop();
});
