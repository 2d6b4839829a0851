import { afterEach, describe, expect, test, vi } from "vitest";
import { Gate } from "../testing/gate.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, checkpointed, idle, killAll, start, sumOf } from "../testing/partition_steps.ts";

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
});
