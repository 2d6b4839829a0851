import { afterEach, describe, expect, test, vi } from "vitest";
import type { AnyActor } from "../../actors/actor.ts";
import { actorId } from "../../actors/ids.ts";
import { sku } from "../../actors/sku/sku.ts";
import { hold, receive } from "../../actors/sku/specs.ts";
import type { SkuState } from "../../actors/sku/sku_state.ts";
import { MemoryServer } from "../broker/memory.ts";
import { streamNames } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { Gate } from "../testing/gate.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, checkpointed, idle, killAll, start, sumOf } from "../testing/partition_steps.ts";
import { toy, toyId } from "../testing/toys.ts";
import { readSnapshots, snapshotLimits, snapshotSubject, SnapshotWriter } from "./snapshots.ts";
import { systemRuntime } from "../system_runtime.ts";

afterEach(killAll);

const runtime = systemRuntime("test");

describe("a state too large for one message", () => {
  const id = actorId("sku", "KEY"), actorOf = (): AnyActor => sku;
  const subject = snapshotSubject(0, id);

  function sold(orders: number): SkuState {
    let state = sku.initial("KEY");
    const take = (command: Parameters<typeof sku.decide>[1]) => {
      const decision = sku.decide(state, command, { id: "cause", atMs: 1 });
      if (!decision.ok) throw new Error(decision.rejection.reason);
      for (const event of decision.events) state = sku.evolve(state, event);
    };
    take(receive(orders));
    for (let i = 0; i < orders; i++) take(hold(`order-${i}`, 1));
    return state;
  }
  async function server() {
    const broker = new MemoryServer().connect();
    await ensureStreams(broker, 1);
    return { broker, writer: new SnapshotWriter(broker, runtime, 0, actorOf) };
  }

  test("is written in parts and read as it was, also after it has become smaller", async () => {
    const { broker, writer } = await server();
    const large = sold(12_000), small = sold(10);
    const first = await writer.write(
      [{ id, slot: { state: large, version: 12_001 }, expectedSequence: 0 }],
      5,
    );
    const last = await broker.last(streamNames.snapshots, `${subject}.2`);
    expect(last!.payload.length).toBeGreaterThan(snapshotLimits.partBytesMax / 2);
    const read = (await readSnapshots(broker, { partition: 0, ids: [id], actorOf, atLeast: 0 })).get(id)!;
    expect(read).toMatchObject({ turn: 5, sequence: first.sequences.get(id), slot: { version: 12_001 } });
    expect(sku.encode(read.slot!.state as SkuState)).toEqual(sku.encode(large));

    const expectedSequence = first.sequences.get(id)!;
    await writer.write([{ id, slot: { state: small, version: 12_002 }, expectedSequence }], 6);
    const again = (await readSnapshots(broker, { partition: 0, ids: [id], actorOf, atLeast: 0 })).get(id)!;
    expect(sku.encode(again.slot!.state as SkuState)).toEqual(sku.encode(small));
  });

  test("cannot be used when a part of it is another one's", async () => {
    const { broker, writer } = await server();
    await writer.write([{ id, slot: { state: sold(12_000), version: 12_001 }, expectedSequence: 0 }], 5);
    const part = new TextEncoder().encode(`{"version":12000,"chunks":[]}`);
    await broker.publish(`${subject}.1`, part, { ackMsMax: 100 });
    expect((await readSnapshots(broker, { partition: 0, ids: [id], actorOf, atLeast: 0 })).get(id))
      .toMatchObject({
        slot: undefined,
        turn: 0,
      });
  });
});

describe("a snapshot is a cache", () => {
  async function saved(): Promise<PartitionKit> {
    const kit = new PartitionKit();
    const host = await start(kit);
    await answered(kit, await kit.send(add("a", 1), add("b", 1)));
    await answered(kit, await kit.send(add("a", 2)));
    await host.stop();
    return kit;
  }
  const slotOf = async (kit: PartitionKit, actor: AnyActor) =>
    (await readSnapshots(kit.broker, { partition: 0, ids: [toyId("a")], actorOf: () => actor, atLeast: 0 }))
      .get(toyId("a"))?.slot;

  test("that another version of the code wrote is replaced by a replay of the events", async () => {
    const kit = await saved();
    const renamed = { ...toy, stateVersion: 2, decode: () => toy.initial("wrong") };
    expect(await slotOf(kit, renamed)).toBeUndefined();
    kit.actors = { toy: renamed };
    await start(kit);
    expect(await sumOf(kit, "a")).toBe(3);
    await answered(kit, await kit.send(add("a", 4)));
    idle(kit);
    await checkpointed(kit, 2);
    expect(await slotOf(kit, { ...toy, stateVersion: 2 })).toMatchObject({ version: 3, state: { sum: 7 } });
  });

  test.each([
    ["no JSON", "{", toy],
    ["nothing", "null", toy],
    ["what its actor cannot read", undefined, {
      ...toy,
      decode: () => {
        throw new Error("cannot read this");
      },
    }],
  ])("that holds %s is replaced by a replay of the events", async (_, payload, actor) => {
    const kit = await saved();
    if (payload !== undefined) {
      const bytes = new TextEncoder().encode(payload);
      await kit.broker.publish(snapshotSubject(0, toyId("a")), bytes, { ackMsMax: 100 });
    }
    kit.actors = { toy: actor };
    await start(kit);
    await answered(kit, await kit.send(add("a", 4)));
    expect(await sumOf(kit, "a")).toBe(7);
  });

  test("from which an actor that has left the cache is woken, without reading the log", async () => {
    const kit = new PartitionKit(), gate = new Gate();
    let read = 0;
    kit.disturb = (broker) => ({
      read: (stream, options) => {
        if (stream === streamNames.events) read += 1;
        return broker.read(stream, options);
      },
      publishBatch: async (messages, ackMsMax) => {
        await gate.pass();
        return await broker.publishBatch(messages, ackMsMax);
      },
    });
    const { host } = await start(kit, { cacheBytesMax: 1 });
    gate.hold(); // With so little room they are saved as soon as they have changed.
    await answered(kit, await kit.send(add("a", 1), add("b", 2)));
    expect(host.gauges()!.cacheActors).toBe(2); // Unsaved: they stay, however full it is.
    gate.letGo();
    await checkpointed(kit, 1);
    await vi.waitFor(() => expect(host.gauges()!.cacheActors).toBe(0));
    await answered(kit, await kit.send(add("a", 4)));
    expect([await sumOf(kit, "a"), await sumOf(kit, "b")]).toEqual([5, 2]);
    expect(read).toBe(0);
  });
});
