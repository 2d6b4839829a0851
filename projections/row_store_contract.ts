import { describe, expect, test } from "vitest";
import type { Broker } from "../streams/broker/broker.ts";
import { type Mark, streamNames } from "../streams/record.ts";
import { decodeRecord } from "../streams/record_text.ts";
import { decodeLogRecord, type LogRecord } from "./log_record.ts";
import { schemaOf } from "./projection.ts";
import { expectedOf, openTown, type RowsKit } from "./testing/rows_kit.ts";
import { line, placing, receiving } from "./testing/town_log.ts";

const partition = 0;
const mark = (sequence: number): Mark => ({ sequence, hash: `hash of ${sequence}` });

async function recordsOf(broker: Broker, ...sequences: readonly number[]): Promise<LogRecord[]> {
  const stored = await Promise.all(sequences.map((sequence) => broker.at(streamNames.events, sequence)));
  return stored.map((one) => decodeLogRecord(one!, decodeRecord));
}

/** What every store of rows promises to a projector. `open` gives one that is empty. */
export function rowStoreContract<Db, Tx>(open: () => Promise<RowsKit<Db, Tx>>): void {
  const positionOf = (
    { rows, stock }: RowsKit<Db, Tx>,
    wanted: { shape?: string; createdMs?: number } = {},
  ) =>
    rows.openPosition({
      projection: schemaOf(stock),
      partition,
      streamCreatedMs: wanted.createdMs ?? 1_000,
      shape: wanted.shape ?? stock.shape,
    });
  describe("a position", () => {
    test("is at the beginning when it is new, and of the stream that is read until it moves", async () => {
      const kit = await open();
      const expected = { projection: "stock_v1", partition, mark: { sequence: 0, hash: "" }, generation: 0 };
      expect(await positionOf(kit)).toEqual({ ...expected, streamCreatedMs: 1_000 });
      const from = await positionOf(kit, { createdMs: 2_000 });
      expect(from).toEqual({ ...expected, streamCreatedMs: 2_000 });
      await kit.rows.transact((tx) => kit.rows.movePosition(tx, from, mark(3)));
      expect(await positionOf(kit, { createdMs: 9_000 })).toEqual({ ...from, mark: mark(3) });
    });

    test("of rows of another shape is refused", async () => {
      const kit = await open();
      await positionOf(kit);
      await expect(positionOf(kit, { shape: "another" })).rejects.toThrow(/raise its version/);
    });

    test("moves from where it was last seen and from nowhere else", async () => {
      const kit = await open(), { rows } = kit;
      const from = await positionOf(kit);
      const move = (at: Mark, to: Mark) =>
        rows.transact((tx) => rows.movePosition(tx, { ...from, mark: at }, to));
      await move(from.mark, mark(3));
      await move(mark(3), mark(5));
      await expect(move(mark(3), mark(6))).rejects.toMatchObject({ code: "projection.fenced" });
      await expect(move({ ...mark(5), hash: "another" }, mark(6))).rejects.toMatchObject({
        code: "projection.fenced",
      });
      expect((await positionOf(kit)).mark).toEqual(mark(5));
    });

    test("that is lower than it was known to be is a crash of the database, not another projector", async () => {
      const kit = await open(), { rows } = kit;
      const from = await positionOf(kit);
      await rows.transact((tx) => rows.movePosition(tx, from, mark(3)));
      await kit.loseAll();
      const on = rows.transact((tx) => rows.movePosition(tx, { ...from, mark: mark(3) }, mark(4)));
      await expect(on).rejects.toMatchObject({ code: "database.unavailable" });
    });
  });

  describe("a transaction", () => {
    test("that fails after its rows leaves neither rows nor position", async () => {
      const kit = await open(), { rows } = kit, { broker, town } = await openTown();
      const records = await recordsOf(
        broker,
        await town.turn(receiving("A", 20), placing(1, [line("A", 1)])),
      );
      const from = await positionOf(kit);
      const before = await kit.tell();
      const dying = rows.transact(async (tx) => {
        await rows.movePosition(tx, from, mark(1));
        for (const projection of [kit.stock, kit.orders]) {
          await (await rows.read((db) => projection.project(records, db, schemaOf(projection))))(tx);
        }
        throw new Error("power cut");
      });
      await expect(dying).rejects.toThrow("power cut");
      expect(await kit.tell()).toEqual(before);
    });

    test("of two that move the same position at the same time, one is there and one is not", async () => {
      const kit = await open(), { rows } = kit, { broker, town } = await openTown();
      const records = await recordsOf(broker, await town.turn(receiving("A", 20)));
      const from = await positionOf(kit);
      const race = [1, 2].map(() =>
        rows.transact(async (tx) => {
          await rows.movePosition(tx, from, mark(1));
          await (await kit.stock.project(records, undefined as Db, schemaOf(kit.stock)))(tx); // Sums read nothing.
        })
      );
      const ended = await Promise.allSettled(race);
      expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(ended.find((one) => one.status === "rejected")?.reason).toMatchObject({
        code: "projection.fenced",
      });
      expect((await kit.tell()).levels).toEqual(expectedOf(town).levels);
    });

    test("holds no event twice: writing it again is an error, and nothing of the rest is there", async () => {
      const kit = await open(), { rows } = kit, { broker, town } = await openTown();
      const records = await recordsOf(
        broker,
        await town.turn(receiving("A", 20), placing(1, [line("A", 1)])),
      );
      const write = await rows.read((db) => kit.orders.project(records, db, schemaOf(kit.orders)));
      await rows.transact(write);
      const before = await kit.tell();
      const again = rows.transact(async (tx) => {
        await (await rows.read((db) => kit.stock.project(records, db, schemaOf(kit.stock))))(tx);
        await write(tx);
      });
      await expect(again).rejects.toSatisfy((error) => !("retry" in (error as object)));
      expect(await kit.tell()).toEqual(before);
    });
  });
}
