import { expect, test, vi } from "vitest";
import { type MemoryClient, MemoryServer } from "../broker/memory.ts";
import { withCalls } from "../broker/with_calls.ts";
import { hashOf } from "../hash.ts";
import { type CommandMark, streamNames, subjects } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { Intake, intakeLimits } from "./intake.ts";

async function commands(
  ...packs: readonly number[]
): Promise<{ broker: MemoryClient; marks: CommandMark[] }> {
  const broker = new MemoryServer().connect(), marks: CommandMark[] = [];
  await ensureStreams(broker, 1);
  for (const count of packs) {
    const sequence = marks.length + 1, of = count;
    const payload = new TextEncoder().encode(JSON.stringify({
      format: 1,
      commands: Array.from({ length: count }, (_, i) => ({
        id: `${sequence}/${i}`,
        to: "toy:a",
        atMs: 1,
        edge: "edge",
        command: { type: "add" },
      })),
    }));
    await broker.publish(subjects.commands(0), payload, { ackMsMax: 100 });
    marks.push({ sequence, hash: hashOf(payload), taken: of, of });
  }
  return { broker, marks };
}
const idsOf = (intake: Intake, countMax = 100) =>
  [...intake.peek(countMax)].map((one) => "packed" in one ? one.packed.id : "unreadable");
const partly = (mark: CommandMark, taken: number): CommandMark => ({ ...mark, taken });

test("goes on within the message that was taken in part", async () => {
  const { broker, marks } = await commands(2, 3, 1);
  const intake = await Intake.open(broker, 0, partly(marks[1]!, 2), () => undefined);
  await vi.waitFor(() => expect(idsOf(intake)).toEqual(["2/2", "3/0"]));
  expect(idsOf(intake, 1)).toEqual(["2/2"]);
  intake.advance(marks[1]!);
  expect(idsOf(intake)).toEqual(["3/0"]);
  await intake.stop();
});

test("what was begun and finished by another host before it arrived here takes nothing from the next message", async () => {
  const { broker, marks } = await commands(1, 3, 2);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => arrive = resolve);
  const late = withCalls(broker, {
    read: (stream, options) => {
      const reader = broker.read(stream, options);
      return {
        stop: () => reader.stop(),
        async *[Symbol.asyncIterator]() {
          await arrived;
          yield* reader;
        },
      };
    },
  });
  const intake = await Intake.open(late, 0, partly(marks[1]!, 1), () => undefined);
  intake.advance(marks[1]!);
  arrive();
  await vi.waitFor(() => expect(idsOf(intake)).toEqual(["3/0", "3/1"]));
  await intake.stop();
});

test("a message that was taken in part and is gone is a loss, and no reason to skip in the next one", async () => {
  const { broker, marks } = await commands(1, 3, 3);
  await broker.purgeBelow(streamNames.commands, 3);
  await expect(Intake.open(broker, 0, partly(marks[1]!, 2), () => undefined)).rejects.toThrow(
    /message 2 is gone, but only 2 of its 3 commands were read/,
  );
});

test("a message that was read whole may be gone", async () => {
  const { broker, marks } = await commands(1, 3, 3);
  await broker.purgeBelow(streamNames.commands, 3);
  const intake = await Intake.open(broker, 0, marks[1]!, () => undefined);
  await vi.waitFor(() => expect(idsOf(intake)).toEqual(["3/0", "3/1", "3/2"]));
  await intake.stop();
});

test("another message at the position that was read is noticed", async () => {
  const { broker, marks } = await commands(1, 2);
  await expect(Intake.open(broker, 0, { ...marks[1]!, hash: "other" }, () => undefined)).rejects
    .toMatchObject({
      code: "log.lost",
    });
});

test("holds no more than its limit, and reads on when there is room", async () => {
  const broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  const payload = new Uint8Array(Math.floor(intakeLimits.bufferedBytesMax / 2.5));
  for (let i = 0; i < 5; i++) await broker.publish(subjects.commands(0), payload, { ackMsMax: 100 });
  const intake = await Intake.open(broker, 0, { sequence: 0, hash: "", taken: 0, of: 0 }, () => undefined);
  const marks = () => [...intake.peek(100)].map((one) => "unreadable" in one ? one.unreadable : one.mark);
  await vi.waitFor(() => expect(marks()).toHaveLength(3));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(marks()).toHaveLength(3);
  intake.advance(marks()[0]!);
  await vi.waitFor(() => expect(marks().map(({ sequence }) => sequence)).toEqual([2, 3, 4]));
  await intake.stop();
});
