import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import { openDatabase, type Sql, transaction } from "./database.ts";

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
