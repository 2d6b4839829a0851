import { afterEach, describe, expect, test } from "vitest";
import { streamNames } from "../record.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, checkpointed, idle, killAll, start, sumOf } from "../testing/partition_steps.ts";
import { toy, toyId } from "../testing/toys.ts";
import { readSnapshots } from "./snapshots.ts";

afterEach(killAll);

const resting = { ...toy, restsAfterBirth: true };
const kitOf = (actor = resting) => Object.assign(new PartitionKit(), { actors: { toy: actor } });

async function snapshotted(kit: PartitionKit, ...keys: string[]): Promise<unknown[]> {
  const found = await readSnapshots(kit.broker, {
    partition: 0,
    ids: keys.map(toyId),
    actorOf: () => resting,
    atLeast: 0,
  });
  return keys.map((key) => found.get(toyId(key))?.slot?.version);
}

/** The EVENTS records that hosts started from now on read one by one, and the sequences from which they read on. */
function watchReads(kit: PartitionKit): { readonly at: number[]; readonly from: number[] } {
  const seen = { at: [] as number[], from: [] as number[] };
  kit.disturb = (broker) => ({
    at: (stream, sequence) => {
      if (stream === streamNames.events) seen.at.push(sequence);
      return broker.at(stream, sequence);
    },
    read: (stream, options) => {
      if (stream === streamNames.events) seen.from.push(options.fromSequence);
      return broker.read(stream, options);
    },
  });
  return seen;
}

describe("an actor of a kind that rests after its birth", () => {
  test("has no snapshot, and wakes from the record of its birth alone", async () => {
    const kit = kitOf(), host = await start(kit);
    for (const key of ["a", "b", "c"]) await answered(kit, await kit.send(add(key, 1), add(key, 2)));
    await host.stop();
    expect(await snapshotted(kit, "a", "b", "c")).toEqual([undefined, undefined, undefined]);
    const seen = watchReads(kit);
    await start(kit);
    expect(await sumOf(kit, "never seen")).toBe(0); // It is open now.
    seen.at.length = 0;
    expect(await sumOf(kit, "b")).toBe(3);
    expect(seen).toEqual({ at: [2], from: [] });
  });

  test("has one as soon as it has changed again, and no later event is lost", async () => {
    const kit = kitOf(), host = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    idle(kit);
    await checkpointed(kit, 1);
    await answered(kit, await kit.send(add("a", 2)));
    idle(kit);
    await checkpointed(kit, 2);
    expect(await snapshotted(kit, "a")).toEqual([2]);
    await answered(kit, await kit.send(add("a", 4)));
    await host.kill();
    await start(kit);
    expect(await sumOf(kit, "a")).toBe(7);
  });

  test("wakes and changes after it has left memory", async () => {
    const kit = kitOf();
    await start(kit, { cacheBytesMax: 1 });
    await answered(kit, await kit.send(add("a", 1)));
    await answered(kit, await kit.send(add("b", 1)));
    await answered(kit, await kit.send(add("a", 2)));
    expect(await sumOf(kit, "a")).toBe(3);
    expect((await kit.entries()).map(({ actor, version }) => `${actor} ${version}`)).toEqual([
      "toy:a 1",
      "toy:b 1",
      "toy:a 2",
    ]);
  });

  test("leaves memory before others, unless it was asked for again", async () => {
    const kit = kitOf(), seen = watchReads(kit);
    await start(kit, { newbornBytesMax: 1_000 });
    await answered(kit, await kit.send(add("a", 1)));
    await answered(kit, await kit.send(add("a", 2)));
    for (const key of ["b", "c", "d", "e"]) await answered(kit, await kit.send(add(key, 1)));
    seen.at.length = 0;
    expect([await sumOf(kit, "a"), await sumOf(kit, "e")]).toEqual([3, 1]);
    expect(seen.at).toEqual([]);
    expect(await sumOf(kit, "b")).toBe(1);
    expect(seen.at).toEqual([3]);
  });

  test("is not saved by the checkpoint after a crash either, when its birth is in the tail", async () => {
    const kit = kitOf(), host = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    await answered(kit, await kit.send(add("b", 1)));
    await answered(kit, await kit.send(add("b", 2)));
    await host.kill();
    await start(kit);
    expect(await sumOf(kit, "never seen")).toBe(0);
    idle(kit);
    await checkpointed(kit, 1);
    expect(await snapshotted(kit, "a", "b")).toEqual([undefined, 2]);
    expect([await sumOf(kit, "a"), await sumOf(kit, "b")]).toEqual([1, 3]);
  });

  test("other kinds are saved at the first checkpoint", async () => {
    const kit = kitOf({ ...toy, restsAfterBirth: false });
    await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    idle(kit);
    await checkpointed(kit, 1);
    expect(await snapshotted(kit, "a")).toEqual([1]);
  });
});

test("a checkpoint of an older format is not used: the log is read from its beginning", async () => {
  const kit = kitOf(), host = await start(kit);
  await answered(kit, await kit.send(add("a", 1)));
  await host.stop();
  const stored = await kit.broker.last(streamNames.snapshots, "checkpoints.0");
  const older = { ...JSON.parse(new TextDecoder().decode(stored!.payload)), format: 1 };
  await kit.broker.publishBatch([{
    subject: "checkpoints.0",
    payload: new TextEncoder().encode(JSON.stringify(older)),
    expectedLastSubjectSequence: stored!.sequence,
  }], 100);
  await start(kit);
  expect(await sumOf(kit, "a")).toBe(1);
  expect(kit.observed).toContain("opened 1");
  idle(kit);
  await checkpointed(kit, 2); // It takes the older one's place.
});
