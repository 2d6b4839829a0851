import { afterEach, describe, expect, test } from "vitest";
import { MemoryServer } from "../broker/memory.ts";
import type { Stored } from "../broker/broker.ts";
import { streamNames } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, killAll, start, sumOf, tell } from "../testing/partition_steps.ts";
import { type Toy, toy, toyId } from "../testing/toys.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { readSnapshots, SnapshotWriter } from "./snapshots.ts";
import { systemRuntime } from "../system_runtime.ts";

afterEach(killAll);

describe("a stale host", () => {
  test("that believes in its lease for ever is held up by the conditional append alone", async () => {
    const kit = new PartitionKit();
    let own: Stored | undefined;
    kit.disturb = (broker) => ({
      last: async (stream, subject) => {
        const isLease = stream === streamNames.registry && subject.startsWith("registry.cluster.lease.");
        const stored = own !== undefined && isLease ? own : await broker.last(stream, subject);
        if (isLease) own ??= stored;
        return stored;
      },
    });
    await start(kit, { headEveryMs: 1 }, "stale");
    await answered(kit, await kit.send(add("a", 1)));
    kit.disturb = () => ({});
    await start(kit, {}, "fresh");
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) {
      ids.push(...await kit.send(add("a", 1), add("b", 1)));
      await answered(kit, ids);
    }
    expect(kit.observed).toContain("fenced");
    expect(await sumOf(kit, "a")).toBe(21);
    expect(await sumOf(kit, "b")).toBe(20);
    for (const id of ids) expect(kit.replies.get(id)).toHaveLength(1);
    const decided = (await kit.records()).flatMap(({ results }) => results.map(({ id }) => id));
    expect(decided).toHaveLength(new Set(decided).size);
  });

  test("writes no snapshot over a newer one, nor any other of the same batch", async () => {
    const broker = new MemoryServer().connect();
    await ensureStreams(broker, 1);
    const runtime = { ...systemRuntime("test"), sleep: () => Promise.resolve() };
    const writerOf = () => new SnapshotWriter(broker, runtime, 0, () => toy);
    const at = (key: string, version: number) => {
      const state: Toy = { ...toy.initial(key), sum: version };
      return { id: toyId(key), slot: { state, version }, expectedSequence: 0 };
    };
    expect((await writerOf().write([at("a", 2)], 2)).failed).toBeUndefined();
    const refused = await writerOf().write([at("b", 1), at("a", 1), at("c", 1)], 1);
    expect(refused.failed).toBeDefined();
    expect([...refused.sequences]).toEqual([]);
    const found = await readSnapshots(broker, {
      partition: 0,
      ids: ["a", "b", "c"].map(toyId),
      actorOf: () => toy,
      atLeast: 0,
    });
    expect([...found].map(([id, { slot }]) => [id, slot?.version])).toEqual([[toyId("a"), 2]]);
  });
});

test("a checkpoint keeps who was stopped, and what arrived for him since", async () => {
  const kit = new PartitionKit();
  const host = await start(kit);
  await answered(kit, await kit.send(tell("a", { type: "fail" })));
  await kit.send(add("a", 1));
  await answered(kit, await kit.send(add("b", 1)));
  await host.stop();
  const checkpoint = await readCheckpoint(kit.broker, 0);
  expect([...checkpoint!.state.stopped.keys()]).toEqual([toyId("a")]);
  expect(checkpoint!.state.parked).toMatchObject([{ to: toyId("a"), message: { type: "add", amount: 1 } }]);
});
