import { expect, test } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import { MemoryServer } from "../broker/memory.ts";
import { subjects } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";
import { Ledger } from "./ledger.ts";
import { emptyPartition } from "./partition_state.ts";
import { TimerGate } from "./timer_gate.ts";
import { Waiters } from "./waiters.ts";

const ackMsMax = 1_000;

test("timers of a partition that was split twice wait for what the first one has not passed on yet", async () => {
  const broker = new MemoryServer().connect(), runtime = systemRuntime("test"), nowMs = runtime.nowMs();
  await ensureStreams(broker, 1);
  await broker.publish(subjects.commands(0), new Uint8Array(1), { ackMsMax });
  const split = async (partition: number) => {
    const state = emptyPartition(), { read: commands, peers } = state;
    const read = { commands, peers };
    const fields = { turn: `t${partition}`, partition, epoch: 1, nowMs, read, took: 0, out: [] };
    const { bytes } = new Ledger(new Waiters()).draft(state, fields);
    const outcome = await broker.publish(subjects.events(partition), bytes, { ackMsMax });
    if (outcome.kind !== "stored") throw new Error(outcome.kind);
    return { partition, sequence: outcome.sequence, atMs: nowMs };
  };
  const first = await split(0), second = await split(1);
  const state = { ...emptyPartition(), origins: [second, first] };
  state.agenda.apply({ actor: "order:1" as ActorId, name: "hold", dueMs: nowMs - 1 });
  const heard = { sequence: second.sequence, hash: "" };
  expect(await new TimerGate(broker, runtime, 2).open(state, heard)).toBe(false);
  expect(await new TimerGate(broker, runtime, 2).open({ ...state, origins: [second] }, heard)).toBe(true);
});
