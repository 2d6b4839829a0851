import { afterEach, expect, test, vi } from "vitest";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, killAll, start, sumOf } from "../testing/partition_steps.ts";
import { leaseLimits } from "./lease.ts";

afterEach(killAll);

const tooMuch = leaseLimits.clockSkewMsMax + 1;

test("a clock that is ahead of the log server's does not run", async () => {
  const kit: PartitionKit = new PartitionKit({ nowMs: (): number => kit.nowMs - tooMuch });
  await start(kit);
  await vi.waitFor(() => expect(kit.faults).toEqual([expect.stringContaining("clock.behind")]));
});

test("an answer that takes long is no clock that is ahead", async () => {
  const kit = new PartitionKit();
  kit.disturb = (broker) => ({
    last: async (stream, subject) => {
      const found = await broker.last(stream, subject);
      if (subject.startsWith("registry.cluster.lease.")) kit.nowMs += tooMuch;
      return found;
    },
  });
  await start(kit);
  await answered(kit, await kit.send(add("a", 1)));
  expect(kit.faults).toEqual([]);
});

test("a clock that is behind the last record does not open the partition; one that is a little behind never runs backwards", async () => {
  const kit = new PartitionKit();
  const first = await start(kit);
  await answered(kit, await kit.send(add("a", 1)));
  await first.kill();
  const { nowMs } = kit;
  kit.nowMs = nowMs - tooMuch;
  await start(kit);
  await vi.waitFor(() => expect(kit.faults).toEqual([expect.stringContaining("clock.behind")]));
  kit.nowMs = nowMs - 1_000;
  await start(kit);
  expect(await sumOf(kit, "a")).toBe(1);
  const times = (await kit.records()).map((record) => record.atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
