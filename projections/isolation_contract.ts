import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { Fault } from "../streams/faults.ts";
import type { Projection } from "./projection.ts";
import { type ProjectorObserver, unwatchedProjector } from "./projector_observer.ts";
import type { Unprojected } from "./row_store.ts";
import { aBusyDay } from "./testing/busy_day.ts";
import { partition, projectAll, projectorOn } from "./testing/kit_projector.ts";
import { expectedOf, openTown, type RowsKit, type Told } from "./testing/rows_kit.ts";
import { until } from "./testing/running.ts";
import { line, placing, receiving } from "./testing/town_log.ts";

const foldIn = ({ orders, levels }: Told) => ({ orders, levels });

/** What the projector promises when one projection cannot go on, may not, or is far behind: the others do not notice. */
export function isolationContract<Db, Tx>(open: () => Promise<RowsKit<Db, Tx>>): void {
  const broken = (one: Projection<Db, Tx>, isBroken: (sequence: number) => boolean): Projection<Db, Tx> => ({
    ...one,
    project: (records, db, schema) => {
      if (records.some(({ sequence }) => isBroken(sequence))) throw new Error("no such event");
      return one.project(records, db, schema);
    },
  });
  const standsAt = (kit: RowsKit<Db, Tx>, positions: Told["positions"]) =>
    until(async () => isDeepStrictEqual((await kit.tell()).positions, positions));

  test("stops one projection at the first record that it cannot apply, and the others go on", async () => {
    for (const messagesMax of [1, 256]) {
      const kit = await open(), { broker, town } = await openTown();
      const good = await aBusyDay(town), before = expectedOf(town);
      const last = await town.turn(receiving("B", 2), placing(9, [line("B", 1)]));
      const told: Unprojected[] = [], limits = { messagesMax, bytesMax: 1e9, eventsMax: 1e9 };
      const observer = { ...unwatchedProjector, unprojected: (what: Unprojected) => void told.push(what) };
      const projections = [kit.orders, broken(kit.stock, (sequence) => sequence === last)];
      const projector = projectorOn(kit, { broker, projections, observer, limits });
      const running = projector.run();
      await standsAt(kit, { orders_v2: last, stock_v1: good });
      await until(() => told.length > 0);
      const next = await town.turn(placing(10, [line("B", 1)]));
      await standsAt(kit, { orders_v2: next, stock_v1: good });
      projector.stop();
      await running;
      expect(foldIn(await kit.tell())).toEqual({ orders: expectedOf(town).orders, levels: before.levels });
      const what = {
        projection: "stock_v1",
        partition,
        sequence: last,
        problem: "no such event",
        build: "test",
      };
      expect(told).toEqual([what]);
      expect(await kit.rows.unprojected(partition)).toMatchObject([{ ...what, retryAsked: false }]);
      await projectAll(next, projectorOn(kit, { broker })); // Mended, and started again.
      expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
      expect(await kit.rows.unprojected(partition)).toEqual([]);
    }
  });

  test("tries a record again as soon as an operator asks, and goes on when it is mended", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const poison = await aBusyDay(town), last = await town.turn(receiving("B", 1));
    let isBroken = true, tries = 0;
    const stock = broken(kit.stock, (sequence) => isBroken && sequence === poison);
    const observer = { ...unwatchedProjector, unprojected: () => void tries++ };
    const projector = projectorOn(kit, { broker, projections: [kit.orders, stock], observer });
    const running = projector.run();
    await until(() => tries === 1);
    await kit.askRetry("stock_v1");
    await until(() => tries === 2);
    expect(await kit.rows.unprojected(partition)).toMatchObject([{ sequence: poison, retryAsked: false }]);
    isBroken = false;
    await kit.askRetry("stock_v1");
    await until(() => projector.sequence >= last);
    expect(await kit.rows.unprojected(partition)).toEqual([]);
    projector.stop();
    await running;
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
  });

  test("holds one alone whose statements take too long, after a few tries, and tries it again by the clock", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const last = await aBusyDay(town), told: Unprojected[] = [], standing = new Map<string, string>();
    let slow = true, tries = 0, triesUntilTold: number | undefined;
    const stock: Projection<Db, Tx> = {
      ...kit.stock,
      project: (records, db, schema) => {
        tries++;
        if (slow) throw new Fault("database.slow", "Cannot write rows: it took too long");
        return kit.stock.project(records, db, schema);
      },
    };
    const observer: ProjectorObserver = {
      ...unwatchedProjector,
      unprojected: (what) => {
        told.push(what);
        triesUntilTold ??= tries;
      },
      standing: ({ projections }) => projections.forEach((one) => standing.set(one.projection, one.state)),
    };
    const projector = projectorOn(kit, {
      ...{ broker, projections: [kit.orders, stock], observer, slowRetryMs: 1_500 },
    });
    const running = projector.run();
    await standsAt(kit, { orders_v2: last, stock_v1: 0 });
    await until(() => told.length > 0);
    // Three with the others, one alone, and one of its first record alone.
    expect([triesUntilTold, told[0]?.sequence, told[0]?.problem]).toEqual([
      5,
      1,
      "Cannot write rows: it took too long",
    ]);
    await until(() => told.length > 1);
    expect(standing.get("stock_v1")).toBe("stopped");
    slow = false;
    await until(() => projector.sequence >= last);
    expect(await kit.rows.unprojected(partition)).toEqual([]);
    projector.stop();
    await running;
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
  });

  test("leaves the rows of a paused projection where they are, and brings them up when it is resumed", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const first = await aBusyDay(town), levels = expectedOf(town).levels, resting = new Set<string>();
    const standing = new Map<string, string>();
    const observer: ProjectorObserver = {
      ...unwatchedProjector,
      standing: ({ projections }) => projections.forEach((one) => standing.set(one.projection, one.state)),
    };
    const projector = projectorOn(kit, { broker, paused: (name) => resting.has(name), observer });
    const running = projector.run();
    await until(() => projector.sequence >= first);
    resting.add("stock");
    const last = await town.turn(receiving("B", 7));
    await standsAt(kit, { orders_v2: last, stock_v1: first });
    await until(() => standing.get("stock_v1") === "paused" && standing.get("orders_v2") === "going");
    expect((await kit.tell()).levels).toEqual(levels);
    resting.clear();
    await until(() => projector.sequence >= last);
    projector.stop();
    await running;
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
  });

  test("lets one that is far behind catch up apart, holding up nobody, and then read with the others", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const first = await aBusyDay(town);
    await projectAll(first, projectorOn(kit, { broker, projections: [kit.orders] }));
    let arrived = () => {}, letGo = () => {};
    const reading = new Promise<void>((resolve) => arrived = resolve);
    const hold = new Promise<void>((resolve) => letGo = resolve);
    const stock: Projection<Db, Tx> = {
      ...kit.stock,
      project: async (records, db, schema) => {
        arrived();
        await hold;
        return await kit.stock.project(records, db, schema);
      },
    };
    const together: (readonly [number, number])[] = [];
    const projector = projectorOn(kit, {
      ...{ broker, projections: [kit.orders, stock], nearness: { togetherMax: 1, joinMax: 1 } },
      observer: {
        ...unwatchedProjector,
        batch: ({ firstSequence, lastSequence }) => void together.push([firstSequence, lastSequence]),
      },
    });
    const running = projector.run();
    await reading;
    const next = await town.turn(receiving("B", 1));
    await standsAt(kit, { orders_v2: next, stock_v1: 0 });
    letGo();
    await until(() => projector.sequence >= next);
    const last = await town.turn(receiving("B", 1));
    await until(() => projector.sequence >= last);
    expect(together.filter(([from]) => from === last)).toHaveLength(1);
    projector.stop();
    await running;
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
  });
}
