import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { projectTo } from "../../projections/testing/running.ts";
import { endOfLog, scanLog } from "../../streams/reading/scan.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import { buildTown, orderNumbered, type SmallTown } from "../reading/testing/small_town.ts";
import type { Shown } from "../reading/show_json.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { registerShow } from "./show.ts";
import { runCommand } from "./testing/run_command.ts";

let town: SmallTown, database: TestDatabase, sql: Sql;

beforeAll(async () => {
  [town, database] = await Promise.all([buildTown(2), testDatabase()]);
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 2 });
  for (const partition of [0, 1]) {
    await projectTo(await endOfLog(town.broker, partition), { broker: town.broker, sql, partition });
  }
  vi.stubEnv("NATS_URL", town.nats.url);
  vi.stubEnv("DATABASE_URL", database.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sql?.end({ timeout: 1 });
  await database?.drop();
  await town?.stop();
});

const run = (...args: string[]) => runCommand(registerShow, "show", ...args);
const show = async (...args: string[]) => (await run(...args)).text;
/** As one line, wherever it was broken. */
const spoken = async (...args: string[]) => (await show(...args)).replace(/\s+/g, " ");
const shown = async (...args: string[]) => JSON.parse(await show(...args, "--json")) as Shown;

describe("an order, told to somebody on the telephone", () => {
  test("what became of it, line by line, and why the cancellation came too late", async () => {
    const text = await spoken("web/1");
    expect(text).toContain(`Order 1 of channel web (${orderNumbered(1)})`);
    expect(text).toMatch(/Closed; payment captured; 10\.50 GBP \(8\.75 net, 1\.75 tax\)/);
    expect(text).toContain("6 of A: 6 shipped, 2 came back");
    expect(text).toContain("Placed, paid: 6 of A, 1 of POST");
    expect(text).toContain("Confirmed: 6 of A are set aside at LON1, POST needs no stock");
    expect(text).toContain("Parcel P1 was handed to UPS (1Z999AA10123456784)");
    expect(text).toMatch(/Invoice INV-\d{4}-000001 of \d{4}-\d\d-\d\d over 10\.50 GBP/);
    expect(text).toContain(
      "Closed: goods could come back until 2011-12-16 14:00:00, and nothing of it is open",
    );
    expect(text).toContain("REFUSED (cancel)");
    expect(text).toMatch(/found by the index$/);
  });

  test("that was refused, and that nobody paid", async () => {
    expect(await spoken("web/2")).toContain("Rejected, nothing is held for it: 9 of A wanted, 4 there");
    expect(await spoken("web/3")).toContain("Expired: not paid by");
  });

  test("that nobody has heard of", async () => {
    const { text, exitCode } = await run("web/none");
    expect(text).toContain("Nobody has ever placed the order");
    expect(exitCode).toBe(1);
  });
});

test("a SKU is told in words, and with --verbose as events", async () => {
  const text = await spoken("sku:A");
  expect(text).toContain("What happened (UTC)");
  expect(text).toMatch(/Received by \S+: 10 at LON1, sellable/);
  expect(text).toContain(`Allocated to ${orderNumbered(1)}, which had reserved it: 6 at LON1`);
  expect(text).toMatch(/Shipped for \S+ in \S+: 6 at LON1/);
  expect(text).not.toContain("goods.received/1");
  expect(await spoken("sku:A", "--verbose")).toContain("goods.received/1");
});

describe("any actor, step by step", () => {
  test("each step has what caused it, what was decided, and what it changed", async () => {
    const { steps, view, version, actor } = await shown("sku:A");
    expect(actor).toBe("sku:A");
    expect(view).toMatchObject({ available: 5, locations: [{ location: "LON1", onHand: 6, allocated: 1 }] });
    expect(steps.flatMap(({ events }) => events.map((event) => event.version))).toEqual(
      Array.from({ length: version }, (_, i) => i + 1),
    );
    const [received] = steps;
    expect(received!.events[0]).toMatchObject({ type: "goods.received", data: { quantity: 10 } });
    expect(received!.changes).toContainEqual({
      path: "/locations/0",
      after: expect.objectContaining({ sellable: 10 }),
    });
    expect(received!.cause).toMatchObject({
      id: expect.stringMatching(/\w/),
      commands: expect.stringMatching(/^\d+:0$/),
    });
  });

  test("a timer that fired, and what it set before", async () => {
    const { steps } = await shown(orderNumbered(3));
    expect(steps.flatMap(({ timers }) => timers)).toEqual([
      { name: "hold", due: expect.stringMatching(/Z$/) },
      { name: "hold", due: null },
    ]);
    expect(steps.find(({ cause }) => cause.kind === "timer")!.events.map(({ type }) => type)).toContain(
      "order.expired",
    );
  });

  test("a parcel by its tracking number, a document by its own, a return, a series, a stock document", async () => {
    expect((await shown("1z 999aa10123456784")).actor).toBe("parcel:ups:1Z999AA10123456784");
    const [number] = /INV-\d{4}-000001/.exec(await spoken("web/1"))!; // Of the year in which the town was built.
    expect((await shown(number)).actor).toBe(`order:${orderNumbered(1)}`);
    for (const actor of ["return:ret_1_r", "stockdoc:LON1:PO-1"]) {
      expect((await shown(actor)).version, actor).toBeGreaterThan(0);
    }
    await expect(show("nothing-like-it")).rejects.toThrow(/^Cannot find nothing-like-it: name an actor/);
  });

  test("what reads well in a terminal fits it", async () => {
    for (
      const args of [["web/1"], ["sku:A"], ["sku:A", "--verbose"], [orderNumbered(1), "--verbose"], [
        "stockdoc:LON1:PO-1",
      ]]
    ) {
      const text = await show(...args);
      expect(Math.max(...text.split("\n").map((line) => line.length)), text).toBeLessThanOrEqual(80);
    }
    expect(await show("sku:A", "--steps", "2")).toContain("earlier: --steps");
  });
});

describe("at a moment", () => {
  test("by place: what it was after that record; by time the same", async () => {
    const id = `order:${orderNumbered(1)}`, whole = await shown(id);
    const shipped = whole.steps.find(({ events }) => events.some(({ type }) => type === "order.shipped"))!;
    const before = whole.steps[whole.steps.indexOf(shipped) - 1]!;
    const then = await shown(id, "--at", before.position);
    expect(then.view).toMatchObject({ status: expect.stringMatching(/^(confirmed|in_fulfilment)$/) });
    expect(then.steps).toEqual(whole.steps.slice(0, whole.steps.indexOf(shipped)));
    expect((await shown(id, "--at", before.time)).steps.length).toBeGreaterThanOrEqual(1);
    expect((await shown(id, "--at", "2011-01-01T00:00:00Z")).version).toBe(0);
    await expect(show(id, "--at", "yesterday")).rejects.toThrow(
      "Cannot use --at yesterday: it must be a time such as",
    );
    await expect(show(id, "--at", "77:1")).rejects.toThrow(
      "Cannot show it at that position: the actor lives in partition",
    );
  });
});

describe("at a moment that has not come, or before it began", () => {
  test("an order that was placed later says when; so does any actor", async () => {
    const { time, position } = (await shown("web/1")).steps[0]!, before = ["--at", "2010-01-01T00:00:00Z"];
    const began = `begins at ${time.slice(0, 19).replace("T", " ")} (${position})`;
    expect(await spoken("web/1", ...before)).toContain(
      `Nobody had placed the order order:${orderNumbered(1)} by then: what is recorded of it ${began}`,
    );
    expect(await spoken("stockdoc:LON1:PO-1", ...before)).toMatch(
      /nothing is recorded of it by then: that begins at \d/,
    );
    expect((await shown("web/1", ...before)).begins).toEqual({ time, position });
    expect((await run("web/1", ...before)).exitCode).toBe(1);
    expect(await spoken("web/none", ...before)).toContain("Nobody has ever placed the order");
  });

  test("the end of the log is the last place, and now the last time", async () => {
    const end = await endOfLog(town.broker);
    await expect(show("web/1", "--at", "0:99999")).rejects.toMatchObject({
      message: `Cannot show it at 0:99999: the log ends at ${end}`,
      exitCode: 2,
    });
    await expect(show("web/1", "--at", "2999-01-01T00:00:00Z")).rejects.toMatchObject({
      message: "Cannot show it at 2999-01-01T00:00:00.000Z: that time has not come yet",
      exitCode: 2,
    });
  });
});

describe("where the index is of no use", () => {
  const known = async () => (await shown(`order:${orderNumbered(1)}`)).steps;

  test("the partition is read, and says why: the same comes out", async () => {
    const scanned = await shown(`order:${orderNumbered(1)}`, "--scan");
    expect(scanned.read).toMatchObject({ by: "log", why: "--scan" });
    expect(scanned.steps.filter(({ events }) => events.length > 0)).toEqual(
      (await known()).filter(({ events }) => events.length > 0),
    );
  });

  test("it is behind: what it does not know yet is searched", async () => {
    const steps = await known();
    await sql`update waybill.positions set sequence = ${
      Number(steps[1]!.position.split(":")[1])
    }, hash = ${await hashAt(
      steps[1]!.position,
    )} where projection = 'actor_index_v1' and partition = ${Number(steps[1]!.position.split(":")[0])}`;
    const again = await shown(`order:${orderNumbered(1)}`);
    expect(again.read.by).toBe("index");
    expect(again.steps.map(({ events }) => events)).toEqual(steps.map(({ events }) => events));
  });

  test("it is of another log: nothing of it is believed", async () => {
    await sql`update waybill.positions set hash = 'another' where projection = 'actor_index_v1'`;
    const again = await shown(`order:${orderNumbered(1)}`);
    expect(again.read).toMatchObject({ by: "log", why: "the index holds nothing of this log" });
    expect(again.view).toMatchObject({ status: "closed" });
  });

  test("the database is gone", async () => {
    vi.stubEnv("DATABASE_URL", "postgres://127.0.0.1:1/none");
    expect((await shown(`order:${orderNumbered(1)}`)).read).toMatchObject({
      by: "log",
      why: expect.stringMatching(/ECONNREFUSED/),
    });
    vi.stubEnv("DATABASE_URL", database.url);
  });
});

async function hashAt(position: string): Promise<string> {
  const sequence = Number(position.split(":")[1]);
  const range = { fromSequence: sequence, toSequence: sequence, decode: decodeRecord };
  for await (const { mark } of scanLog(town.broker, range)) return mark.hash;
  throw new Error(`Cannot find ${position}`);
}
