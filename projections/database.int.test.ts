import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import { openDatabase, type Sql, transaction } from "./database.ts";
import { migrate } from "./migrate.ts";

let database: TestDatabase, sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  sql = openDatabase({ url: database.url, connectionsMax: 2 });
  await sql`create table numbers (n int primary key)`;
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

test("a transaction whose connection is cut ends with it, and those after it go on", async () => {
  for (let n = 0; n < 10; n++) {
    const cut = transaction(sql, async (tx) => {
      await tx`insert into numbers values (${n})`;
      await tx`select pg_terminate_backend(pg_backend_pid())`;
    });
    await expect(cut).rejects.toThrow();
    // The driver hands the good-bye of one connection to the first statement of the next (3.4.9): it is asked again, as by all of us.
    await vi.waitFor(() => transaction(sql, (tx) => tx`insert into numbers values (${100 + n})`));
  }
  const kept = await sql<{ n: number }[]>`select n from numbers order by n`;
  expect(kept.map(({ n }) => n)).toEqual(Array.from({ length: 10 }, (_, n) => 100 + n));
});

test("what the work throws undoes it", async () => {
  const wrong = transaction(sql, async (tx) => {
    await tx`insert into numbers values (1000)`;
    throw new Error("no");
  });
  await expect(wrong).rejects.toThrow("no");
  expect(await sql`select n from numbers where n = 1000`).toHaveLength(0);
});

test("a migration that waits for a table lets the others at it, and keeps nothing else locked", async () => {
  const fresh = await testDatabase(), others = openDatabase({ url: fresh.url, connectionsMax: 2 });
  try {
    await migrate(fresh.url);
    await undoLast(others);
    const waits: string[] = [];
    let migrating: Promise<readonly string[]> | undefined;
    await transaction(others, async (tx) => {
      await tx`lock table orders_v2.orders in row exclusive mode`; // As a projector has it that writes rows.
      const limits = { lockMsMax: 100, lockRetryMs: 200 };
      migrating = migrate(fresh.url, { limits, waiting: (reason) => void waits.push(reason) });
      await vi.waitFor(() => expect(waits.length).toBeGreaterThan(1));
      // The migration before it is done, and its table free.
      expect(await others`select generation from waybill.positions`).toEqual([]);
    });
    expect(await migrating).toEqual(["0023_console", "0024_unprojected", "0025_traced_deliveries"]);
    expect(waits[0]).toMatch(/Cannot migrate the database: a table stays locked by others/);
    const limits = { lockMsMax: 50, lockRetryMs: 50, lockedMsMax: 200 };
    await undoLast(others);
    const stuck = transaction(others, async (tx) => {
      await tx`lock table orders_v2.orders in row exclusive mode`;
      await migrate(fresh.url, { limits });
    });
    await expect(stuck).rejects.toMatchObject({ code: "database.unavailable" });
  } finally {
    await others.end({ timeout: 1 });
    await fresh.drop();
  }
});

/** As it was before 0022; the migration after that needs a table that others write to. */
async function undoLast(on: Sql): Promise<void> {
  await on.unsafe(`
    drop index orders_v2.orders_created, parcels_v1.shipments_handed_over, orders_v2.order_events_refunds_settled;
    drop schema stock_checks_v1 cascade;
    drop table waybill.rebuilds, waybill.unprojected;
    alter table waybill.positions drop column generation;
    alter table outbox_v1.milestones drop column traceparent;
    alter table outbox_v1.deliveries drop column traceparent;
    alter table webhooks_v1.deliveries drop column traceparent;
    delete from waybill.migrations where name >= '0022'`);
}
