import { describe, expect, test } from "vitest";
import type { Broker, PublishOutcome } from "../broker/broker.ts";
import { MemoryServer } from "../broker/memory.ts";
import { recordFormat, streamNames, subjects } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { appendLimits, appendTurn, type TurnToAppend } from "./append.ts";
import { systemRuntime } from "../system_runtime.ts";

const bytesOf = (turn: string, previous: number) =>
  new TextEncoder().encode(
    JSON.stringify({ format: recordFormat, turn, previous: { sequence: previous, hash: "" } }),
  );
const turnAt = (turn: string, previous: number): TurnToAppend => ({
  partition: 0,
  turn,
  bytes: bytesOf(turn, previous),
  head: { sequence: previous, hash: "" },
  after: previous,
});

/** A log of which each publish may be answered by something else, before or after it is stored. */
async function log(
  ...answers: readonly ((publish: () => Promise<PublishOutcome>) => Promise<PublishOutcome>)[]
) {
  const memory = new MemoryServer().connect(), left = [...answers], sent: Uint8Array[] = [];
  await ensureStreams(memory, 1);
  const state = { nowMs: 0 };
  const broker = {
    at: (stream, sequence) => memory.at(stream, sequence),
    publish: (subject, payload, options) => {
      sent.push(payload);
      const publish = () => memory.publish(subject, payload, options);
      return (left.shift() ?? ((go) => go()))(publish);
    },
  } satisfies Partial<Broker>;
  const runtime = {
    ...systemRuntime("test"),
    nowMs: () => state.nowMs,
    sleep: (ms: number) => {
      state.nowMs += ms;
      return Promise.resolve();
    },
  };
  const append = (turn: TurnToAppend, keepTrying = () => true) =>
    appendTurn(broker, runtime, turn, keepTrying);
  const write = async (turn: string, previous: number) => {
    const options = { expectedLastSubjectSequence: previous, ackMsMax: 100 };
    const outcome = await memory.publish(subjects.events(0), bytesOf(turn, previous), options);
    if (outcome.kind !== "stored") throw new Error(outcome.kind);
    return outcome.sequence;
  };
  const count = async () => (await memory.info(streamNames.events)).messages;
  return { append, write, count, sent, state };
}
const answer = (outcome: PublishOutcome) => () => Promise.resolve(outcome);
const lostAck = async (publish: () => Promise<PublishOutcome>): Promise<PublishOutcome> => {
  await publish();
  return { kind: "unknown", reason: "no ack in time" };
};
const unknown = answer({ kind: "unknown", reason: "no ack in time" });

describe("an append", () => {
  test("sends the same bytes until it is certain, and lands once", async () => {
    const { append, count, sent } = await log(
      unknown,
      answer({ kind: "contended" }),
      answer({ kind: "full" }),
      lostAck,
    );
    expect(await append(turnAt("mine", 0))).toEqual({ kind: "stored", sequence: 1 });
    expect(new Set(sent).size).toBe(1);
    expect(sent).toHaveLength(5);
    expect(await count()).toBe(1);
  });

  test("finds its record also when another host has gone on behind it", async () => {
    const { append, write } = await log(async (publish) => {
      await publish();
      await write("other", 1);
      await write("another", 2);
      return { kind: "unknown", reason: "no ack in time" };
    });
    expect(await append(turnAt("mine", 0))).toEqual({ kind: "stored", sequence: 1 });
  });

  test("is fenced by another host's record, and never stored", async () => {
    const { append, write, count } = await log();
    await write("other", 0);
    await write("another", 1);
    expect(await append(turnAt("mine", 0))).toEqual({ kind: "fenced", sequence: 2 });
    expect(await count()).toBe(2);
  });

  test("outlasts an outdated leader", async () => {
    const behind = answer({ kind: "conflict", actual: 0 });
    const { append, write } = await log(behind, behind, unknown, behind);
    await write("first", 0);
    expect(await append(turnAt("mine", 1))).toEqual({ kind: "stored", sequence: 2 });
  });

  test("says that the log lost its end when it stays behind what was durable", async () => {
    const { append, state } = await log();
    await expect(append(turnAt("mine", 1))).rejects.toMatchObject({ code: "log.lost" });
    expect(state.nowMs).toBeGreaterThanOrEqual(appendLimits.outdatedMsMax);
  });

  test("stays in doubt when it is told to give up", async () => {
    const { append, sent } = await log(unknown, unknown, unknown);
    await expect(append(turnAt("mine", 0), () => sent.length < 2)).rejects.toMatchObject({
      code: "log.unavailable",
    });
    expect(sent).toHaveLength(2);
  });
});
