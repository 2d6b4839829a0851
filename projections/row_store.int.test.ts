import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import { migrate, openDatabase, type Sql } from "./database.ts";
import { projectorContract } from "./projector_contract.ts";
import { rowStoreContract } from "./row_store_contract.ts";
import { postgresKit } from "./testing/rows_kit.ts";
import { empty } from "./testing/running.ts";

describe("rows in Postgres", () => {
  let database: TestDatabase;
  let sql: Sql;
  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.url);
    sql = openDatabase({ url: database.url });
  });
  afterEach(() => empty(sql));
  afterAll(async () => {
    await sql.end({ timeout: 1 });
    await database.drop();
  });
  const open = async () => {
    await empty(sql);
    return postgresKit(sql, () => empty(sql));
  };
  rowStoreContract(open);
  describe("with a projector", () => projectorContract(open));
});
