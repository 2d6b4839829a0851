import type { NatsConnection } from "nats";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { migrate } from "../../projections/migrate.ts";
import { connect } from "../../streams/broker/connect.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { streamConfigOf } from "../../streams/broker/api.ts";
import { noteBackup } from "../../streams/operations/last_backup.ts";
import { streamConfigs } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { freePort } from "../local/ports.mjs";
import { initLog } from "../run/open_log.ts";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { backupCheck } from "./checks/backup.ts";
import { databaseCheck } from "./checks/database.ts";
import { edgeCheck } from "./checks/edge.ts";
import { logCheck } from "./checks/log.ts";
import { natsCheck } from "./checks/nats.ts";
import { readersCheck } from "./checks/readers.ts";
import type { Check } from "./finding.ts";
import { setupOf } from "./setup.ts";

/** Real servers, set up wrongly. */
let nats: TestNats, database: TestDatabase, nc: NatsConnection;
beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), testDatabase()]);
  nc = await connect({ servers: nats.url });
});
afterAll(async () => {
  await nc?.close();
  await database?.drop();
  await nats?.stop();
});
beforeEach(async () => {
  const broker = await connectJetStream({ servers: nats.url, name: "test" });
  await initLog(broker, systemRuntime("test"), { partitions: 2, replicas: 1 });
  await broker.close();
});

const setup = (env: Record<string, string> = {}) =>
  setupOf({ NATS_URL: nats.url, DATABASE_URL: database.url, WAYBILL_DATA: nats.dataDir, ...env });
const said = async (check: Check, env?: Record<string, string>) =>
  (await check.look(setup(env))).filter(({ verdict }) => verdict !== "ok").map(({ verdict, says }) =>
    `${verdict}: ${says}`
  );
const api = async (subject: string, body: object) =>
  (await nc.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 5_000 })).json();

test("a log that was just made is as it should be, and nobody works on it", async () => {
  expect(await said(natsCheck)).toEqual([]);
  expect(await said(logCheck)).toEqual([
    "wrong: no process of role host is alive",
    "wrong: no process of role projector is alive",
    "wrong: no process of role deliver is alive",
    "wrong: partition 0 has no host",
    "wrong: partition 1 has no host",
  ]);
});

test("a server that is not there is told, and nothing is told twice", async () => {
  const env = { NATS_URL: `nats://127.0.0.1:${await freePort()}` };
  expect(await said(natsCheck, env)).toEqual([expect.stringMatching(/^wrong: Cannot connect to NATS/)]);
  expect([await said(logCheck, env), await said(readersCheck, env)]).toEqual([[], []]);
});

test("that there is no backup is told, and how old the last one is", async () => {
  expect(await said(backupCheck)).toEqual(["warning: no backup yet"]);
  const broker = await connectJetStream({ servers: nats.url, name: "test" }), runtime = systemRuntime("test");
  const note = (hours: number) =>
    noteBackup(broker, runtime, {
      ...{ id: "01", place: "/backups/waybill" },
      finishedAtMs: Date.now() - hours * 3_600_000,
    });
  await note(25);
  expect((await backupCheck.look(setup())).map(({ verdict, says }) => [verdict, says])).toEqual([
    ["ok", "the last backup is 25 hours old, in /backups/waybill"],
  ]);
  await note(3 * 24 + 1);
  expect(await said(backupCheck)).toEqual([
    "warning: the last backup is 3 days old, in /backups/waybill",
  ]);
  await broker.close();
});

test("a stream of other limits is told, and a missing one", async () => {
  const commands = streamConfigOf(streamConfigs(1).find(({ name }) => name === "COMMANDS")!);
  await api("STREAM.UPDATE.COMMANDS", { ...commands, max_bytes: 1024 ** 2, discard: "old" });
  const [limits] = await said(natsCheck);
  expect(limits).toMatch(
    /^wrong: stream COMMANDS: discard is "old", not "new"; max_bytes is 1048576, not \d+$/,
  );
  await api("STREAM.DELETE.CALLBACKS", {});
  expect(await said(natsCheck)).toContain("wrong: streams are missing: CALLBACKS");
});

test("a database that is not there, not ready, or of a newer Waybill is told", async () => {
  const gone = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
  expect(await said(databaseCheck, { DATABASE_URL: gone })).toEqual([
    expect.stringMatching(/^wrong: Cannot reach Postgres/),
  ]);
  expect(await said(databaseCheck)).toEqual([
    expect.stringMatching(/^warning: \d+ migrations are not applied yet$/),
  ]);
  await migrate(database.url);
  expect(await said(databaseCheck)).toEqual([]);
  const sql = postgres(database.url, { max: 1 });
  await sql`
    insert into waybill.positions (projection, partition, sequence, hash, stream_created_ms, shape)
    values ('payouts_v1', 0, 0, '', 0, 'another')`;
  await sql`insert into waybill.migrations (name, run_on) values ('9999_from_the_future', now())`;
  await sql.end();
  expect(await said(databaseCheck)).toEqual([
    "wrong: the database is of a newer Waybill: 9999_from_the_future",
    expect.stringMatching(/^wrong: rows of payouts_v1 are of shape another/),
  ]);
});

test("an edge that does not answer is told, and a port that somebody else has", async () => {
  const port = String(await freePort());
  expect(await said(edgeCheck, { WAYBILL_PORT: port })).toEqual([
    expect.stringMatching(/^wrong: http:.* does not answer/),
  ]);
  const alone = { WAYBILL_DATA: "/nonexistent/waybill", WAYBILL_PORT: String(nats.port) };
  const found = await edgeCheck.look(setupOf(alone));
  expect(found.map(({ says }) => says)).toEqual([expect.stringMatching(/^port \d+ is in use/)]);
});
