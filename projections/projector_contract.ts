import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import type { Projection } from "./projection.ts";
import { aBusyDay } from "./testing/busy_day.ts";
import { projectAll, projectorOn } from "./testing/kit_projector.ts";
import { expectedOf, openTown, type RowsKit, type Told } from "./testing/rows_kit.ts";
import { until, withRead } from "./testing/running.ts";
import { line, placing, receiving } from "./testing/town_log.ts";

const foldIn = ({ orders, levels }: Told) => ({ orders, levels });

/** What the projector promises on every store of rows. `open` gives one that is empty. */
export function projectorContract<Db, Tx>(open: () => Promise<RowsKit<Db, Tx>>): void {
  test("makes rows that are the fold of the log, in whatever batches", async () => {
    for (const messagesMax of [1, 3, 256]) {
      const kit = await open(), { broker, town } = await openTown();
      const last = await aBusyDay(town);
      await projectAll(
        last,
        projectorOn(kit, { broker, limits: { messagesMax, bytesMax: 1e9, eventsMax: 1e9 } }),
      );
      const told = await kit.tell();
      expect(foldIn(told)).toEqual(expectedOf(town));
      expect(Object.keys(told.orders)).toHaveLength(5);
      expect(told.positions).toEqual({ orders_v2: last, stock_v1: last });
      const versions = Object.entries(told.orders).flatMap(([id, [version]]) =>
        Array.from({ length: version }, (_, i) => `${id} ${i + 1}`)
      );
      expect(told.events.map((event) => event.split(" ").slice(0, 2).join(" "))).toEqual(versions.sort());
    }
  });

  test("changes nothing by what is delivered again", async () => {
    const kit = await open(), { broker, town } = await openTown();
    await projectAll(await aBusyDay(town), projectorOn(kit, { broker }));
    const before = await kit.tell();
    const again = withRead(
      broker,
      (stream, options) => broker.read(stream, { ...options, fromSequence: 1 }),
    );
    await projectAll(await town.turn(receiving("B", 1)), projectorOn(kit, { broker: again }));
    const after = await kit.tell();
    expect(after.events).toEqual(before.events);
    expect(foldIn(after)).toEqual(expectedOf(town));
  });

  test("brings up a projection that is behind; those ahead skip what they have", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const last = await aBusyDay(town);
    await projectAll(last, projectorOn(kit, { broker, projections: [kit.stock] }));
    await projectAll(last, projectorOn(kit, { broker }));
    const told = await kit.tell();
    expect(foldIn(told)).toEqual(expectedOf(town));
    expect(told.positions).toEqual({ orders_v2: last, stock_v1: last });
  });

  test("fills a new version from the beginning of the log, and refuses the old one in a new shape", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const last = await aBusyDay(town);
    await projectAll(last, projectorOn(kit, { broker }));
    const seen: number[] = [];
    const next: Projection<Db, Tx> = {
      name: kit.stock.name,
      version: 2,
      shape: "2",
      project: (records) => {
        seen.push(...records.map(({ sequence }) => sequence));
        return Promise.resolve(() => Promise.resolve());
      },
    };
    await projectAll(last, projectorOn(kit, { broker, projections: [kit.orders, kit.stock, next] }));
    expect(seen).toEqual(Array.from({ length: last }, (_, i) => i + 1));
    expect((await kit.tell()).positions).toEqual({ orders_v2: last, stock_v1: last, stock_v2: last });
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
    const reshaped = projectorOn(kit, { broker, projections: [{ ...kit.stock, shape: "2" }] });
    await expect(reshaped.run()).rejects.toThrow(/raise its version/);
  });

  test("writes alone: of two the other is fenced", async () => {
    const kit = await open(), { broker, town } = await openTown();
    await town.turn(receiving("A", 20));
    const [one, two] = [projectorOn(kit, { broker }), projectorOn(kit, { broker })];
    const running = [one.run(), two.run()];
    const ended = Promise.race(running);
    ended.catch(() => {}); // Looked at below.
    await until(() => Math.max(one.sequence, two.sequence) >= 1);
    for (let n = 1; n <= 50; n++) {
      await town.turn(placing(n, [line("A", 1)], { stockPolicy: "backorder" }));
    }
    await expect(ended).rejects.toMatchObject({ code: "projection.fenced" });
    one.stop();
    two.stop();
    const results = await Promise.allSettled(running);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await projectAll(51, projectorOn(kit, { broker }));
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
  });

  /** Orders, where `first` happens once before the first record after `sequence` is applied. */
  const interrupted = (kit: RowsKit<Db, Tx>, sequence: number, first: () => Promise<void>) => {
    let due = true;
    const project: Projection<Db, Tx>["project"] = async (records, db, schema) => {
      const now = due && records.some((record) => record.sequence > sequence);
      if (now) due = false;
      if (now) await first();
      return await kit.orders.project(records, db, schema);
    };
    return [{ ...kit.orders, project }, kit.stock];
  };

  test("is fenced, and blames no record, when it meets rows that another projector wrote", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const last = await aBusyDay(town);
    const projections = interrupted(kit, 4, () => projectAll(last, projectorOn(kit, { broker })));
    const late = projectorOn(kit, {
      broker,
      projections,
      limits: { messagesMax: 1, bytesMax: 1e9, eventsMax: 1e9 },
    });
    await expect(late.run()).rejects.toMatchObject({ code: "projection.fenced" });
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
  });

  test("goes on when the database lost rows that it is about to read", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const last = await aBusyDay(town);
    const projections = interrupted(kit, 4, () => kit.loseAll());
    const limits = { messagesMax: 1, bytesMax: 1e9, eventsMax: 1e9 };
    await projectAll(last, projectorOn(kit, { broker, projections, limits }));
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
  });

  test("makes again what a crash of the database lost", async () => {
    const kit = await open(), { broker, town } = await openTown();
    const projector = projectorOn(kit, { broker });
    const running = projector.run();
    const last = await aBusyDay(town);
    await until(() => projector.sequence >= last);
    await kit.loseAll();
    const next = await town.turn(receiving("Z", 1));
    await until(() => projector.sequence >= next);
    await kit.loseAll(); // Nothing follows: it is missed all the same.
    const positions = { orders_v2: next, stock_v1: next };
    await until(async () => isDeepStrictEqual((await kit.tell()).positions, positions));
    projector.stop();
    await running;
    expect(foldIn(await kit.tell())).toEqual(expectedOf(town));
  });
}
