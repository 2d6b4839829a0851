import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { readActs } from "../../streams/operations/acts.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { registerNotifications } from "./notifications.ts";
import { runCommand } from "./testing/run_command.ts";

let nats: TestNats, database: TestDatabase, broker: Broker, sql: Sql;
beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), testDatabase()]);
  await migrate(database.url);
  broker = await connectJetStream({ servers: nats.url, name: "test" });
  await ensureStreams(broker, 1);
  sql = openDatabase({ url: database.url, connectionsMax: 1 });
  vi.stubEnv("NATS_URL", nats.url);
  vi.stubEnv("DATABASE_URL", database.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sql?.end({ timeout: 1 });
  await broker?.close();
  await database?.drop();
  await nats?.stop();
});
beforeEach(async () => {
  await sql`truncate outbox_v1.deliveries`;
  await sql`
    insert into outbox_v1.deliveries
      (delivery_id, subject, milestone, detail, channel, recipient, version, order_id, facts, at, state, attempts, problem)
    select 'd' || i, i, 'confirmed', '', 'email', 'r', 1, 'ord_' || i, '{"atMs":1}', now(), 'parked', 7, 'mailbox full'
    from generate_series(1, 3) i`;
});

const run = async (...args: string[]) =>
  (await runCommand(registerNotifications, "notifications", ...args)).text;
const states = async () =>
  (await sql<{ state: string }[]>`select state from outbox_v1.deliveries order by delivery_id`)
    .map(({ state }) => state);

describe("notifications retry", () => {
  test("sends again what is named, and records who asked for it and why", async () => {
    expect(await run("retry", "d2", "--by", "ada", "--why", "the mail server is back"))
      .toBe("1 message will be sent again");
    expect(await states()).toEqual(["parked", "waiting", "parked"]);
    expect(await run("retry", "d1", "d3", "--by", "ada")).toBe("2 messages will be sent again");
    expect(await readActs(broker, 2)).toMatchObject([
      { does: "notifications retry", to: "2 messages", by: "ada", why: "", details: { ids: ["d1", "d3"] } },
      { does: "notifications retry", to: "d2", why: "the mail server is back", state: "done", outcome: 1 },
    ]);
  });

  test("or all", async () => {
    expect(await run("retry", "--all")).toBe("3 messages will be sent again");
    expect(await states()).toEqual(["waiting", "waiting", "waiting"]);
  });

  test.each(["nope", "6b1f1c9e2d", "{1,2}"])(
    "says that %s was not given up, and sends nothing",
    async (id) => {
      const before = await readActs(broker, 10);
      await expect(run("retry", "d1", id)).rejects.toThrow(
        `Cannot retry ${id}: no message with this id was given up; see waybill notifications list`,
      );
      expect(await states()).toEqual(["parked", "parked", "parked"]);
      expect(await readActs(broker, 10)).toEqual(before);
    },
  );

  test("wants to know which", async () => {
    const misuse = expect.objectContaining({ exitCode: 2 });
    await expect(run("retry")).rejects.toEqual(misuse);
    await expect(run("retry", "d1", "--all")).rejects.toEqual(misuse);
  });
});
