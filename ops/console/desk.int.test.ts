import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import type { ConsoleDesk } from "../../http/ops/console.ts";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { openApiKeys, watchApiKeys } from "../../streams/edge/api_keys.ts";
import { readActs } from "../../streams/operations/acts.ts";
import { openSwitches } from "../../streams/operations/switches.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { undecided } from "../operate/undecided.ts";
import { type BreakableSystem, startBreakableSystem } from "../testing/breakable_system.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { CarriersHeard } from "./carriers_heard.ts";
import { consoleDesk } from "./desk.ts";

const runtime = systemRuntime("test"), lamp = actorId("sku", "LAMP"), id = `undecided/${lamp}`;
const secret = new TextEncoder().encode("a secret of the system");
const closing: (() => Promise<unknown>)[] = [], reports: unknown[] = [];
let system: BreakableSystem, database: TestDatabase, sql: Sql, desk: ConsoleDesk;

beforeAll(async () => {
  system = await startBreakableSystem();
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 1 });
  await sql`insert into waybill.positions (projection, partition, sequence, hash, stream_created_ms, shape)
    values ('orders_v2', 0, 0, '', 0, '1'), ('orders_v2', 7, 0, '', 0, '1')`;
  const { broker } = system, keys = await watchApiKeys(broker), heard = new CarriersHeard(runtime.nowMs);
  closing.push(() => keys.stop());
  const report = (error: unknown) => void reports.push(error);
  const sources = [undecided(broker, runtime)];
  desk = consoleDesk({ broker, runtime, sql, sources, heard, bootstrapKey: "boot", keys, secret, report });
});
afterAll(async () => {
  for (const close of closing) await close();
  await sql?.end({ timeout: 1 });
  await database?.drop();
  await system?.stop();
});

describe("a dead letter", () => {
  test("is retried in the operator's name: the mended code decides it, and what waited follows", async () => {
    expect(await system.describeSku(lamp, "first")).toBe("defect");
    expect(await system.describeSku(lamp, "second", 200)).toBe("accepted");
    await system.hasRead(lamp);
    const { held } = await desk.read();
    expect(held).toMatchObject({ known: { deadLetters: [{ id, waiting: 1, why: "a poison command" }] } });
    expect(await desk.deadLetter(id)).toMatchObject({ actor: lamp, waiting: [{ message: "describe" }] });

    const act = { by: "ada", why: "mended" };
    expect(await desk.settle("retry", id, act)).toEqual({
      done: true,
      said: `${lamp} stopped again: a poison command`,
    });
    system.isBroken = false;
    expect(await desk.settle("retry", id, act)).toEqual({
      done: true,
      said: `${lamp} decided it, and 1 that waited behind it`,
    });
    expect((await desk.read()).held).toMatchObject({ known: { deadLetters: [] } });
    expect(await readActs(system.broker, 1)).toMatchObject([
      { ...act, does: "dead-letters retry", to: id, state: "done", details: { from: "console" } },
    ]);
  });

  test("that is not there is said to be none, and that is recorded", async () => {
    const act = { by: "ada", why: "once more" };
    expect(await desk.settle("drop", id, act)).toMatchObject({
      done: false,
      said: expect.stringContaining(lamp),
    });
    expect(await readActs(system.broker, 1)).toMatchObject([{ ...act, state: "failed" }]);
    expect(await desk.settle("drop", "nonsense", act)).toMatchObject({ done: false });
    expect(await desk.deadLetter("nonsense")).toBeUndefined();
  });
});

test("a reading has partitions with owners, readers, and what an operator has switched on", async () => {
  const reason = { by: "ada", why: "a move", atMs: 5 };
  await openSwitches(system.broker, runtime).turnOn("read-only", reason);
  await desk.settle("drop", id, reason); // What was read of what is held back is old now.
  const { log, held, orders, carriers } = await desk.read();
  expect(held).toMatchObject({ known: { switches: new Map([["read-only", reason]]) } });
  expect(log).toMatchObject({
    known: { partitions: [{ partition: 0, host: "test" }, { partition: 1, host: "test" }] },
  });
  expect("known" in log && log.known.readers.map(({ reader, partition }) => [reader, partition])).toEqual([
    ["callbacks", undefined],
    ["orders_v2", 0],
  ]);
  expect(orders).toMatchObject({ known: { waiting: [] } });
  expect(carriers).toMatchObject({ known: { carriers: [] } });
  expect(reports).toEqual([]);
});

test("what cannot be read says so, and leaves the rest alone", async () => {
  const { broker } = system, away = openDatabase({ url: "postgres://127.0.0.1:1/none", connectMsMax: 500 });
  const keys = await watchApiKeys(broker), heard = new CarriersHeard(runtime.nowMs);
  const half = consoleDesk({
    ...{ broker, runtime, sql: away, sources: [], heard, bootstrapKey: undefined, keys, secret },
    report: (error) => void reports.push(error),
  });
  const reading = await half.read();
  expect(reading.orders).toEqual({ unknown: expect.stringMatching(/^Cannot read orders/) });
  expect(reading.held).toMatchObject({ known: {} });
  expect(reports).toEqual([]);
  await keys.stop();
  await away.end({ timeout: 1 });
});

describe("an operator", () => {
  test("is who has the bootstrap key, or a key that may operate and is not revoked", async () => {
    expect(desk.operatorWith("boot")).toMatchObject({ keyId: "bootstrap", name: "bootstrap" });
    expect([desk.operatorWith("root"), desk.operatorWith("")]).toEqual([undefined, undefined]);
    const secretBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    const keys = openApiKeys({ broker: system.broker, runtime, secretBytes });
    const made = (name: string, scopes: string[]) =>
      keys.create({ name, scopes, requestsPerSecondMax: null });
    const ada = await made("ada", ["operate"]), till = await made("till", ["orders:read"]);
    await expect.poll(() => desk.operatorWith(ada.token)).toMatchObject({
      keyId: ada.key.keyId,
      name: "ada",
    });
    expect(desk.operatorNamed(ada.key.keyId)).toEqual(desk.operatorWith(ada.token));
    expect([desk.operatorWith(till.token), desk.operatorNamed(till.key.keyId)]).toEqual([
      undefined,
      undefined,
    ]);
    await keys.revoke(ada.key.keyId);
    await expect.poll(() => desk.operatorNamed(ada.key.keyId)).toBeUndefined();
    expect(desk.operatorWith(ada.token)).toBeUndefined();
  });
});
