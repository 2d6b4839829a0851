import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderId } from "../actors/ids.ts";
import { sendBack } from "../actors/town/return_calls.ts";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { Broker } from "../streams/broker/broker.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { type PostgresQueries, postgresQueries } from "./postgres_queries.ts";
import { projectTo, rebuilt } from "./testing/running.ts";
import { line, placing, receiving, scanning, shipping, TownLog } from "./testing/town_log.ts";

const dayMs = 86_400_000;
let deliveredMs: number, database: TestDatabase, sql: Sql, broker: Broker, queries: PostgresQueries;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  queries = postgresQueries(sql, systemRuntime("test"));
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker);
  await town.turn(receiving("A", 100));
  // The second may come back for ever, the third is on its way back when its time is over.
  for (
    const [n, rest] of [[1, { returnWindowMs: dayMs }], [2, {}], [3, { returnWindowMs: dayMs }]] as const
  ) {
    await town.turn(placing(n, [line("A", 1)], rest), shipping(n, `token-${n}`));
    if (n === 1) deliveredMs = town.nowMs;
    await town.turn(scanning(n, "delivered", town.nowMs));
  }
  await town.turn(sendBack(3, [["A", 1]]));
  await town.wait(dayMs - 10_000);
  await projectTo(await town.wait(10_000), { broker, sql });
});
afterAll(async () => {
  await queries.close();
  await sql.end({ timeout: 1 });
  await database.drop();
});

describe("orders that closed, as rows", () => {
  test("are found as closed, and the others as they are", async () => {
    const statusOf = async (n: number) => (await queries.order(`ord_${n}` as OrderId))?.order.status;
    expect([await statusOf(1), await statusOf(2), await statusOf(3)]).toEqual([
      "closed",
      "delivered",
      "delivered",
    ]);
    const { items } = await queries.orders({ limit: 10, status: "closed" });
    expect(items.map(({ orderId }) => orderId)).toEqual(["ord_1"]);
  });

  test("say in their history until when goods could come back", async () => {
    const last = (await queries.history("ord_1" as OrderId)).at(-1);
    expect(last).toMatchObject({
      type: "order.closed",
      data: { windowEndedMs: deliveredMs + dayMs, atMs: deliveredMs + dayMs },
    });
  });

  test("built again from the log, they are the same", async () => {
    const { before, after } = await rebuilt({ broker, sql });
    expect(after).toEqual(before);
  });
});
