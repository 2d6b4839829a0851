import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { isolationContract } from "./isolation_contract.ts";
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
  describe("with several projections", () => isolationContract(open));
});
