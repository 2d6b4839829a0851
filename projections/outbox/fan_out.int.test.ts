import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../ops/testing/postgres.ts";
import { parcel } from "../../actors/parcel/parcel.ts";
import type { ParcelRegistered } from "../../actors/parcel/parcel_events.ts";
import { openDatabase, type Sql } from "../database.ts";
import { migrate } from "../migrate.ts";
import { fanOut, type FanOutOptions } from "./fan_out.ts";
import type { Milestone, MilestoneFacts } from "./milestones.ts";

let database: TestDatabase, sql: Sql;
const hourMs = 3_600_000;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 4 });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});
beforeEach(async () => {
  for (
    const table of [
      "outbox_v1.milestones",
      "outbox_v1.deliveries",
      "people_v1.customers",
      "parcels_v1.shipments",
    ]
  ) {
    await sql`delete from ${sql(table)}`;
  }
  await sql`delete from parcels_v1.parcels`;
  await sql`delete from waybill.positions`;
  await reach(100);
});

/** All rows are made up to this record. */
async function reach(
  sequence: number,
  projections = ["orders_v2", "parcels_v1", "people_v1_events"],
): Promise<void> {
  for (const projection of projections) {
    await sql`
      insert into waybill.positions (projection, partition, sequence, hash, stream_created_ms, shape)
      values (${projection}, 0, ${sequence}, 'h', 1, '1')
      on conflict (projection, partition) do update set sequence = excluded.sequence`;
  }
}
const person = (order: string, email = `${order}@example.org`) =>
  sql`insert into people_v1.customers values (${order}, ${sql.json({ email })}, now())`;

interface Given {
  readonly order?: string | null;
  readonly detail?: string;
  readonly facts?: Partial<MilestoneFacts>;
  readonly sequence?: number;
  readonly ageHours?: number;
}
async function milestone(subject: string, what: Milestone, given: Given = {}): Promise<void> {
  const { order = subject, detail = "", facts = {}, sequence = 50, ageHours = 0 } = given;
  await sql`
    insert into outbox_v1.milestones (milestone_key, subject, order_id, milestone, detail, facts, partition, sequence, at)
    values (${`${subject}/${what}/${detail}`}, ${subject}, ${order}, ${what}, ${detail},
      ${sql.json({ atMs: 1, ...facts })}, 0, ${sequence}, now() - make_interval(hours => ${ageHours}))`;
}

const options = (): FanOutOptions => ({
  sql,
  ageMsMax: 72 * hourMs,
  targetsOf: (_orderId, { email }) =>
    Promise.resolve(email === undefined ? [] : [{ channel: "email", address: email }]),
});
const states = async () =>
  (await sql<{ state: string }[]>`select state from outbox_v1.milestones order by 1`).map(({ state }) =>
    state
  );
const deliveries = () =>
  sql<{ order_id: string; subject: string; shipment: string | null }[]>`
  select order_id, subject, facts->>'shipment' as shipment from outbox_v1.deliveries order by 1, 2`;

describe("fanning out", () => {
  test("waits until orders, parcels and people are as far as the milestone's record", async () => {
    await milestone("ord_1", "confirmed", { sequence: 200 });
    await reach(200, ["orders_v2", "parcels_v1"]);
    await person("ord_1");
    expect(await fanOut(options())).toBe(0);
    await reach(200, ["people_v1_events"]);
    expect(await fanOut(options())).toBe(1);
    expect(await states()).toEqual(["told"]);
    expect(await deliveries()).toMatchObject([{ order_id: "ord_1", subject: "ord_1" }]);
    expect(await fanOut(options())).toBe(0);
  });

  test("two that fan out at the same time make one delivery of each", async () => {
    for (let i = 0; i < 120; i++) {
      await person(`ord_${i}`);
      await milestone(`ord_${i}`, "confirmed");
    }
    const settled = await Promise.all(Array.from({ length: 4 }, () => fanOut(options())));
    let rest = 0;
    do rest = await fanOut(options()); while (rest > 0);
    expect(settled.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(50);
    expect((await deliveries()).length).toBe(120);
  });

  test("news that is too old, and news for nobody, is kept as that and sent to nobody", async () => {
    await person("ord_1");
    await milestone("ord_1", "confirmed", { ageHours: 73, sequence: 10_000 });
    await milestone("ord_2", "confirmed");
    expect(await fanOut(options())).toBe(2);
    expect(await states()).toEqual(["nobody", "too_old"]);
    expect(await deliveries()).toEqual([]);
  });

  test("two shipments of an order in one box are one parcel; each was shipped by itself", async () => {
    await person("ord_1");
    for (const shipment of ["shp_1", "shp_2"]) {
      await sql`insert into parcels_v1.shipments values (
        ${shipment}, 'ord_1', 'ups:1Z', ${`token ${shipment}`}, ${shipment}, 'LON1', null, now(), '[]')`;
      const given = { order: "ord_1", facts: { shipment } };
      await milestone(shipment, "shipped", given);
      await milestone(shipment, "delivered", given);
    }
    await fanOut(options());
    expect((await deliveries()).map(({ subject }) => subject)).toEqual(["shp_1", "shp_2", "ups:1Z ord_1"]);
    expect(await states()).toEqual(["told", "told", "told", "told"]);
  });

  test("a parcel's delay is told to every order that is in it now", async () => {
    let state = parcel.initial("ups:1Z");
    for (const [i, order] of ["ord_1", "ord_2"].entries()) {
      await person(order);
      const data = {
        order,
        shipment: `shp_${i}`,
        token: `t${i}`,
        handedOverAtMs: 1,
      } as ParcelRegistered["data"];
      state = parcel.evolve(state, { type: "parcel.registered", version: 1, data });
    }
    await sql`insert into parcels_v1.parcels values ('ups:1Z', 2, 'pre_transit', now(), ${
      sql.json(parcel.encode(state) as never)
    })`;
    await milestone("ups:1Z", "delayed", {
      order: null,
      detail: "no_movement",
      facts: { reason: "no_movement" },
    });
    await fanOut(options());
    expect(await deliveries()).toEqual([
      { order_id: "ord_1", subject: "ups:1Z ord_1", shipment: "shp_0" },
      { order_id: "ord_2", subject: "ups:1Z ord_2", shipment: "shp_1" },
    ]);
  });
});
