import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { unwatchedProjector } from "./projector_observer.ts";
import { dump, everything, projectorOf, rebuilt, until } from "./testing/running.ts";
import { line, placing, receiving, TownLog } from "./testing/town_log.ts";

/** Postgres, where writing stock takes as long as a test says. */
let database: TestDatabase, admin: Sql, broker: ReturnType<MemoryServer["connect"]>, town: TownLog;
beforeEach(async () => {
  database = await testDatabase();
  await migrate(database.url);
  admin = openDatabase({ url: database.url, connectionsMax: 1 });
  await admin`create table slowness as select 0::float as seconds`;
  await admin`
    create function be_slow() returns trigger language plpgsql as $$
      begin perform pg_sleep(seconds) from slowness where seconds > 0; return new; end $$`;
  await admin`
    create trigger slow before insert or update on stock_v1.stock_levels
    for each row execute function be_slow()`;
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  town = new TownLog(broker);
});
afterEach(async () => {
  await admin.end({ timeout: 1 });
  await database.drop();
});
const takes = (seconds: number) => admin`update slowness set seconds = ${seconds}`;
const standing = async () => {
  const rows = await admin<{ projection: string; sequence: number }[]>`
    select projection, sequence from waybill.positions`;
  return new Map(rows.map(({ projection, sequence }) => [projection, sequence]));
};

/** As an operator does by hand, with whatever sleeps in the trigger. */
const cancel = () =>
  admin`
    select pg_cancel_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`;

/** A projector in a pool of its own, whose statements may take so long. */
async function running(statementMsMax: number, work: (codes: readonly string[]) => Promise<void>) {
  const sql = openDatabase({ url: database.url, connectionsMax: 2, statementMsMax }), codes: string[] = [];
  const interrupted = ({ code }: { readonly code: string }) => void codes.push(code);
  const observer = { ...unwatchedProjector, interrupted };
  const projector = projectorOf({ broker, sql, observer, slowRetryMs: 1_000 });
  const ended = projector.run();
  try {
    await work(codes);
  } finally {
    projector.stop();
    await ended;
    await sql.end({ timeout: 1 });
  }
}

test("statements that the database ends stop one projection alone, with the reason; it goes on by itself when they are fast again", async () => {
  const good = await town.turn(receiving("A", 20));
  await running(2_000, async (codes) => {
    await until(async () => {
      const all = [...(await standing()).values()];
      return all.length === everything.length && all.every((at) => at === good);
    });
    await takes(60);
    const last = await town.turn(placing(1, [line("A", 1)]));
    await until(async () => (await standing()).get("orders_v2") === last);
    const next = await town.turn(receiving("B", 1));
    await until(async () => {
      const others = [...await standing()].filter(([name]) => name !== "stock_v1");
      return others.every(([, at]) => at === next);
    });
    expect((await standing()).get("stock_v1")).toBe(good);
    const held = await admin`select projection, sequence, problem from waybill.unprojected`;
    expect(held).toEqual([{
      projection: "stock_v1",
      sequence: last,
      problem: "Cannot write rows: the database ended a statement that took longer than it may",
    }]);
    expect(codes).toEqual([]);
    await takes(0);
    await until(async () => (await standing()).get("stock_v1") === next);
    expect(await admin`select * from waybill.unprojected`).toEqual([]);
  });
  const { before, after } = await rebuilt({ broker, sql: admin });
  expect(before).toEqual(after);
});

test("one that somebody cancels blames nobody, however often", async () => {
  const last = await town.turn(receiving("A", 20));
  await takes(60);
  await running(120_000, async (codes) => {
    while (codes.length < 4) await cancel();
    expect(new Set(codes)).toEqual(new Set(["database.unavailable"]));
    expect(await admin`select * from waybill.unprojected`).toEqual([]);
    await takes(0);
    await until(async () => {
      await cancel();
      return (await standing()).get("stock_v1") === last;
    });
  });
  expect((await dump(admin))["stock_v1.stock_levels"]).toHaveLength(1);
});
