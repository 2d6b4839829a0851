import { afterEach, describe, expect, test, vi } from "vitest";
import { Gate } from "../testing/gate.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import {
  add,
  answered,
  checkpointed,
  idle,
  killAll,
  read,
  start,
  sumOf,
} from "../testing/partition_steps.ts";
import { toy } from "../testing/toys.ts";

afterEach(killAll);

/** Holds back what the host reads of an actor's snapshot: it has the answer, and goes on with it later. */
function holdSnapshotsOf(kit: PartitionKit, gate: Gate): void {
  kit.disturb = (broker) => ({
    lastOfMany: async (stream, subjects) => {
      const found = await broker.lastOfMany(stream, subjects);
      await gate.pass();
      return found;
    },
  });
}

describe("an actor in memory is what the log says", () => {
  test("also when a turn wakes and changes it while a checkpoint is waking it", async () => {
    const kit = new PartitionKit(), gate = new Gate();
    const first = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    await first.stop(); // Snapshot at version 1 …
    const second = await start(kit);
    await answered(kit, await kit.send(add("a", 2)));
    await second.kill(); // … and version 2 only in the tail.
    holdSnapshotsOf(kit, gate);
    gate.hold();
    await start(kit);
    await vi.waitFor(() => expect(kit.observed.at(-1)).toBe("opened 1"));
    idle(kit);
    await vi.waitFor(() => expect(gate.kept).toBe(1)); // The checkpoint's.
    const ids = await kit.send(add("a", 4));
    await vi.waitFor(() => expect(gate.kept).toBe(2)); // The turn's.
    gate.letGoLast();
    await answered(kit, ids);
    gate.letGo();
    await checkpointed(kit, 2);
    expect(await sumOf(kit, "a")).toBe(7);
  });

  test("also when it is loaded again after a defect while a checkpoint is being written", async () => {
    const kit = new PartitionKit(), gate = new Gate();
    const broken = { times: 1 };
    kit.actors = { toy: failingReads(broken) };
    const first = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    await first.stop();
    holdSnapshotsOf(kit, gate);
    const second = await start(kit);
    await answered(kit, await kit.send(add("a", 2))); // Version 2, in memory alone.
    gate.hold();
    const ids = await kit.send(read("a"));
    await vi.waitFor(() => expect(gate.kept).toBe(1)); // It threw, and is being loaded again.
    idle(kit);
    await checkpointed(kit, 2);
    gate.letGo();
    await answered(kit, ids);
    await second.kill();
    await start(kit);
    expect(await sumOf(kit, "a")).toBe(3);
  });

  test("also when it leaves the cache while its turn is on its way to the log", async () => {
    const kit = new PartitionKit(), gate = new Gate();
    kit.disturb = (broker) => ({
      publish: async (subject, payload, options) => {
        if (subject.startsWith("events.")) await gate.pass();
        return await broker.publish(subject, payload, options);
      },
    });
    await start(kit, { cacheBytesMax: 1 });
    await answered(kit, await kit.send(add("a", 1), add("b", 1)));
    gate.hold();
    const ids = await kit.send(add("b", 1));
    await vi.waitFor(() => expect(gate.kept).toBe(1));
    idle(kit);
    await checkpointed(kit, 1); // All are saved now, and nothing fits.
    gate.letGo();
    await answered(kit, ids);
    idle(kit);
    await checkpointed(kit, 2);
    expect(kit.observed.filter((what) => what.startsWith("checkpoint"))).toEqual([
      "checkpoint stored",
      "checkpoint stored",
    ]);
    expect(await sumOf(kit, "b")).toBe(2);
  });
});

/** A toy that throws as often as told when it is read: a bug that goes away by itself. */
function failingReads(broken: { times: number }): typeof toy {
  return {
    ...toy,
    decide(state, command, cause) {
      if (command.type === "read" && broken.times-- > 0) throw new Error("this toy cannot be read");
      return toy.decide(state, command, cause);
    },
  };
}
