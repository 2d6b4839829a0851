import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CaseCommand } from "../actors/commands.ts";
import { actorId } from "../actors/ids.ts";
import { caseIdOf } from "../actors/parcel/case_id.ts";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { Broker } from "../streams/broker/broker.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { caseQueries } from "./case_queries.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { PersonalProjector } from "./personal.ts";
import { postgresPeople } from "./personal_rows.ts";
import { postgresRows } from "./postgres_rows.ts";
import { projectTo, rebuilt, until } from "./testing/running.ts";
import {
  line,
  placing,
  receiving,
  scanning,
  shipping,
  type TownCommand,
  TownLog,
} from "./testing/town_log.ts";

let database: TestDatabase, sql: Sql, broker: Broker, town: TownLog;

const caseOf = (n: number) => caseIdOf(`ups:1Z${n}`, 1);
const told = (n: number, subStatus: string) => scanning(n, "exception", town.nowMs, subStatus);
const asked = (n: number) => ({ case: caseOf(n), request: `r${n}`, fingerprint: "f", by: "key" });
const doing = (n: number, command: CaseCommand): TownCommand => ({
  to: actorId("parcel", `ups:1Z${n}`),
  command,
});

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  town = new TownLog(broker);
  await town.turn(receiving("A", 100));
  for (const n of [1, 2, 3]) await town.turn(placing(n, [line("A", 1)]), shipping(n, `token-${n}`));
  await town.turn(told(1, "address_issue"), told(2, "lost"));
  await town.turn(told(3, "damaged"), doing(1, { type: "case.note", ...asked(1) }));
  await town.turn(doing(2, { type: "case.assign", ...asked(2), team: "warehouse", dueAtMs: 0 }));
  await projectTo(await town.turn(scanning(3, "delivered", town.nowMs + 1)), { broker, sql });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

/** As the copier of personal data writes it. */
async function copied(note: string, text: string | null, sequence: number): Promise<void> {
  const items = [{ actor: "parcel:ups:1Z1", id: note, at: [sequence, 0], personal: text }];
  const pack = { format: 1, partition: 0, position: { sequence, hash: "" }, items };
  await broker.publish("personal.0", new TextEncoder().encode(JSON.stringify(pack)), { ackMsMax: 1_000 });
}

describe("cases as rows", () => {
  test("tell of each case what its order is called, and how it stands", async () => {
    expect((await caseQueries(sql).find(caseOf(1)))?.view).toMatchObject({
      ...{ caseId: caseOf(1), state: "open", problem: "exception/address_issue", orderId: "ord_1" },
      ...{ shipmentId: "shp_1", carrier: "ups", trackingNumber: "1Z1", orderNumber: "1", notes: 1 },
    });
    const over = await caseQueries(sql).find(caseOf(3));
    expect(over?.view).toMatchObject({ state: "closed", closeReason: "cleared" });
    expect(await caseQueries(sql).find(caseOf(9))).toBeUndefined();
  });

  test("are listed by when they are due, in pages, and filtered", async () => {
    const cases = caseQueries(sql);
    const first = await cases.list({ limit: 2 });
    expect(first.items.map(({ caseId }) => caseId)).toEqual([caseOf(2), caseOf(1)]);
    const second = await cases.list({ limit: 2, cursor: first.next! });
    expect(second).toMatchObject({ items: [{ caseId: caseOf(3) }] });
    expect(second.next).toBeUndefined();
    const filters = [
      { state: "closed" },
      { team: "warehouse" },
      { priority: "urgent" },
      { orderId: "ord_3" },
      { carrier: "dpd" },
      { channel: "shop" },
      { dueBefore: "1970-01-02T00:00:00Z" },
    ] as const;
    const found = await Promise.all(filters.map((filter) => cases.list({ limit: 9, ...filter })));
    expect(found.map(({ items }) => items.map(({ caseId }) => caseId))).toEqual(
      [[caseOf(3)], [caseOf(2)], [caseOf(2)], [caseOf(3)], [], [], [caseOf(2)]],
    );
  });

  test("show a note's text when it is copied, and no more once the person is erased", async () => {
    const noteOf = async () => (await caseQueries(sql).find(caseOf(1)))!.notes[0]!;
    const { noteId, text, by } = await noteOf();
    expect({ text, by }).toEqual({ text: undefined, by: "key" });
    const rows = postgresRows(sql), runtime = systemRuntime("test");
    const people = new PersonalProjector({ broker, runtime, rows, people: postgresPeople, partition: 0 });
    const running = people.run();
    await copied(noteId, "Ada says so", 5);
    await until(async () => (await noteOf()).text === "Ada says so");
    await copied(noteId, null, 6);
    await until(async () => (await noteOf()).text === undefined);
    people.stop();
    await running;
  });

  test("built again from the log, they are the same", async () => {
    const { before, after } = await rebuilt({ broker, sql });
    expect(after).toEqual(before);
    expect(after["cases_v1.cases"]).toHaveLength(3);
  });
});
