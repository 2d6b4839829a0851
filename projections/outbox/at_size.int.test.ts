import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../ops/testing/postgres.ts";
import { openDatabase, type Sql } from "../database.ts";
import { migrate } from "../migrate.ts";
import { findAudience } from "./audience.ts";
import { openDeliveries } from "./deliveries.ts";

/** What is asked all the time, or by anybody, does not read everything that was ever sent. */

let database: TestDatabase, sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 1 });
  await sql`
    insert into outbox_v1.deliveries
      (delivery_id, subject, milestone, detail, channel, recipient, version, order_id, facts, at, state)
    select i, i, 'confirmed', '', 'email', 'r', 1, 'o' || i, '{"atMs":1}', now(),
      case when i <= 3 then 'waiting' when i = 4 then 'parked' else 'sent' end
    from generate_series(1, 20000) i`;
  await sql`analyze`;
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

/** How often the whole table was read, ever. */
async function wholeReads(): Promise<number> {
  await sql`select pg_stat_force_next_flush()`;
  const [row] = await sql<{ count: number }[]>`
    select seq_scan::int as count from pg_stat_user_tables where schemaname = 'outbox_v1' and relname = 'deliveries'`;
  return row!.count;
}

test("who holds a link, made up or not", async () => {
  const [row] = await sql<{ link: string }[]>`
    select link::text from outbox_v1.deliveries where order_id = 'o7'`;
  const before = await wholeReads();
  expect(await findAudience(sql, row!.link)).toMatchObject({ orderId: "o7", channel: "email" });
  for (const key of ["token-1", "00000000-0000-4000-8000-000000000000", "not-a-uuid-at-all"]) {
    expect(await findAudience(sql, key)).toBeUndefined();
  }
  expect(await wholeReads()).toBe(before);
});

test("how many wait, and were given up", async () => {
  const before = await wholeReads(), counts = await openDeliveries(sql).counts();
  expect(counts.toSorted((a, b) => a.state.localeCompare(b.state))).toEqual([
    { channel: "email", state: "parked", count: 1 },
    { channel: "email", state: "waiting", count: 3 },
  ]);
  expect(await wholeReads()).toBe(before);
});
