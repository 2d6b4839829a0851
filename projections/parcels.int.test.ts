import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { Broker } from "../streams/broker/broker.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { migrate, openDatabase, type Sql } from "./database.ts";
import { dump, empty, projectTo } from "./testing/running.ts";
import { line, placing, receiving, scanning, shipping, TownLog } from "./testing/town_log.ts";
import { trackingQueries } from "./tracking_queries.ts";

let database: TestDatabase, sql: Sql, broker: Broker, town: TownLog;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  town = new TownLog(broker);
  await town.turn(receiving("A", 100));
  await town.turn(placing(1, [line("A", 1)]), placing(2, [line("A", 1)]));
  await town.turn(shipping(1, "token-1"), shipping(2, "token-2"));
  await town.turn(scanning(1, "in_transit", town.nowMs), scanning(7, "in_transit", town.nowMs));
  await projectTo(await town.turn(scanning(1, "delivered", town.nowMs + 1)), { broker, sql });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

describe("parcels as rows", () => {
  test("a shipment is found by its id and by its token, with all that its carrier said", async () => {
    const tracking = trackingQueries(sql), found = await tracking.shipment("shp_1");
    expect(found).toMatchObject({
      shipmentId: "shp_1",
      orderId: "ord_1",
      token: "token-1",
      reference: "P1",
      location: "LON1",
      lines: [{ line: 1, sku: "A", quantity: 1 }],
      parcel: { carrier: "ups", trackingNumber: "1Z1", status: "delivered" },
    });
    expect(found!.parcel.events.map(({ status }) => status)).toEqual(["in_transit", "delivered"]);
    expect(await tracking.byToken("token-1")).toEqual(found);
    expect(await tracking.byToken("token-0")).toBeUndefined();
  });

  test("revisions of many tokens are one question, and change with the parcel", async () => {
    const tracking = trackingQueries(sql);
    const before = await tracking.revisionsOf(["token-1", "token-2", "token-0"]);
    expect([...before.keys()].toSorted()).toEqual(["token-1", "token-2"]);
    await projectTo(await town.turn(scanning(2, "in_transit", town.nowMs)), { broker, sql });
    const after = await tracking.revisionsOf(["token-1", "token-2"]);
    expect(after.get("token-1")).toBe(before.get("token-1"));
    expect(after.get("token-2")).not.toBe(before.get("token-2"));
  });

  test("built again from the log, they are the same", async () => {
    const before = await dump(sql), { lastSequence } = await broker.info("EVENTS");
    await empty(sql);
    await projectTo(lastSequence, { broker, sql });
    expect(await dump(sql)).toEqual(before);
  });
});
