import { afterAll, beforeAll, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { partitionMap } from "../../streams/partition_map.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { readRows } from "./rows_seen.ts";

let database: TestDatabase, sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 1 });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

test("only what was asked for is told: an actor that came since is not taken for one without a row", async () => {
  const asked = actorId("order", "ord_ASKED"), since = actorId("order", "ord_SINCE");
  const map = partitionMap([{ partition: 0, range: [0, 1_024] }]);
  const rows = await readRows(sql, map, [asked]);
  expect(rows.of(asked)).toEqual({ kind: "order", until: 0 });
  expect(rows.of(since)).toBeUndefined();
});
