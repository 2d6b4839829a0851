import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import type { DeadLetterSource } from "./dead_letters.ts";
import { undelivered } from "./undelivered.ts";
import { untold } from "./untold.ts";

const ada = { by: "ada", why: "a test" };

let database: TestDatabase, sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 1 });
  await sql`
    insert into outbox_v1.deliveries
      (delivery_id, subject, milestone, detail, channel, recipient, version, order_id, facts, at, state, attempts, problem)
    select 'd' || i, i, 'confirmed', '', 'email', 'r', 1, 'ord_' || i, '{"atMs":1}', now(),
      case when i <= 2 then 'parked' else 'sent' end, 7, case when i <= 2 then 'mailbox full' end
    from generate_series(1, 4) i`;
  await sql`
    insert into webhooks_v1.events (event_id, name, type, subject, happened_at, body)
    values ('evt_1', 'order.placed', 'waybill.order.placed', 'ord_1', '2026-11-22T10:00:00Z', '{}')`;
  await sql`
    insert into webhooks_v1.deliveries (delivery_id, endpoint_id, event_id, state, attempt)
    values ('dlv_1', 'whe_1', 'evt_1', 'failed', 9), ('dlv_2', 'whe_2', 'evt_1', 'failed', 1),
      ('dlv_3', 'whe_3', 'evt_1', 'delivered', 1)`;
  await sql`
    insert into webhooks_v1.attempts (delivery_id, attempt, at, ms, status, error)
    values ('dlv_1', 9, now(), 5, 500, null), ('dlv_2', 1, now(), 5, null, 'connection refused')`;
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

const idsOf = async (source: DeadLetterSource) => (await source.list(10)).map(({ id }) => id).sort();

describe("messages to customers that were given up", () => {
  test("are listed with what they were and why, retried and dropped", async () => {
    const source = undelivered(sql);
    expect((await source.list(10)).find(({ id }) => id === "undelivered/d1")).toEqual({
      id: "undelivered/d1",
      what: 'tell of "confirmed" by email, for ord_1',
      why: "mailbox full (tried 7 times)",
      waiting: 0,
    });
    expect(await source.show("d1")).toMatchObject({ delivery_id: "d1", problem: "mailbox full" });
    expect(await source.show("d3")).toBeUndefined();
    await source.retry("d1", ada);
    await source.drop("d2", ada);
    expect(await idsOf(source)).toEqual([]);
    const states = await sql`select delivery_id, state, problem from outbox_v1.deliveries order by 1`;
    expect(states.map((row) => ({ ...row }))).toEqual([
      { delivery_id: "d1", state: "waiting", problem: null },
      { delivery_id: "d2", state: "gone", problem: "dropped by ada: a test" },
      { delivery_id: "d3", state: "sent", problem: null },
      { delivery_id: "d4", state: "sent", problem: null },
    ]);
  });

  test("are neither retried nor dropped twice", async () => {
    await expect(undelivered(sql).retry("d1", ada)).rejects.toThrow(
      "Cannot retry d1: it is not given up any more",
    );
    await expect(undelivered(sql).drop("d3", ada)).rejects.toThrow(
      "Cannot drop d3: it is not given up any more",
    );
  });
});

describe("webhooks that were given up", () => {
  test("are listed with how their last try ended, retried and dropped", async () => {
    const source = untold(sql), letters = await source.list(10);
    expect(letters.map(({ what, why }) => [what, why]).sort()).toEqual([
      ["tell whe_1 of waybill.order.placed of ord_1", "answered 500 (tried 9 times)"],
      ["tell whe_2 of waybill.order.placed of ord_1", "connection refused (tried 1 time)"],
    ]);
    expect(await source.show("dlv_3")).toBeUndefined();
    await source.retry("dlv_1", ada);
    await source.drop("dlv_2", ada);
    expect(await idsOf(source)).toEqual([]);
    const left = await sql`select delivery_id, state, tries from webhooks_v1.deliveries order by 1`;
    expect(left.map((row) => ({ ...row }))).toEqual([
      { delivery_id: "dlv_1", state: "pending", tries: 0 },
      { delivery_id: "dlv_3", state: "delivered", tries: 0 },
    ]);
    await expect(source.retry("dlv_2", ada)).rejects.toThrow("not given up any more");
  });
});
