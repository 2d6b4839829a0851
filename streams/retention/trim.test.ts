import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryServer } from "../broker/memory.ts";
import { streamNames, subjects } from "../record.ts";
import { CommandsTrimmer, type HeldUp, type TrimLimits } from "./trim.ts";

const ackMsMax = 1_000;

async function open(streamBytesMax = 100_000) {
  let nowMs = 1_000_000;
  const server = new MemoryServer({ nowMs: () => nowMs });
  const broker = server.connect();
  const stream = { subjects: ["commands.*"], discard: "new", bytesMax: streamBytesMax, replicas: 1 } as const;
  await broker.ensureStream({ name: streamNames.commands, ...stream });
  const put = (partition = 0, bytes = 960) =>
    broker.publish(subjects.commands(partition), new Uint8Array(bytes), { ackMsMax });
  const trimmer = (passed: Passed, limits: Partial<TrimLimits> = {}, partitions = [0], held: Passed = {}) =>
    new CommandsTrimmer({
      broker,
      runtime: { nowMs: () => nowMs, sleep: () => Promise.resolve() },
      partitions: () => partitions,
      done: () => Promise.resolve(doneAt(passed, held)),
      limits: { streamBytesMax, ...limits },
      observer: { held: (what) => void told.push(what) },
    });
  const told: (HeldUp | undefined)[] = [];
  const pass = (ms: number) => void (nowMs += ms);
  return { broker, put, trimmer, pass, told };
}
/** By partition: how far its commands are done with. */
type Passed = { readonly [partition: number]: number | undefined };

const doneAt = (passed: Passed, held: Passed) =>
  new Map(
    Object.entries(passed).map(([key, upTo]) => {
      const partition = Number(key), oldest = held[partition];
      return [partition, { passed: upTo ?? 0, ...(oldest === undefined ? {} : { held: oldest }) }];
    }),
  );

describe("trimming COMMANDS", () => {
  test("keeps everything while there is room and it is young", async () => {
    const { put, trimmer, broker } = await open();
    for (let i = 0; i < 40; i++) await put();
    expect(await trimmer({ 0: 40 }).trim()).toBe(0);
    expect((await broker.info(streamNames.commands)).messages).toBe(40);
  });

  test("above half of the limit the oldest go, down to half and no further", async () => {
    const { put, trimmer, broker } = await open();
    for (let i = 0; i < 80; i++) await put();
    expect(await trimmer({ 0: 80 }).trim()).toBeGreaterThan(0);
    const { bytes, lastSequence } = await broker.info(streamNames.commands);
    expect(bytes).toBeLessThanOrEqual(50_000);
    expect(bytes).toBeGreaterThan(48_000);
    expect(lastSequence).toBe(80);
    expect(await trimmer({ 0: 80 }).trim()).toBe(0); // Running twice is running once.
  });

  test("never goes ahead of the slowest reader, however full it is", async () => {
    const { put, trimmer, broker } = await open();
    while ((await put()).kind === "stored");
    await trimmer({ 0: 5 }).trim();
    expect((await broker.info(streamNames.commands)).firstSequence).toBe(6);
    expect((await put()).kind).toBe("stored");
  });

  test("what is too old goes though there is room, but not ahead of a reader", async () => {
    const { put, trimmer, broker, pass } = await open();
    for (let i = 0; i < 10; i++) await put();
    pass(3_600_000);
    for (let i = 0; i < 10; i++) await put();
    pass(72 * 3_600_000 - 1_800_000);
    await trimmer({ 0: 3 }).trim();
    expect((await broker.info(streamNames.commands)).firstSequence).toBe(4);
    await trimmer({ 0: 20 }).trim();
    expect((await broker.info(streamNames.commands)).firstSequence).toBe(11);
  });

  test("what waits undecided behind a stopped actor stays, and says so", async () => {
    const { put, trimmer, broker, pass, told } = await open();
    for (let i = 0; i < 20; i++) await put();
    pass(73 * 3_600_000);
    await put();
    await trimmer({ 0: 21 }, {}, [0], { 0: 8 }).trim();
    expect((await broker.info(streamNames.commands)).firstSequence).toBe(8);
    expect(told).toEqual([{ partition: 0, sequence: 8, ageMs: 73 * 3_600_000 }]);
    await trimmer({ 0: 21 }).trim();
    expect((await broker.info(streamNames.commands)).firstSequence).toBe(21);
    expect(told.at(-1)).toBeUndefined();
  });

  test("messages that are gone already do not matter when looking for the age", async () => {
    const { put, trimmer, broker, pass } = await open();
    for (let i = 0; i < 20; i++) await put();
    for (const gone of [1, 5, 9, 10, 11, 19]) await broker.deleteMessage(streamNames.commands, gone, true);
    pass(73 * 3_600_000);
    for (let i = 0; i < 3; i++) await put();
    await trimmer({ 0: 23 }).trim();
    expect(await broker.info(streamNames.commands)).toMatchObject({ firstSequence: 21, messages: 3 });
  });

  test("a partition without a reader keeps what it has; one that is done holds nobody back", async () => {
    const { put, trimmer, broker, pass } = await open();
    await put(1);
    for (let i = 0; i < 5; i++) await put(0);
    pass(73 * 3_600_000);
    const both = [0, 1];
    expect(await trimmer({ 0: 6 }, {}, both).trim()).toBe(0);
    expect(await trimmer({ 0: 6, 1: 0 }, {}, both).trim()).toBe(0);
    await trimmer({ 0: 6, 1: 1 }, {}, both).trim();
    expect((await broker.info(streamNames.commands)).messages).toBe(0);
  });

  test("an empty stream is left alone", async () => {
    const { trimmer } = await open();
    expect(await trimmer({ 0: 0 }).trim()).toBe(0);
  });

  test("whatever the sizes, times and readers: nothing goes that somebody needs", async () => {
    const message = fc.record({
      partition: fc.integer({ min: 0, max: 2 }),
      bytes: fc.integer({ min: 1, max: 3_000 }),
      afterMs: fc.integer({ min: 0, max: 20 * 3_600_000 }),
    });
    const mark = fc.integer({ min: 0, max: 60 });
    const marks = fc.record({ 0: mark, 1: mark, 2: mark }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 50 }), marks, async (messages, passed: Passed) => {
        const { broker, trimmer, pass } = await open(40_000);
        const stored: { sequence: number; partition: number }[] = [];
        for (const { partition, bytes, afterMs } of messages) {
          pass(afterMs);
          const outcome = await broker.publish(subjects.commands(partition), new Uint8Array(bytes), {
            ackMsMax,
          });
          if (outcome.kind === "stored") stored.push({ sequence: outcome.sequence, partition });
        }
        await trimmer(passed, {}, [0, 1, 2]).trim();
        for (const { sequence, partition } of stored) {
          if ((passed[partition] ?? 0) < sequence) {
            expect(await broker.at(streamNames.commands, sequence)).toBeDefined();
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
