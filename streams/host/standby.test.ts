import { afterEach, describe, expect, test, vi } from "vitest";
import type { Broker, Reader } from "../broker/broker.ts";
import { withCalls } from "../broker/with_calls.ts";
import { streamNames } from "../record.ts";
import { systemRuntime } from "../system_runtime.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, killAll, start, sumOf } from "../testing/partition_steps.ts";
import { toys } from "../testing/toys.ts";
import { actorsIn } from "./actors_in.ts";
import { reopen } from "./opening.ts";
import { allBuckets } from "./partition_state.ts";
import { Standby } from "./standby.ts";

const standbys: Standby[] = [];
afterEach(async () => {
  for (const standby of standbys.splice(0)) standby.stop();
  await killAll();
});

const lease = { partition: 0, host: "standby", epoch: 0 };
const actorOf = actorsIn(toys);
const heldBack = (reader: Reader, until: Promise<void>): Reader => ({
  stop: () => reader.stop(),
  async *[Symbol.asyncIterator]() {
    await until;
    yield* reader;
  },
});
const runtimeOf = (kit: PartitionKit) => ({ ...systemRuntime("standby"), nowMs: () => kit.nowMs });

function follow(kit: PartitionKit, disturb: (broker: Broker) => Partial<Broker> = () => ({})): Standby {
  const client = kit.server.connect(), broker = withCalls(client, disturb(client));
  const standby = new Standby({ broker, runtime: runtimeOf(kit), actorOf }, 0);
  standbys.push(standby);
  return standby;
}
const openedAnew = (kit: PartitionKit) =>
  reopen(kit.broker, runtimeOf(kit), lease, { actorOf, range: allBuckets, split: false });
const sequences = (standby: Standby) => standby.seen?.sequence;

describe("a standby", () => {
  test("has, when the owner lets go, what an opening would read, and the commands since", async () => {
    const kit = new PartitionKit();
    const host = await start(kit);
    await answered(kit, await kit.send(add("a", 1), add("b", 1)));
    const standby = follow(kit);
    await vi.waitFor(() => expect(sequences(standby)).toBe(1));
    await answered(kit, await kit.send(add("a", 2), add("c", 1)));
    await host.stop();
    await kit.send(add("a", 4));
    const ready = await standby.takeOver(lease);
    const anew = await openedAnew(kit);
    expect(ready!.opened.state).toEqual(anew.state);
    expect(ready!.opened.sequence).toBe(anew.sequence);
    for (const id of ["toy:a", "toy:b", "toy:c"] as const) expect(ready!.opened.known.has(id)).toBe(true);
    await vi.waitFor(() => expect(ready!.inbox.peek(10).incoming).toHaveLength(1));
    await ready!.inbox.stop();
  });

  test("goes on with turns as any owner does", async () => {
    const kit = new PartitionKit();
    const first = await start(kit);
    await answered(kit, await kit.send(add("a", 1), add("b", 5)));
    const standby = follow(kit);
    await answered(kit, await kit.send(add("a", 2)));
    await first.kill();
    kit.standby = standby;
    const read: string[] = [];
    kit.disturb = (broker) => ({
      read: (stream, options) => {
        read.push(stream);
        return broker.read(stream, options);
      },
    });
    await start(kit, {}, "second");
    await vi.waitFor(() => expect(kit.observed.filter((what) => what.startsWith("opened"))).toHaveLength(2));
    expect(read).toEqual([]);
    expect(await sumOf(kit, "a")).toBe(3);
    expect(await sumOf(kit, "b")).toBe(5);
    await answered(kit, await kit.send(add("a", 4)));
    expect(await sumOf(kit, "a")).toBe(7);
  });

  test("decides nothing again that it hears of only after its owner has decided it", async () => {
    const kit = new PartitionKit();
    const first = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    let open = () => {};
    const gate = new Promise<void>((resolve) => open = resolve);
    const standby = follow(kit, (broker) => ({
      read: (stream, options) => {
        const reader = broker.read(stream, options);
        return stream === streamNames.commands ? heldBack(reader, gate) : reader;
      },
    }));
    await answered(kit, await kit.send(add("a", 2), add("a", 4)));
    await answered(kit, await kit.send(add("a", 8)));
    await first.stop();
    kit.standby = standby;
    await start(kit, {}, "second");
    await vi.waitFor(() => expect(kit.observed.filter((what) => what.startsWith("opened"))).toHaveLength(2));
    open();
    expect(await sumOf(kit, "a")).toBe(15);
    expect((await kit.records()).map(({ read }) => read.commands.sequence)).toEqual([1, 2, 3, 4]);
  });

  test("steps aside when it is too far behind", async () => {
    const kit = new PartitionKit();
    const host = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    const endless = { stop: () => Promise.resolve(), async *[Symbol.asyncIterator]() {} };
    const standby = follow(kit, (broker) => ({
      read: (stream, options) => stream === streamNames.events ? endless : broker.read(stream, options),
    }));
    await answered(kit, await kit.send(add("a", 2)));
    await host.stop();
    expect(await standby.takeOver(lease)).toBeUndefined();
  });

  test("is a witness: a log that has lost what it followed is not opened", async () => {
    const kit = new PartitionKit();
    const host = await start(kit, { headEveryMs: 1_000_000 });
    await answered(kit, await kit.send(add("a", 1)));
    const standby = follow(kit);
    await answered(kit, await kit.send(add("a", 2)));
    await vi.waitFor(() => expect(sequences(standby)).toBe(2));
    await host.kill();
    kit.server.stream(streamNames.events).loseTail(1);
    expect(await standby.takeOver(lease)).toBeUndefined();
    const opening = reopen(kit.broker, runtimeOf(kit), lease, {
      actorOf,
      range: allBuckets,
      split: false,
      seen: standby.seen!,
    });
    await expect(opening).rejects.toMatchObject({ code: "log.lost" });
  });
});
