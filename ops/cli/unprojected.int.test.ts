import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { openDatabase, type Sql, type Tx } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { orders } from "../../projections/orders.ts";
import type { Projection } from "../../projections/projection.ts";
import { projectorOf } from "../../projections/testing/running.ts";
import { stockLevels } from "../../projections/stock_levels.ts";
import { subjects } from "../../streams/record.ts";
import { watchSwitches } from "../../streams/operations/switches.ts";
import { partitionMapOf } from "../operate/operator.ts";
import { type BreakableSystem, startBreakableSystem } from "../testing/breakable_system.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { registerActs } from "./acts.ts";
import { registerDeadLetters } from "./dead_letters.ts";
import { registerInspect } from "./inspect.ts";
import { registerPause, registerResume } from "./pause.ts";
import { runCommand } from "./testing/run_command.ts";

const lamp = actorId("sku", "LAMP"), doing = ["--yes", "--why", "a test", "--by", "ada"];
let system: BreakableSystem, database: TestDatabase, sql: Sql, partition: number, isPoisoned = true;
let stop = () => Promise.resolve(), isPaused = (_projection: string) => false;

const poisoned: Projection<Sql, Tx> = {
  ...stockLevels,
  project: (records, db, schema) => {
    if (isPoisoned) throw new Error("a poison record");
    return stockLevels.project(records, db, schema);
  },
};

beforeAll(async () => {
  system = await startBreakableSystem();
  system.isBroken = false;
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 2 });
  process.env.NATS_URL = system.url;
  process.env.DATABASE_URL = database.url;
  const { broker } = system;
  partition = (await partitionMapOf(broker)).partitionOf(lamp);
  const switches = await watchSwitches(broker);
  isPaused = (name) => switches.isOn(`projection-${name}`);
  const projector = projectorOf({
    broker,
    sql,
    partition,
    projections: [orders, poisoned],
    paused: isPaused,
  });
  const running = projector.run();
  stop = async () => {
    projector.stop();
    await running;
    await switches.stop();
  };
});
afterAll(async () => {
  await stop();
  delete process.env.NATS_URL;
  delete process.env.DATABASE_URL;
  await sql?.end({ timeout: 1 });
  await database?.drop();
  await system?.stop();
});

/** What `waybill …` prints. */
async function waybill(...args: string[]): Promise<string> {
  const all = [registerPause, registerResume, registerInspect, registerDeadLetters, registerActs];
  const { text } = await runCommand(
    (program, print) => all.forEach((register) => register(program, print)),
    ...args,
  );
  return text;
}

async function positionOf(projection: string): Promise<number | undefined> {
  const [row] = await sql<{ sequence: number }[]>`
    select sequence from waybill.positions where projection = ${projection} and partition = ${partition}`;
  return row?.sequence;
}
/** One more event; answers with its record once the orders, which it does not concern, are past it. */
async function happened(description: string): Promise<number> {
  expect(await system.describeSku(lamp, description)).toBe("answered");
  const { sequence = 0 } = await system.broker.last("EVENTS", subjects.events(partition)) ?? {};
  await expect.poll(() => positionOf("orders_v2")).toBeGreaterThanOrEqual(sequence);
  return sequence;
}

describe("a record that one projection cannot apply", () => {
  let id = "", record = 0;

  test("is listed with what and why, while the others go on", async () => {
    id = `unprojected/stock_v1/${partition}`;
    record = await happened("first");
    await expect.poll(() => waybill("dead-letters", "list")).toBe(
      `${id}\n    Cannot project record ${record} of partition ${partition} into stock_v1: a poison record`,
    );
    await happened("second");
    expect(await positionOf("stock_v1")).toBeLessThan(record);
    expect(await waybill("dead-letters", "list")).toMatch(/\n {4}(1 waits|\d wait) behind it$/);
  });

  test("is what inspect says of these rows, with how many records wait behind it", async () => {
    const lines = [
      `stock_v1 stands before record ${record} of partition ${partition}; `,
      `by build test: a poison record`,
      `waybill dead-letters show ${id}`,
    ];
    for (const asked of [[], ["projection:stock"]]) {
      const said = await waybill("inspect", ...asked);
      for (const line of lines) expect(said).toContain(line);
    }
    expect(JSON.parse(await waybill("inspect", "--json")).projections).toMatchObject([
      { id, projection: "stock_v1", partition, sequence: record, problem: "a poison record", build: "test" },
    ]);
    expect(await waybill("inspect", "projection:orders")).toBe("projection:orders is not held back.");
    expect(await waybill("inspect", "sku:LAMP")).toBe("sku:LAMP is not held back.");
  });

  test("is shown with the actors and events that are in it", async () => {
    expect(JSON.parse(await waybill("dead-letters", "show", id))).toMatchObject({
      ...{ projection: "stock_v1", partition, sequence: record, problem: "a poison record", build: "test" },
      record: { actors: [lamp], events: [{ actor: lamp, type: "sku.described" }] },
    });
    await expect(waybill("dead-letters", "show", "unprojected/nonsense")).rejects.toThrow(
      "no such dead letter",
    );
  });

  test("is never given up, and says what to do instead", async () => {
    await expect(waybill("dead-letters", "drop", id, ...doing)).rejects.toThrow(
      /^Cannot drop \S+: rows are the log up to where they stand.*waybill rebuild$/,
    );
  });

  test("is tried again when an operator says so, and applied once the code is mended", async () => {
    expect(await waybill("dead-letters", "retry", id)).toContain(`Would retry ${id}`);
    expect(await waybill("dead-letters", "retry", id, ...doing)).toBe(
      `stock_v1/${partition} stopped again: a poison record`,
    );
    isPoisoned = false;
    expect(await waybill("dead-letters", "retry", id, ...doing)).toBe(`stock_v1/${partition} goes on`);
    expect(await waybill("dead-letters", "list")).toBe("There are no dead letters.");
    expect(await waybill("inspect")).toBe("Nothing is held back.");
    await expect(waybill("dead-letters", "retry", id, ...doing)).rejects.toThrow(
      "there is no such dead letter",
    );
  });
});

describe("a projection that is paused", () => {
  test("stands still while the others go on, and catches up when it is resumed", async () => {
    const before = await happened("before");
    await expect.poll(() => positionOf("stock_v1")).toBe(before);
    expect(await waybill("pause", "projection:stock")).toContain("Would pause projection:stock");
    expect(await waybill("pause", "projection:stock", ...doing)).toBe("projection:stock is paused");
    await expect.poll(() => isPaused("stock")).toBe(true);
    const last = await happened("while paused");
    expect(await positionOf("stock_v1")).toBe(before);
    expect(await waybill("inspect", "projection:stock")).toMatch(
      /^projection-stock has been on since \S+, by ada: a test$/,
    );
    expect(await waybill("resume", "projection:stock", ...doing)).toBe(
      "projection:stock goes on, and catches up",
    );
    await expect.poll(() => positionOf("stock_v1")).toBe(last);
    expect(await waybill("inspect")).toBe("Nothing is held back.");
    expect(await waybill("acts")).toContain("pause projection:stock  done");
  });

  test("is one that there is", async () => {
    await expect(waybill("pause", "projection:lamps", ...doing)).rejects.toThrow(
      /^Cannot pause projection:lamps: there is orders, .*, notifications, webhooks$/,
    );
    await expect(waybill("resume", "projection:stock", ...doing)).rejects.toThrow("it is not paused");
  });
});
