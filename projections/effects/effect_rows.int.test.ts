import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../ops/testing/postgres.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { openDatabase, type Sql } from "../database.ts";
import { migrate } from "../migrate.ts";
import { Projector } from "../projector.ts";
import { unwatchedProjector } from "../projector_observer.ts";
import { until } from "../testing/running.ts";
import { placing, receiving, TownLog } from "../testing/town_log.ts";
import { decodeFor, type EffectProjection, effectProjection } from "./effect_projection.ts";
import { EffectRows, type EffectsSkipped } from "./effect_rows.ts";

let database: TestDatabase, sql: Sql, server: MemoryServer, town: TownLog;
const runtime = systemRuntime("test");
const sent: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  server = new MemoryServer();
  const broker = server.connect();
  await ensureStreams(broker, 1);
  town = new TownLog(broker);
  await fresh();
});
afterEach(() => sql.end({ timeout: 1 }));

/** A database that was made anew. */
async function fresh(): Promise<void> {
  await sql?.end({ timeout: 1 });
  await database.drop();
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  await sql`create schema greetings_v1`;
  await sql`create table greetings_v1.orders (order_id text primary key)`;
}

/** Greets each order that is placed. */
const greetings: EffectProjection = {
  name: "greetings",
  version: 1,
  kinds: ["order"],
  project: (records) => {
    const placed = records.flatMap(({ record }) => record.entries).filter(({ type }) =>
      type === "order.placed"
    );
    if (placed.length === 0) return Promise.resolve(undefined);
    return Promise.resolve(async (tx) => {
      for (const { actor } of placed) await tx`insert into greetings_v1.orders values (${actor})`;
    });
  },
};

async function projectTo(sequence: number, effect = greetings): Promise<EffectsSkipped[]> {
  const skips: EffectsSkipped[] = [], broker = server.connect();
  const rows = new EffectRows({ sql, broker, runtime, skipped: (what) => skips.push(what) });
  const projections = [effectProjection(effect, rows)];
  let problem: string | undefined;
  const projector = new Projector({
    broker,
    runtime,
    rows,
    projections,
    partition: 0,
    decode: decodeFor(effect),
    observer: { ...unwatchedProjector, unprojected: (what) => problem = what.problem },
  });
  const running = projector.run();
  await Promise.race([running, until(() => problem !== undefined || projector.sequence >= sequence)]);
  projector.stop();
  await running;
  if (problem !== undefined) throw new Error(problem);
  return skips;
}

/** Sends what there is, as a courier would. */
async function send(): Promise<string[]> {
  const rows = await sql<{ order_id: string }[]>`delete from greetings_v1.orders returning order_id`;
  sent.push(...rows.map(({ order_id }) => order_id));
  return rows.map(({ order_id }) => order_id).sort();
}

describe("effects", () => {
  test("what was sent from a database that is gone is not sent from the next one, and what comes after it is", async () => {
    const first = await town.turn(receiving("A", 20), placing(1, []), placing(2, []));
    expect(await projectTo(first)).toEqual([]);
    expect(await send()).toEqual(["order:ord_1", "order:ord_2"]);
    const quiet = await town.turn(receiving("A", 1));
    await projectTo(quiet);

    await fresh();
    expect(await projectTo(quiet)).toEqual([{
      projection: "greetings_v1",
      partition: 0,
      from: 0,
      to: first,
    }]);
    expect(await send()).toEqual([]);
    const last = await town.turn(placing(3, []));
    expect(await projectTo(last)).toEqual([]);
    expect(await send()).toEqual(["order:ord_3"]);
  });

  test("a database as it was yesterday sends nothing again", async () => {
    const yesterday = await town.turn(placing(1, []));
    await projectTo(yesterday);
    const [backup] = await sql<Record<string, string>[]>`select * from waybill.positions`;
    const today = await town.turn(placing(2, []));
    await projectTo(today);
    const last = await town.turn(placing(3, []));
    await projectTo(last);
    expect(await send()).toEqual(["order:ord_1", "order:ord_2", "order:ord_3"]);
    await sql`update waybill.positions set ${sql(backup!, "sequence", "hash")}`;
    expect(await projectTo(last)).toEqual([{
      projection: "greetings_v1",
      partition: 0,
      from: yesterday,
      to: last,
    }]);
    expect(await send()).toEqual([]);
  });

  test("dying between the mark and the commit loses nothing", async () => {
    await projectTo(await town.turn(placing(1, [])));
    await projectTo(await town.turn(receiving("A", 1)));
    const last = await town.turn(placing(2, []));
    const dying: EffectProjection = {
      ...greetings,
      project: async (records, db) => {
        const write = await greetings.project(records, db);
        return write && (async (tx) => {
          await write(tx);
          throw new Error("power cut");
        });
      },
    };
    await expect(projectTo(last, dying)).rejects.toThrow("power cut");
    // The server's crash also takes back what it had not flushed: moves over records that called for nothing.
    await expect(projectTo(last, dying)).rejects.toThrow("power cut");
    expect(await projectTo(last)).toEqual([]);
    expect(await send()).toEqual(["order:ord_1", "order:ord_2"]);
  });

  test("the first transaction of all is not taken for a lost one, unless the database is another", async () => {
    const last = await town.turn(placing(1, []));
    await projectTo(last);
    await fresh();
    expect(await projectTo(last)).toEqual([{ projection: "greetings_v1", partition: 0, from: 0, to: last }]);
  });
});
