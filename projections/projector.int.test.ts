import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { Broker } from "../streams/broker/broker.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { streamNames } from "../streams/record.ts";
import { decodeRecord } from "../streams/record_text.ts";
import { openDatabase, type Sql, type Tx } from "./database.ts";
import { migrate } from "./migrate.ts";
import type { Projection } from "./projection.ts";
import { unwatchedProjector } from "./projector_observer.ts";
import { stockLevels } from "./stock_levels.ts";
import { anyHistory, live } from "./testing/any_history.ts";
import { aBusyDay } from "./testing/busy_day.ts";
import { dump, empty, everything, projectorOf, projectTo, until } from "./testing/running.ts";
import { cancelling, line, placing, receiving, TownLog } from "./testing/town_log.ts";

let database: TestDatabase;
let sql: Sql;
let broker: Broker;
let town: TownLog;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
});
afterAll(() => database.drop());

beforeEach(async () => {
  sql = openDatabase({ url: database.url, connectionsMax: 2 });
  await empty(sql);
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  town = new TownLog(broker);
});
afterEach(async () => {
  await sql.end({ timeout: 1 });
});

describe("projector", () => {
  test("history holds every event of an order with what caused it, and the index names its records", async () => {
    const last = await aBusyDay(town);
    await projectTo(last, { broker, sql });
    const events = await sql<{ version: number; type: string; cause: string }[]>`
      select version, type, cause from orders_v2.order_events where order_id = 'ord_4' order by version`;
    expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => i + 1));
    expect(events[0]).toMatchObject({ type: "order.placed", cause: expect.stringMatching(/^cmd-/) });
    expect(events.at(-1)).toMatchObject({
      type: "order.expired",
      cause: expect.stringMatching(/^timer:order:ord_4/),
    });
    const turns = await sql<{ sequence: number }[]>`
      select sequence from actor_index_v1.actor_turns where actor = 'order:ord_4' order by 1`;
    expect(turns.map(({ sequence }) => sequence)).toEqual([4, last]);
  });

  test("rebuilding into an empty database gives the same rows", async () => {
    const last = await aBusyDay(town);
    await projectTo(last, { broker, sql, limits: { messagesMax: 1, bytesMax: 1, eventsMax: 1 } });
    const first = await dump(sql);
    const other = await testDatabase();
    const otherSql = openDatabase({ url: other.url });
    try {
      await migrate(other.url);
      await projectTo(last, { broker, sql: otherSql });
      expect(await dump(otherSql)).toEqual(first);
    } finally {
      await otherSql.end({ timeout: 1 });
      await other.drop();
    }
  });

  test("dying between the rows and the commit leaves neither rows nor position", async () => {
    const first = await town.turn(receiving("A", 20));
    await projectTo(first, { broker, sql });
    const stockOf = async () => {
      const { "stock_v1.stock_levels": levels, positions } = await dump(sql);
      return [levels, positions?.filter((one) => one.includes("stock_v1"))];
    };
    const before = await stockOf();
    const last = await town.turn(placing(1, [line("A", 6)]));
    const dying: Projection<Sql, Tx> = {
      ...stockLevels,
      project: async (records, sql, schema) => {
        const write = await stockLevels.project(records, sql, schema);
        return async (tx) => {
          await write(tx);
          throw new Error("power cut");
        };
      },
    };
    const withDying = everything.map((one) => one === stockLevels ? dying : one);
    await expect(projectTo(last, { broker, sql, projections: withDying })).rejects.toThrow(
      `stock_v1 at ${last}: power cut`,
    );
    expect(await stockOf()).toEqual(before);
    await projectTo(last, { broker, sql });
    const [level] = await sql`select allocated from stock_v1.stock_levels`;
    expect(level).toEqual({ allocated: 6 });
  });
});

describe("any history", () => {
  test("gives the same rows in whatever batches it is projected", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        async (steps, sizes) => {
          const broker = new MemoryServer().connect();
          await TownLog.streams(broker);
          const last = await live(new TownLog(broker), steps);
          fc.pre(last > 0);
          const dumps = [];
          for (const batches of [sizes, [256]]) {
            await empty(sql);
            // Stopped and started again after every batch.
            for (let at = 0, i = 0; at < last; i++) {
              const messagesMax = batches[i % batches.length]!;
              at = Math.min(last, at + messagesMax);
              await projectTo(at, { broker, sql, limits: { messagesMax, bytesMax: 1e9, eventsMax: 1e9 } });
            }
            await projectTo(last, { broker, sql });
            dumps.push(await dump(sql));
          }
          expect(dumps[0]).toEqual(dumps[1]);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("projector in trouble", () => {
  test("stops at bytes that are no record, with everything before them applied", async () => {
    const good = await aBusyDay(town);
    await broker.publish("events.0", new TextEncoder().encode("{}"), { ackMsMax: 1_000 });
    await expect(projectTo(good + 1, { broker, sql })).rejects.toMatchObject({ code: "record.undecodable" });
    const [position] = await sql`select distinct sequence from waybill.positions`;
    expect(position).toEqual({ sequence: good });
  });

  test("stops the orders when an event of one is missing", async () => {
    const good = await town.turn(receiving("A", 20), placing(1, [line("A", 1)]));
    await projectTo(good, { broker, sql });
    await sql`update orders_v2.orders set version = version + 1`;
    const next = await town.turn(cancelling(1));
    await expect(projectTo(next, { broker, sql })).rejects.toThrow(/^orders_v2 at .*its last event was/);
  });

  test("one that is behind stops at a record that this code cannot read any more; the others are beyond it", async () => {
    const projections = everything.filter((one) => one !== stockLevels);
    const old = await town.turn(receiving("A", 20)), last = await town.turn(receiving("A", 1));
    await projectTo(last, { broker, sql, projections });
    const decode: typeof decodeRecord = (stored) => {
      if (stored.sequence === old) throw new Error("no upcaster");
      return decodeRecord(stored);
    };
    const options = { broker, sql, decode, nearness: { togetherMax: 1, joinMax: 0 } };
    await expect(projectTo(last, options)).rejects.toThrow(`stock_v1 at ${old}: no upcaster`);
    const next = await town.turn(receiving("A", 1));
    await projectTo(next, { ...options, projections });
    await projectTo(next, { broker, sql });
    const [level] = await sql`select sellable from stock_v1.stock_levels`;
    expect(level).toEqual({ sellable: 22 });
    expect(await sql`select * from waybill.unprojected`).toEqual([]);
  });

  test("stops at a record that does not hang on the one before it", async () => {
    const good = await town.turn(receiving("A", 20));
    const stored = await broker.at(streamNames.events, good);
    const record = JSON.parse(new TextDecoder().decode(stored!.payload));
    const forged = { ...record, previous: { sequence: good, hash: "0".repeat(64) } };
    await broker.publish("events.0", new TextEncoder().encode(JSON.stringify(forged)), { ackMsMax: 1_000 });
    await expect(projectTo(good + 1, { broker, sql })).rejects.toMatchObject({ code: "log.lost" });
    const [position] = await sql`select distinct sequence from waybill.positions`;
    expect(position).toEqual({ sequence: good });
  });

  test("stops when the log ends before its position, or holds another record there", async () => {
    const last = await aBusyDay(town);
    await projectTo(last, { broker, sql });
    const shorter = new MemoryServer().connect();
    await TownLog.streams(shorter);
    await new TownLog(shorter).turn(receiving("A", 1));
    await expect(projectTo(last, { broker: shorter, sql })).rejects.toMatchObject({ code: "log.lost" });
    await sql`update waybill.positions set hash = ${"0".repeat(64)}`;
    await expect(projectTo(last, { broker, sql })).rejects.toMatchObject({ code: "log.lost" });
  });

  test("goes on when its connections are cut", async () => {
    const cut: string[] = [];
    const observer = {
      ...unwatchedProjector,
      interrupted: ({ code }: { code: string }) => void cut.push(code),
    };
    const projector = projectorOf({ broker, sql, observer });
    const running = projector.run();
    await town.turn(receiving("A", 1_000));
    const admin = openDatabase({ url: database.url, connectionsMax: 1 });
    for (let n = 1; n <= 30; n++) {
      const sequence = await town.turn(placing(n, [line("A", 1)]));
      if (n % 10 === 0) {
        await until(() => projector.sequence >= sequence - 3);
        await admin`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`;
      }
    }
    await until(() => projector.sequence >= 31);
    projector.stop();
    await running;
    const [level] = await admin`select allocated from stock_v1.stock_levels`;
    await admin.end({ timeout: 1 });
    expect(level).toEqual({ allocated: 30 });
    expect(cut.every((code) => code === "database.unavailable")).toBe(true);
  });

  test("rests while the machine is needed for turns, so that batches grow", async () => {
    let busy = true;
    const batches: number[] = [];
    const projector = projectorOf({
      broker,
      sql,
      pace: { busy: () => busy, shareMax: 0.001, restMsMax: 1_500, busyRecordsPerSecond: 0 },
      observer: { ...unwatchedProjector, batch: ({ records }) => void batches.push(records) },
    });
    const running = projector.run();
    await town.turn(receiving("A", 1_000));
    await until(() => projector.sequence === 1);
    for (let n = 1; n <= 20; n++) await town.turn(placing(n, [line("A", 1)]));
    busy = false;
    await until(() => projector.sequence === 21);
    projector.stop();
    await running;
    expect(batches).toEqual([1, 20]);
  });
});
