import { expect, vi } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import { checkpointPolicy } from "../host/checkpointer.ts";
import type { PartitionKit, RunningHost } from "./partition_kit.ts";
import { toyId } from "./toys.ts";

/** What tests of a partition do again and again. */
type Step = [ActorId, { readonly type: string }];

export const add = (key: string, amount: number): Step => tell(key, { type: "add", amount });
export const read = (key: string): Step => tell(key, { type: "read" });
export const tell = (
  key: string,
  command: { readonly type: string; readonly [field: string]: unknown },
): Step => [
  toyId(key),
  command,
];

const running: RunningHost[] = [];

/** A host that `killAll` ends when the test did not. */
export async function start(
  kit: PartitionKit,
  ...options: Parameters<PartitionKit["start"]>
): Promise<RunningHost> {
  const host = await kit.start(...options);
  running.push(host);
  return host;
}

export async function killAll(): Promise<void> {
  for (const host of running.splice(0)) await host.kill();
}

export const answered = (kit: PartitionKit, ids: readonly string[]) =>
  vi.waitFor(() => expect(ids.filter((id) => !kit.replies.has(id))).toEqual([]), {
    interval: 2,
  });

export async function sumOf(kit: PartitionKit, key: string): Promise<unknown> {
  const [id] = await kit.send(read(key));
  await answered(kit, [id!]);
  const [reply] = kit.replies.get(id!)!;
  return reply && "value" in reply ? (reply.value as { sum: number }).sum : reply;
}

/** Lets so much time pass that the host saves what is unsaved. */
export function idle(kit: PartitionKit): void {
  kit.nowMs += checkpointPolicy.idleMs + 1;
}

export const checkpointed = (kit: PartitionKit, times: number) =>
  vi.waitFor(() => {
    expect(kit.observed.filter((what) => what === "checkpoint stored")).toHaveLength(times);
  }, { interval: 2 });
