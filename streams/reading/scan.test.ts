import { beforeEach, describe, expect, test } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import { MemoryServer } from "../broker/memory.ts";
import type { Broker } from "../broker/broker.ts";
import { hashOf } from "../hash.ts";
import { nothingRead, nothingYet } from "../host/partition_state.ts";
import {
  type BucketRange,
  type Mark,
  recordFormat,
  type RecordHead,
  streamNames,
  subjects,
} from "../record.ts";
import { decodeRecord, encodeRecord } from "../record_text.ts";
import { ensureStreams } from "../streams.ts";
import { recordsOfActor } from "./actor_records.ts";
import { scanLog } from "./scan.ts";
import { sequenceAt } from "./time.ts";

/** A log of three partitions, two of them from the beginning; 2 is split from 1. */
class Log {
  readonly heads = new Map<number, Mark>();
  readonly broker: Broker = new MemoryServer().connect();

  async add(
    partition: number,
    rest: Partial<RecordHead> = {},
    actors: readonly string[] = [],
  ): Promise<void> {
    const range: BucketRange = [0, 1024], previous = this.heads.get(partition) ?? nothingYet;
    const head: RecordHead = {
      ...{ format: recordFormat, turn: "t", partition, previous, epoch: 1, atMs: 0, range, took: 0 },
      ...{ read: { commands: nothingRead, peers: nothingYet }, out: [], timers: [], dead: [], parked: [] },
      ...rest,
    };
    const entries = actors.map((actor) =>
      JSON.stringify({ actor, version: 1, cause: 0, type: "t", v: 1, data: {} })
    );
    const bytes = encodeRecord(head, { sends: [], inputs: [], results: [], entries });
    const outcome = await this.broker.publish(subjects.events(partition), bytes, { ackMsMax: 100 });
    if (outcome.kind !== "stored") throw new Error(outcome.kind);
    const mark = { sequence: outcome.sequence, hash: hashOf(bytes) };
    this.heads.set(partition, mark);
    if (rest.split) this.heads.set(rest.split.child, mark);
  }

  async read(
    range: { fromSequence?: number; toSequence?: number; partition?: number } = {},
  ): Promise<number[]> {
    const read: number[] = [], scan = { fromSequence: 1, ...range, decode: decodeRecord };
    for await (const { mark } of scanLog(this.broker, scan)) read.push(mark.sequence);
    return read;
  }
}

let log: Log;
beforeEach(async () => {
  log = new Log();
  await ensureStreams(log.broker, 1);
});

describe("reading the log forward", () => {
  beforeEach(async () => {
    await log.add(0);
    await log.add(1, {}, ["sku:A"]);
    await log.add(1, { split: { child: 2, range: [512, 1024] } });
    await log.add(0);
    await log.add(2, {}, ["sku:A", "sku:AB"]);
  });

  test("all of it, a range of it, and one partition's part, also of one that was split off", async () => {
    expect(await log.read()).toEqual([1, 2, 3, 4, 5]);
    expect(await log.read({ fromSequence: 2, toSequence: 4 })).toEqual([2, 3, 4]);
    expect(await log.read({ partition: 1, toSequence: 2 })).toEqual([2]);
    expect(await log.read({ partition: 2 })).toEqual([5]);
    expect(await log.read({ partition: 7 })).toEqual([]);
    expect(await log.read({ fromSequence: 99 })).toEqual([]);
  });

  test("its end is where it ended when reading began", async () => {
    const read: number[] = [];
    for await (const { mark } of scanLog(log.broker, { fromSequence: 4, decode: decodeRecord })) {
      read.push(mark.sequence);
      await log.add(0);
    }
    expect(read).toEqual([4, 5]);
  });

  test("a record that follows another one than was read is the end of it", async () => {
    await log.add(0, { previous: { sequence: 4, hash: "f".repeat(64) } });
    await expect(log.read()).rejects.toThrow(
      "Cannot read on: record 6 of partition 0 follows 4 (ffffffffffff)",
    );
  });

  test("a range begins on what lies in front of it", async () => {
    await log.add(1, { previous: { sequence: 4, hash: log.heads.get(0)!.hash } });
    expect(await log.read({ partition: 1, fromSequence: 6 })).toEqual([6]);
    await log.add(1, { previous: { sequence: 5, hash: "f".repeat(64) } });
    await expect(log.read({ fromSequence: 7 })).rejects.toThrow(
      "Cannot read from record 7: it follows 5, which is another one",
    );
  });

  test("an actor's records: those that are known, and only what lies behind them is searched", async () => {
    const find = async (known?: { readonly sequence: number; readonly upTo: number }) => {
      const found: number[] = [], looked: number[] = [];
      const search = {
        actor: "sku:A" as ActorId,
        segments: [{ partition: 1, toSequence: 3 }, { partition: 2, toSequence: Infinity }],
        progress: (sequence: number) => void looked.push(sequence),
        ...(known && {
          known: {
            upTo: (partition: number) => partition === 1 ? known.upTo : 0,
            places: [{ partition: 1, sequence: known.sequence }],
          },
        }),
      };
      for await (const { sequence } of recordsOfActor(log.broker, search)) found.push(sequence);
      return { found, looked };
    };
    expect(await find()).toEqual({ found: [2, 5], looked: [2, 3, 5] });
    expect(await find({ sequence: 2, upTo: 2 })).toEqual({ found: [2, 5], looked: [3, 5] });
    expect(await find({ sequence: 2, upTo: 9 })).toEqual({ found: [2, 5], looked: [5] });
  });
});

test("a time is found by a few records, and nothing of that time is missed though clocks differ", async () => {
  for (let i = 0; i < 200; i++) await log.add(0, { atMs: 1_000_000 + i * 1_000 });
  let reads = 0;
  const { broker } = log,
    counting = {
      info: broker.info.bind(broker),
      at: (stream: string, sequence: number) => (reads++, broker.at(stream, sequence)),
    };
  expect(await sequenceAt(counting, 1_100_000)).toBe(91);
  expect(reads).toBeLessThan(10);
  expect(await sequenceAt(broker, 0)).toBe(1);
  expect(await sequenceAt(broker, 9_000_000)).toBe((await broker.info(streamNames.events)).lastSequence + 1);
});
