import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../streams/faults.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { Projector } from "../projector.ts";
import { aBusyDay } from "../testing/busy_day.ts";
import { expectedOf, memoryKit, openTown, type Told, toldBy } from "../testing/rows_kit.ts";
import { until } from "../testing/running.ts";
import { memoryOrders } from "./memory_orders.ts";
import { MemoryRows, type RowFault } from "./memory_rows.ts";
import { memoryStock } from "./memory_stock.ts";
import { table } from "./tables.ts";

const real = systemRuntime("test");
const hasty = { ...real, after: (ms: number, run: () => void) => real.after(Math.min(ms, 1), run) };
const things = table<number>("things");
const unavailable = { code: "database.unavailable" };

async function opened(fault?: RowFault) {
  const server = new MemoryRows({ fault: (step) => step === "commit" ? fault : undefined });
  const connection = server.connect();
  const from = await connection.openPosition({
    projection: "p_v1",
    partition: 0,
    streamCreatedMs: 1,
    shape: "1",
  });
  const write = (sequence: number) =>
    connection.transact(async (tx) => {
      const before = server.positions()[0]!;
      await connection.movePosition(tx, before, { sequence, hash: "" });
      tx.put(things, `${sequence}`, () => sequence);
    });
  const there = () => [server.positions()[0]?.mark.sequence, [...server.rows(things).values()]];
  return { server, connection, from, write, there };
}

describe("the model of the database, in trouble", () => {
  test("a commit that is lost leaves nothing, one whose answer is lost leaves everything", async () => {
    const nothing = await opened("lose-statement"), everything = await opened("lose-answer");
    await expect(nothing.write(3)).rejects.toMatchObject(unavailable);
    expect(nothing.there()).toEqual([0, []]);
    await expect(everything.write(3)).rejects.toMatchObject(unavailable);
    expect(everything.there()).toEqual([3, [3]]);
  });

  test("a crash takes the last transactions, each with its position, and none that was flushed", async () => {
    const { server, write, there } = await opened();
    for (const sequence of [1, 2, 3]) await write(sequence);
    server.flush();
    for (const sequence of [4, 5, 6]) await write(sequence);
    expect(server.unflushed).toBe(3);
    expect(server.crash(2)).toBe(2);
    expect(there()).toEqual([4, [1, 2, 3, 4]]);
    expect(server.crash(10)).toBe(0); // What was read after a crash stays.
    await write(5);
    expect(server.crash(10)).toBe(1);
    expect(there()).toEqual([4, [1, 2, 3, 4]]);
  });

  test("a crash loses no more than the server leaves unflushed", async () => {
    const server = new MemoryRows({ unflushedMax: 2 }), connection = server.connect();
    for (const n of [1, 2, 3]) {
      await connection.transact((tx) => Promise.resolve(tx.put(things, `${n}`, () => n)));
    }
    expect(server.crash(Infinity)).toBe(2);
    expect([...server.rows(things).values()]).toEqual([1]);
  });

  test("what was under way when the server went down does not happen when it is back", async () => {
    for (const cut of ["crash", "outage"]) {
      const { server, connection, from, there } = await opened();
      const writing = connection.transact(async (tx) => {
        await connection.movePosition(tx, from, { sequence: 1, hash: "" });
        if (cut === "crash") server.crash(0);
        else server.goDown();
        server.comeUp();
      });
      await expect(writing).rejects.toMatchObject(unavailable);
      expect(there()).toEqual([0, []]);
    }
  });

  test("while it is down nobody is answered", async () => {
    const { server, connection, write } = await opened();
    server.goDown();
    await expect(connection.find(things, ["1"])).rejects.toMatchObject(unavailable);
    await expect(write(1)).rejects.toMatchObject(unavailable);
    server.comeUp();
    await write(1);
    expect(await connection.find(things, ["1", "2"])).toEqual(new Map([["1", 1]]));
  });
});

/** One fault for each of the first steps, and crashes between them. */
const trouble = fc.record({
  faults: fc.array(
    fc.option(fc.constantFrom<RowFault>("lose-statement", "lose-answer"), { nil: undefined, freq: 3 }),
    { maxLength: 40 },
  ),
  crashes: fc.array(fc.record({ atStep: fc.integer({ min: 1, max: 60 }), lose: fc.nat(4) }), {
    maxLength: 5,
  }),
  messagesMax: fc.integer({ min: 1, max: 3 }),
});

test(
  "two projectors through losses, crashes and each other: rows are always the fold up to their position",
  async () => {
    await fc.assert(
      fc.asyncProperty(trouble, async ({ faults, crashes, messagesMax }) => {
        const { broker, town } = await openTown();
        const states = new Map<number, Pick<Told, "orders" | "levels">>([[0, { orders: {}, levels: {} }]]);
        const noted = (sequence: number) => {
          states.set(sequence, expectedOf(town));
          return sequence;
        };
        const last = await aBusyDay({
          turn: async (...commands) => noted(await town.turn(...commands)),
          wait: async (ms) => noted(await town.wait(ms)),
        });
        let step = 0;
        const { server } = memoryKit(
          new MemoryRows({
            fault: () => {
              const crash = crashes.find(({ atStep }) => atStep === step + 1);
              if (crash) server.crash(crash.lose);
              audit(server, states);
              return faults[step++];
            },
          }),
        );
        const projector = () =>
          new Projector({
            broker,
            runtime: hasty,
            rows: server.connect(),
            projections: [memoryOrders, memoryStock],
            decode: decodeRecord,
            partition: 0,
            limits: { messagesMax, bytesMax: 1e9, eventsMax: 1e9 },
          });
        const supervised = async () => {
          for (;;) {
            const one = projector(), running = one.run();
            try {
              await Promise.race([running, until(() => one.sequence >= last)]);
              return;
            } catch (error) {
              if (!(error instanceof Fault) || error.code !== "projection.fenced") throw error;
            } finally {
              one.stop();
              await running.catch(() => {});
            }
          }
        };
        const isThere = () => server.positions().every(({ mark }) => mark.sequence === last);
        do await Promise.all([supervised(), supervised()]); while (!isThere()); // A crash took the end again after both had seen it.
        audit(server, states);
        expect(toldBy(server).positions).toEqual({ orders_v2: last, stock_v1: last });
      }),
      { numRuns: 60 },
    );
  },
);

function audit(server: MemoryRows, states: ReadonlyMap<number, Pick<Told, "orders" | "levels">>): void {
  const { orders, levels, events, positions } = toldBy(server);
  expect(orders).toEqual(states.get(positions.orders_v2 ?? 0)!.orders);
  expect(levels).toEqual(states.get(positions.stock_v1 ?? 0)!.levels);
  expect(events).toHaveLength(Object.values(orders).reduce((sum, [version]) => sum + version, 0));
}
