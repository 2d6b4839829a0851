import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LON } from "../actors/town/citizens.ts";
import { bringBack, comeBack, endReturn, grade, returnOf, sendBack } from "../actors/town/return_calls.ts";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { Broker } from "../streams/broker/broker.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { returnQueries } from "./return_queries.ts";
import { projectTo, rebuilt } from "./testing/running.ts";
import { line, placing, receiving, shipping, TownLog } from "./testing/town_log.ts";

let database: TestDatabase, sql: Sql, broker: Broker;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker);
  await town.turn(receiving("A", 100));
  for (const n of [1, 2]) await town.turn(placing(n, [line("A", 1)]), shipping(n, `token-${n}`));
  await town.turn(sendBack(1, [["A", 1]], "r1"));
  await town.turn(endReturn(returnOf(1, "r1"), "cancel"));
  await town.turn(sendBack(1, [["A", 1]], "r2"), sendBack(2, [["A", 1]]));
  await town.turn(comeBack(returnOf(1, "r2"), [["A", 1]]));
  await town.turn(bringBack(2, [["A", 1], ["X", 2]], { kind: "blind", location: LON }, "r3"));
  await projectTo(await town.turn(grade(returnOf(1, "r2"), [["A", 1, "D", "scrap"]])), { broker, sql });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

describe("returns as rows", () => {
  test("tell of each how it stands, and whose order it is", async () => {
    expect(await returnQueries(sql).find(returnOf(1, "r2"))).toMatchObject({
      channel: "web",
      view: {
        ...{ returnId: returnOf(1, "r2"), orderId: "ord_1", status: "graded" },
        lines: [{ sku: "A", quantity: 1, received: 1, ungraded: 0 }],
        graded: [{ sku: "A", quantity: 1, grade: "D", disposition: "scrap" }],
      },
    });
    expect(await returnQueries(sql).find("ret_9")).toBeUndefined();
  });

  test("tell of what nobody announced that it is there, and how it came", async () => {
    expect(await returnQueries(sql).find(returnOf(2, "r3"))).toMatchObject({
      view: {
        ...{ orderId: "ord_2", status: "received", arrived: { kind: "blind", location: LON } },
        lines: [{ sku: "A", quantity: 1, received: 1 }, { sku: "X", quantity: 2, received: 2, ungraded: 2 }],
      },
    });
  });

  test("are listed for their order alone, oldest first, in pages", async () => {
    const returns = returnQueries(sql), first = await returns.list({ orderId: "ord_1", limit: 1 });
    expect(first.items).toMatchObject([{ returnId: returnOf(1, "r1"), status: "cancelled" }]);
    const second = await returns.list({ orderId: "ord_1", limit: 1, cursor: first.next! });
    expect(second.items).toMatchObject([{ returnId: returnOf(1, "r2") }]);
    expect(second.next).toBeUndefined();
    await expect(returns.list({ orderId: "ord_1", limit: 1, cursor: "?" })).rejects.toThrow("none of ours");
  });

  test("built again from the log, they are the same", async () => {
    const { before, after } = await rebuilt({ broker, sql });
    expect(after).toEqual(before);
    expect(after["returns_v1.returns"]).toHaveLength(4);
  });
});
