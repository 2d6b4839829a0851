import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AskShop } from "../actors/commands.ts";
import { actorId, type ShipmentId } from "../actors/ids.ts";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { Broker } from "../streams/broker/broker.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { PersonalProjector } from "./personal.ts";
import { postgresPeople } from "./personal_rows.ts";
import { postgresRows } from "./postgres_rows.ts";
import { dump, empty, projectTo, until } from "./testing/running.ts";
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

  test("what a receiver asked for stands beside it; the words are only its shop's, and can be erased", async () => {
    const tracking = trackingQueries(sql), before = (await tracking.byToken("token-2"))!.revision;
    const shipment = "shp_2" as ShipmentId;
    const command: AskShop = { type: "customer_ask", shipment, request: "req_1", kind: "contact" };
    await projectTo(await town.turn({ to: actorId("parcel", "ups:1Z2"), command }), { broker, sql });
    const rows = postgresRows(sql), runtime = systemRuntime("test");
    const people = new PersonalProjector({ broker, runtime, rows, people: postgresPeople, partition: 0 });
    const running = people.run();
    const say = async (personal: unknown, sequence: number) => {
      const items = [{ actor: "parcel:ups:1Z2", id: "cmd-9", at: [9, 0], personal }];
      const pack = { format: 1, partition: 0, position: { sequence, hash: "" }, items };
      await broker.publish("personal.0", new TextEncoder().encode(JSON.stringify(pack)), { ackMsMax: 1_000 });
    };
    const words = async () => (await tracking.shipment("shp_2"))?.said;
    await say({ request: "req_1", order: "ord_2", said: { message: "Ring twice" } }, 1);
    await until(async () => (await words()) !== undefined);
    expect(await words()).toEqual({ req_1: { message: "Ring twice" } });
    const seen = await tracking.byToken("token-2");
    expect(seen).toMatchObject({ requests: [{ request: "req_1", kind: "contact", status: "open" }] });
    expect(seen!.revision).not.toBe(before);
    expect(JSON.stringify(seen)).not.toContain("Ring twice");
    await say(null, 2);
    await until(async () => (await words()) === undefined);
    people.stop();
    await running;
  });
});
