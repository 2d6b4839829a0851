import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../ops/testing/postgres.ts";
import { openDatabase, type Sql } from "../database.ts";
import { migrate } from "../migrate.ts";
import { casesNow } from "./cases_now.ts";
import { type Figures, readFigures } from "./figures.ts";
import { ordersNow } from "./orders_now.ts";
import { outgoingNow, pausedCarriers, projectedTo } from "./outgoing_now.ts";

const hourMs = 3_600_000, now = new Date("2026-11-22T12:00:30Z");
const ago = (hours: number) => new Date(now.getTime() - hours * hourMs);

let database: TestDatabase, sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

interface Ordered {
  readonly status?: string;
  readonly placedHoursAgo: number;
  readonly lines?: readonly { readonly sku: string; readonly quantity: number }[];
}

async function order(id: string, { status = "shipped", placedHoursAgo, lines = [] }: Ordered): Promise<void> {
  const at = ago(placedHoursAgo);
  await sql`insert into orders_v2.orders values (${id}, 'web', ${id}, ${status}, 'GBP', ${at}, ${at}, ${at}, 1, 1,
    ${sql.json({ placed: { lines: lines.map((line) => ({ ...line })) } })})`;
}

interface Left {
  readonly order: string;
  readonly leftHoursAgo: number;
  readonly status: string;
  readonly deliveredHoursAgo?: number;
  readonly promisedHoursAgo?: number;
  readonly lane?: { readonly from: string; readonly to: string };
}

async function left(parcel: string, given: Left): Promise<void> {
  const { order, leftHoursAgo, status, deliveredHoursAgo, promisedHoursAgo, lane } = given;
  const promised = promisedHoursAgo === undefined ? {} : { promisedMs: ago(promisedHoursAgo).getTime() };
  const delivered = deliveredHoursAgo === undefined
    ? {}
    : { deliveredAtMs: ago(deliveredHoursAgo).getTime() };
  await sql`insert into parcels_v1.shipments values (${`s-${parcel}`}, ${order}, ${parcel}, ${`t-${parcel}`}, 'r', 'LON1',
    null, ${ago(leftHoursAgo)}, '[]')`;
  await sql`insert into parcels_v1.parcels (parcel, version, status, updated_at, state) values (${parcel}, 1, ${status},
    ${now}, ${sql.json({ shipments: [{ shipment: "other" }, { shipment: `s-${parcel}`, ...promised }] })})`;
  await sql`insert into lanes_v1.journeys (parcel, waits, state) values (${parcel}, false,
    ${sql.json({ ...(lane && { lane: { ...lane } }), ...delivered })})`;
}

describe("figures over a period", () => {
  let figures: Figures;
  const of = (by: string, key = "") => figures.shipments.find((one) => one.by === by && one.key === key);
  beforeAll(async () => {
    await order("o1", { placedHoursAgo: 50 });
    await order("o2", { placedHoursAgo: 40 });
    await order("o3", { placedHoursAgo: 24 * 40 });
    const toGermany = { from: "GB", to: "DE" };
    await left("ups:1", {
      order: "o1",
      leftHoursAgo: 48,
      status: "delivered",
      deliveredHoursAgo: 20,
      promisedHoursAgo: 19,
      lane: toGermany,
    });
    await left("ups:2", {
      order: "o1",
      leftHoursAgo: 48,
      status: "delivered",
      deliveredHoursAgo: 20,
      promisedHoursAgo: 21,
      lane: toGermany,
    });
    await left("dhl:3", { order: "o2", leftHoursAgo: 30, status: "pre_transit", promisedHoursAgo: 1 });
    await left("dhl:4", { order: "o2", leftHoursAgo: 30, status: "unknown", promisedHoursAgo: -5 });
    await left("dhl:5", {
      order: "o3",
      leftHoursAgo: 24 * 39,
      status: "delivered",
      deliveredHoursAgo: 24 * 38,
    });
    await sql`insert into lanes_v1.estimates values
      ('ups', '', 'GB', 'DE', '2026-11-21', 'hand_over', 'carrier', 0, 3),
      ('ups', '', 'GB', 'DE', '2026-11-21', 'hand_over', 'carrier', 2, 1),
      ('ups', '', 'GB', 'DE', '2026-11-21', 'first', 'carrier', 5, 9)`;
    await sql`insert into payouts_v1.payouts values ('p1', 'web', 'unmatched', ${ago(3)}, '{}', 1, '{}')`;
    await sql`insert into payouts_v1.lines (payout_id, line, source, type, reference, amount, state) values
      ('p1', 1, 'web', 'payment', 'a', 1, 'matched'), ('p1', 2, 'web', 'payment', 'b', 1, 'matched_with_diff'),
      ('p1', 3, 'web', 'payment', 'c', 1, 'unmatched'), ('p1', 4, 'web', 'fee', 'd', 1, 'matched')`;
    const refund = (order: string, version: number, type: string, hoursAgo: number, data: object) =>
      sql`insert into orders_v2.order_events values (${order}, ${version}, ${type}, 1, ${ago(hoursAgo)}, 'c',
        ${sql.json({ ...data })})`;
    await refund("o1", 1, "order.refund_requested", 10, { refund: "rfn_1" });
    await refund("o1", 2, "order.refund_requested", 9, { refund: "rfn_2" });
    await refund("o1", 3, "order.refund_settled", 4, { refund: "rfn_1", status: "succeeded" });
    await refund("o1", 4, "order.refund_settled", 1, { refund: "rfn_2", status: "failed" });
    await sql`insert into stock_checks_v1.days values
      ('2026-11-22', 'LON1', 50, 3, 40), ('2026-11-22', 'LON2', 0, 0, 10), ('2026-09-01', 'LON1', 10, 10, 0)`;
    figures = await readFigures(sql, { days: 7, now });
  });

  test("parcels count in the period in which they were handed over", () => {
    expect([figures.from, figures.to, figures.isCut]).toEqual(["2026-11-16", "2026-11-22", false]);
    expect(of("all")).toMatchObject({ shipments: 4, orders: 2, delivered: 2 });
    expect(figures.shipments.filter(({ by }) => by === "day").map(({ key, shipments }) => [key, shipments]))
      .toEqual([["2026-11-20", 2], ["2026-11-21", 2]]);
  });

  test("an order's cycle is from its placing to the hand-over, and to the delivery", () => {
    expect(of("carrier", "ups")).toMatchObject({
      handOverP50: 2,
      handOverP90: 2,
      deliveryP50: 30,
      deliveryP90: 30,
    });
    expect(of("carrier", "dhl")).toMatchObject({ handOverP50: 10, delivered: 0, deliveryP50: null });
    expect(of("all")).toMatchObject({ handOverP50: 6 });
  });

  test("on time is what came by when it was promised; a promise that is not over yet does not count", () => {
    expect(of("carrier", "ups")).toMatchObject({ promised: 2, onTime: 1 });
    expect(of("carrier", "dhl")).toMatchObject({ promised: 1, onTime: 0 });
  });

  test("an order has tracking once a carrier has told more than that it was announced", () =>
    expect(of("all")).toMatchObject({ orders: 2, tracked: 1 }));

  test("lanes are from and to which country; ZZ where nobody has said", () =>
    expect(figures.shipments.filter(({ by }) => by === "lane").map(({ key }) => key).sort())
      .toEqual(["GB → DE", "ZZ → ZZ"]));

  test("estimates count as the carrier took the parcel over", () =>
    expect(figures.estimates.find(({ by, key }) => by === "lane" && key === "GB → DE")).toMatchObject({
      of: 4,
      good: 3,
    }));

  test("invoices, refunds and the stock", () => {
    const all = (rows: readonly { readonly by: string }[]) => rows.find(({ by }) => by === "all");
    expect(all(figures.invoices)).toMatchObject({ of: 4, good: 2, different: 1 });
    expect(all(figures.refunds)).toMatchObject({ refunds: 1, p50: 6, p90: 6 });
    expect(all(figures.stock)).toMatchObject({ of: 100, good: 97 });
  });

  test("of nothing are nothing", async () => {
    const none = await readFigures(sql, { days: 7, now: new Date("2030-01-01T00:00:00Z") });
    expect(none.shipments.find(({ by }) => by === "all")).toMatchObject({ shipments: 0, handOverP50: null });
    expect(none.stock).toMatchObject([{ by: "all", of: 0, good: 0 }]);
  });
});

describe("what is now", () => {
  test("orders count by the minute in which they came, and again when rows come late", async () => {
    const read = ordersNow(sql),
      minutes = async () => (await read(now)).perMinute.map(({ orders }) => orders);
    await order("n1", { status: "backordered", placedHoursAgo: 1 / 60, lines: [{ sku: "A", quantity: 3 }] });
    expect((await minutes()).slice(-3)).toEqual([0, 1, 0]);
    await order("n2", {
      status: "on_hold",
      placedHoursAgo: 2 / 60,
      lines: [{ sku: "A", quantity: 1 }, { sku: "B", quantity: 2 }],
    });
    await order("n3", { placedHoursAgo: 0 });
    expect((await minutes()).slice(-3)).toEqual([1, 1, 1]);
    expect(await minutes()).toHaveLength(60);
    for (const status of ["rejected", "cancelled", "expired"]) {
      await order(status, { status, placedHoursAgo: 1 / 60, lines: [{ sku: "C", quantity: 9_000 }] });
    }
    const { hottest, waiting, statuses } = await read(now);
    expect(hottest).toEqual([{ sku: "A", orders: 2, units: 4 }, { sku: "B", orders: 1, units: 2 }]);
    expect(waiting.map(({ orderId }) => orderId)).toEqual(["n2", "n1"]);
    expect(statuses).toContainEqual({ status: "on_hold", orders: 1 });
  });

  test("cases by team, what waits to be sent, who is left alone, and how far readers are", async () => {
    await sql`insert into cases_v1.cases values
      ('c1', 'ups:1', 'ups', 'held', 'x', 'returns', 'high', ${ago(1)}, 'open', null, 'o1', 's', ${
      ago(2)
    }, null, 1),
      ('c2', 'ups:1', 'ups', 'held', 'x', 'returns', 'high', ${ago(-1)}, 'open', null, 'o1', 's', ${
      ago(2)
    }, null, 1),
      ('c3', 'ups:1', 'ups', 'held', 'x', 'returns', 'high', ${ago(9)}, 'closed', 'done', 'o1', 's', ${
      ago(2)
    }, ${now}, 2)`;
    expect(await casesNow(sql, now)).toEqual([{ team: "returns", open: 2, overdue: 1, nextDue: ago(1) }]);
    await sql`insert into outbox_v1.milestones (milestone_key, subject, milestone, detail, facts, partition, sequence, at)
      values ('k', 's', 'shipped', '', '{}', 0, 1, ${ago(2)})`;
    expect(await outgoingNow(sql)).toMatchObject({ milestones: { waiting: 1, oldest: ago(2) }, parked: 0 });
    await sql`insert into polling_v1.pauses values ('gls', ${ago(-1)}), ('ups', ${ago(1)})`;
    expect([...await pausedCarriers(sql, now)]).toEqual([["gls", ago(-1)]]);
    await sql`insert into waybill.positions (projection, partition, sequence, hash, stream_created_ms, shape)
      values ('orders_v2', 0, 9, '', 0, '1'), ('people_v1', 0, 3, '', 0, '1'),
      ('orders_v2_next', 0, 4, '', 0, '1'), ('orders_v2_old', 0, 8, '', 0, '1')`;
    expect(await projectedTo(sql)).toEqual([{ projection: "orders_v2", partition: 0, sequence: 9 }]);
  });
});
