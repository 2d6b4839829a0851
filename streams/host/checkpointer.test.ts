import { expect, test } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import { MemoryServer } from "../broker/memory.ts";
import { ensureStreams } from "../streams.ts";
import { toy, toyId } from "../testing/toys.ts";
import { capture } from "./checkpoint.ts";
import { Checkpointer, checkpointPolicy } from "./checkpointer.ts";
import { KnownActors } from "./known.ts";
import { unwatched } from "./observer.ts";
import { emptyPartition } from "./partition_state.ts";
import { ActorStore } from "./store.ts";
import { systemRuntime } from "../system_runtime.ts";

const mib = 1024 * 1024;

/** A toy whose snapshot takes about so many MiB. */
const sized = (size: number): typeof toy => ({
  ...toy,
  encodeChunks: () => ["head", ...Array.from({ length: size }, () => "x".repeat(mib - 100))],
});

/** Every look at the clock takes 5 ms; `slept` hears of every pause. */
async function opened(size: number, slept: (ms: number) => void = () => {}) {
  const broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  const actorOf = (_id: ActorId) => sized(size);
  const known = new KnownActors(), limits = { cacheBytesMax: mib, newbornBytesMax: mib };
  const store = new ActorStore({ known, tail: new Map() }, actorOf, limits);
  let nowMs = 0;
  const runtime = {
    ...systemRuntime("test"),
    nowMs: () => nowMs += 5,
    sleep: (ms: number) => Promise.resolve(slept(ms)),
  };
  const deps = {
    broker,
    runtime,
    partition: 0,
    store,
    observer: unwatched,
    actorOf,
    wake: () => Promise.resolve(),
  };
  const checkpointer = new Checkpointer(deps, 0, 0);
  store.adopt(new Map([[toyId("a"), { state: toy.initial("a"), version: 1 }]]), 1);
  const more = { epoch: 1, eventsCreatedAtMs: 1, commandsCreatedAtMs: 1 };
  const save = async () =>
    expect(await checkpointer.save(capture(0, emptyPartition(), known, more))).toBe(true);
  return { checkpointer, save };
}

async function savedOnce(size: number): Promise<Checkpointer> {
  const { checkpointer, save } = await opened(size);
  await save();
  return checkpointer;
}

test("a checkpoint rests between batches longer than they took, unless somebody waits for it", async () => {
  const slept: number[] = [];
  const patient = await opened(1, (ms) => slept.push(ms));
  await patient.save();
  expect(Math.max(...slept)).toBeGreaterThanOrEqual(5 * checkpointPolicy.restShare);
  slept.length = 0;
  const awaited = await opened(1, (ms) => slept.push(ms));
  await awaited.checkpointer.settled();
  await awaited.save();
  expect(slept.length).toBeGreaterThan(0);
  expect(Math.max(...slept)).toBe(0);
});

test("the larger the snapshots of a checkpoint were, the later the next one is due, within limits", async () => {
  const { tailBytesMin, tailPerSnapshotByte, tailBytesMax } = checkpointPolicy;
  expect((await savedOnce(1)).tailBytesMax).toBe(tailBytesMin);
  const several = (await savedOnce(30)).tailBytesMax;
  expect(several).toBeGreaterThan(29 * mib * tailPerSnapshotByte);
  expect(several).toBeLessThan(31 * mib * tailPerSnapshotByte);
  expect((await savedOnce(70)).tailBytesMax).toBe(tailBytesMax);
});
