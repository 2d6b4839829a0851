import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { type TestDatabase, testDatabase } from "../../ops/testing/postgres.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { openDatabase, type Sql } from "../database.ts";
import { migrate } from "../migrate.ts";
import { postgresPeople } from "../personal_rows.ts";
import { dump, empty, projectTo } from "../testing/running.ts";
import {
  line,
  placing,
  receiving,
  scanning,
  shipping,
  type TownCommand,
  TownLog,
} from "../testing/town_log.ts";
import { readAccuracy } from "./accuracy.ts";
import { figuresOf } from "./lane_figures.ts";
import { waitingParcels } from "./waiting.ts";

const dayMs = 86_400_000, parcels = 24;
let database: TestDatabase, sql: Sql, broker: Broker, town: TownLog, deliveredMs: number;

const lane = { service: "next_day", from: "GB", to: "FR" };
const toParcel = (n: number, command: { readonly type: string }): TownCommand => ({
  to: actorId("parcel", `ups:1Z${n}`),
  command,
});
const telling = (n: number) => toParcel(n, { type: "lane", lane } as { readonly type: string });
const expecting = (n: number, ms: number) => {
  const to = new Date(ms).toISOString().slice(0, 10), estimatedDelivery = { from: to, to };
  return toParcel(
    n,
    { type: "scans", source: "cb", scans: [], estimatedDelivery } as { readonly type: string },
  );
};
const numbers = Array.from({ length: parcels }, (_, i) => i + 1);

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  town = new TownLog(broker);
  const described = { type: "describe", name: "London", country: "GB", priority: 1 };
  await town.turn({ to: actorId("location", "LON1"), command: described }, receiving("A", 100));
  await town.turn(...numbers.map((n) => placing(n, [line("A", 1)], { personal: n === 2 })));
  await town.turn(placing(90, [line("A", 1)]));
  await town.turn(...numbers.map((n) => shipping(n, `token-${n}`, { service: "next_day" })));
  await projectTo(await town.turn(shipping(90, "token-90")), { broker, sql });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

describe("lanes as rows", () => {
  test("a parcel waits to be told of its lane, with what is known of it", async () => {
    const at = new Date().toISOString();
    const customer = { address: { country: "FR", line1: "1 rue de Rivoli" } };
    await sql.begin((tx) => postgresPeople.write(tx, [{ order_id: "ord_1", customer, at }]));
    const waiting = await waitingParcels(sql, 100),
      of = (n: number) => waiting.find(({ parcel }) => parcel === `ups:1Z${n}`);
    expect(waiting).toHaveLength(parcels + 1);
    expect(of(1)).toMatchObject({ service: "next_day", origin: "GB", destination: "FR", incomplete: false });
    expect(of(2)).toMatchObject({ incomplete: true });
    expect(of(3)).toMatchObject({ incomplete: false });
    expect(of(3)).not.toHaveProperty("destination");
    expect(await waitingParcels(sql, 3)).toHaveLength(3);
  });

  test("no more once it is told; and what becomes of it is counted", async () => {
    await town.turn(...numbers.flatMap((n) => [telling(n), expecting(n, town.nowMs + 2 * dayMs)]));
    deliveredMs = town.nowMs + 2 * dayMs;
    for (const half of [numbers.slice(0, 5), numbers.slice(5)]) {
      const late = half.length === 5 ? 3 * dayMs : 0;
      await town.turn(...half.map((n) => scanning(n, "delivered", deliveredMs + late)));
    }
    await projectTo((await broker.info("EVENTS")).lastSequence, { broker, sql });
    expect((await waitingParcels(sql, 100)).map(({ parcel }) => parcel)).toEqual(["ups:1Z90"]);
    const [row] =
      await sql`select sum(parcels)::int as parcels, count(*)::int as rows from lanes_v1.transits`;
    expect(row).toMatchObject({ parcels, rows: 2 });
  });

  test("a lane's figures are its own, else its carrier's with any service; too few are none", async () => {
    const of = { carrier: "ups", service: "next_day", origin: "GB", destination: "FR" };
    const own = await figuresOf(sql, of, deliveredMs);
    expect(own).toMatchObject({ parcels });
    expect(own!.p50Ms / dayMs).toBeGreaterThanOrEqual(2);
    expect(own!.p50Ms / dayMs).toBeLessThan(2.3);
    expect(own!.p95Ms / dayMs).toBeGreaterThan(4.9);
    expect(await figuresOf(sql, { ...of, service: "economy" }, deliveredMs)).toEqual(own);
    expect(await figuresOf(sql, { ...of, carrier: "dpd" }, deliveredMs)).toBeUndefined();
    expect(await figuresOf(sql, of, deliveredMs + 365 * dayMs)).toBeUndefined();
  });

  test("accuracy is told by lane and by day, in pages", async () => {
    const range = { from: "2026-01-01", to: "2026-01-31", limit: 50 };
    const { items } = await readAccuracy(sql, { ...range, by: "lane" });
    // The only scan is the delivery: nothing was expected as the carrier took it but what was expected before.
    expect(items.map(({ stage }) => stage)).toEqual(["first", "hand_over", "last"]);
    expect(items[0]).toEqual({
      ...{ carrier: "ups", service: "next_day", origin: "GB", destination: "FR", stage: "first" },
      ...{ source: "carrier", parcels, onTime: parcels - 5, early: 0, late: 5 },
      errorHours: { p50: 0, p95: 72 },
    });
    const days = await readAccuracy(sql, { ...range, by: "day", stage: "last", limit: 1 });
    expect(days.items).toMatchObject([{ parcels: parcels - 5, late: 0 }]);
    const rest = await readAccuracy(sql, { ...range, by: "day", stage: "last", cursor: days.next! });
    expect(rest.items).toMatchObject([{ parcels: 5, onTime: 0, errorHours: { p50: 72 } }]);
    expect((await readAccuracy(sql, { ...range, by: "lane", carrier: "dpd" })).items).toEqual([]);
  });

  test("built again from the log, they are the same", async () => {
    const before = await dump(sql), { lastSequence } = await broker.info("EVENTS");
    await empty(sql);
    await projectTo(lastSequence, { broker, sql });
    expect(await dump(sql)).toEqual(before);
  });
});
