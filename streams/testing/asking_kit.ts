import { expect, vi } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { MemoryServer, type PublishFault } from "../broker/memory.ts";
import { type AskLimits, createAsk } from "../edge/ask.ts";
import type { Published } from "../edge/lane.ts";
import { type CommandPack, type Reply, streamNames, subjects } from "../record.ts";
import { systemRuntime } from "../system_runtime.ts";

const decoder = new TextDecoder();
export const order = actorId("order", "ord_1");
export const question = (extra: object = {}) => ({
  to: order,
  command: { type: "place" },
  patienceMs: 60_000,
  ...extra,
});

/** An edge that asks through a server in memory, and whoever answers it. */
export async function edge(options: {
  readonly limits?: Partial<AskLimits>;
  readonly fault?: () => PublishFault | undefined;
  readonly bytesMax?: number;
} = {}) {
  const server = new MemoryServer({ publishFault: options.fault });
  const broker = server.connect();
  await broker.ensureStream({
    name: streamNames.commands,
    subjects: ["commands.*"],
    discard: "new",
    bytesMax: options.bytesMax,
    replicas: 1,
  });
  const published: Published[] = [];
  const unreadable: true[] = [];
  let ids = 0;
  const asker = createAsk({
    broker,
    edgeId: "e1",
    partitionOf: (actor) => actor.startsWith("sku:") ? 1 : 0,
    runtime: { ...systemRuntime("test"), nowMs: () => 1_700_000_000_000 },
    newId: () => `c${++ids}`,
    limits: { ackMsMax: 50, ...options.limits },
    observer: {
      published: (event) => void published.push(event),
      unreadable: () => void unreadable.push(true),
    },
  });
  const packs = async () => {
    const { lastSequence } = await broker.info(streamNames.commands);
    const found: CommandPack[] = [];
    for (let sequence = 1; sequence <= lastSequence; sequence++) {
      const stored = await broker.at(streamNames.commands, sequence);
      found.push(JSON.parse(decoder.decode(stored?.payload)));
    }
    return found;
  };
  const reply = (...replies: readonly Reply[]) =>
    broker.send(
      subjects.replies("e1"),
      new TextEncoder().encode(JSON.stringify({ partition: 0, sequence: 7, replies })),
    );
  const stored = (count: number) =>
    vi.waitFor(async () => expect((await broker.info(streamNames.commands)).messages).toBe(count));
  return { server, broker, ...asker, packs, reply, published, stored, unreadable };
}
