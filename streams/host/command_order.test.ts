import { describe, expect, test } from "vitest";
import { MemoryServer } from "../broker/memory.ts";
import { subjects } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";
import { CommandOrder, type Step } from "./command_order.ts";
import type { Arrived } from "./inbox.ts";
import { splitLimits } from "./passing_on.ts";

const runtime = systemRuntime("test"), ackMsMax = 1_000;
const mark = (sequence: number) => ({ sequence, hash: `${sequence}` });
const readTo = (sequence: number) => ({ ...mark(sequence), taken: 1, of: 1 });
const command = (sequence: number) => ({ unreadable: readTo(sequence) });
const passedOn = (sequence: number, at: number) => ({
  mark: mark(sequence),
  source: 0,
  messages: [],
  passedOn: at,
  read: readTo(at),
});
const sequenceOf = (one: Arrived["incoming"][number]) =>
  "unreadable" in one ? one.unreadable.sequence : one.sequence;
const arrived = ({ incoming = [], ...fields }: Partial<Arrived>): Arrived => ({
  heard: [],
  until: mark(1),
  read: readTo(0),
  incoming,
  more: false,
  intakeUntil: Math.max(0, ...incoming.map(sequenceOf)),
  ...fields,
});
const told = (steps: readonly Step[]) =>
  steps.flatMap((step) => {
    if ("heard" in step) return [`passed on ${step.heard.passedOn}`];
    return "until" in step
      ? []
      : [`ours ${(step.incoming as ReturnType<typeof command>).unreadable.sequence}`];
  });

/** COMMANDS with a message for each of these partitions, in order. */
async function after(partitions: readonly number[]) {
  let asked = 0;
  const broker = new MemoryServer().connect(), atMs = runtime.nowMs();
  await ensureStreams(broker, 1);
  for (const one of partitions) await broker.publish(subjects.commands(one), new Uint8Array(1), { ackMsMax });
  const last = broker.last.bind(broker);
  broker.last = (stream, subject) => last(stream, subject).finally(() => asked++);
  const orderOf = (bornMs: number) =>
    new CommandOrder(broker, runtime, 1, [{ partition: 0, sequence: 1, atMs: bornMs }]);
  const order = orderOf(atMs);
  const next = async (what: Partial<Arrived>, by = order) => {
    if (by.matters) await by.look(arrived(what));
    return told(by.steps(arrived(what)));
  };
  return { next, asked: () => asked, grown: orderOf(atMs - splitLimits.passingOnMs) };
}

describe("a child that may still be sent commands by way of its parent", () => {
  test("does not decide what it was sent before what its parent was sent in front of it", async () => {
    const { next } = await after([0, 1]);
    expect(await next({ incoming: [command(2)] })).toEqual([]);
    expect(await next({ incoming: [command(2)], read: readTo(1) })).toEqual(["ours 2"]);
  });

  test("asks once how far its parent must have read, and goes on at once where that is enough", async () => {
    const { next, asked } = await after([0, 1, 1]);
    expect(await next({ incoming: [command(2), command(3)], read: readTo(1) })).toEqual(["ours 2", "ours 3"]);
    expect(await next({ incoming: [command(3)], read: readTo(1) })).toEqual(["ours 3"]);
    expect(asked()).toBe(1);
  });

  test("need not ask when its parent has read further", async () => {
    const { next, asked } = await after([1, 0]);
    expect(await next({ incoming: [command(1)], read: readTo(2) })).toEqual(["ours 1"]);
    expect(asked()).toBe(0);
  });

  test("decides what is passed on behind what it was sent before that", async () => {
    const { next } = await after([1, 0]);
    const heard = [passedOn(9, 2)];
    expect(await next({ heard })).toEqual([]);
    expect(await next({ heard, incoming: [command(1)] })).toEqual(["ours 1", "passed on 2"]);
  });

  test("puts what it was sent between two records that pass something on", async () => {
    const { next } = await after([0, 1, 0, 1]);
    const heard = [passedOn(8, 1), passedOn(9, 3)], incoming = [command(2), command(4)];
    expect(await next({ heard, incoming, read: readTo(3) }))
      .toEqual(["passed on 1", "ours 2", "passed on 3", "ours 4"]);
  });

  test("takes what there is, in order, where it cannot see all of it at once", async () => {
    const { next } = await after([1, 1, 1, 0]);
    const heard = [passedOn(9, 4)], incoming = [command(1), command(2)];
    expect(await next({ heard, incoming, more: true, intakeUntil: 3 })).toEqual(["ours 1", "ours 2"]);
  });

  test("asks nobody when the split is long ago", async () => {
    const { next, asked, grown } = await after([0, 1]);
    expect(await next({ incoming: [command(2)], heard: [passedOn(9, 1)] }, grown)).toEqual([
      "passed on 1",
      "ours 2",
    ]);
    expect(asked()).toBe(0);
  });
});
