import { expect, test } from "vitest";
import { MemoryServer } from "../broker/memory.ts";
import { openRegistry } from "../edge/registry.ts";
import { evenPartitions } from "../partition_map.ts";
import { streamNames } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";
import { writeMap } from "./map_store.ts";
import { Members } from "./members.ts";
import { withCalls } from "../broker/with_calls.ts";
import { readStatus } from "./status.ts";

test(
  "the log tells of itself, and the registry is read, when the server has forgotten the last heartbeat",
  async () => {
    const runtime = systemRuntime("test"), broker = new MemoryServer().connect();
    await ensureStreams(broker, 1);
    await writeMap(broker, runtime, evenPartitions(2), 0);
    const members = new Members(broker, runtime, { role: "host", name: "gone" });
    await members.leave();
    const { lastSequence } = await broker.info(streamNames.registry);
    await broker.deleteMessage(streamNames.registry, lastSequence, false);
    const status = await readStatus(broker, runtime.nowMs());
    expect(status?.partitions.map(({ partition }) => partition)).toEqual([0, 1]);
    expect(status?.members).toEqual([]);
    expect(await openRegistry(broker, "keys", runtime).list()).toEqual([]);
  },
);

test("a process with two roles is a member twice", async () => {
  const runtime = systemRuntime("test"), broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  await writeMap(broker, runtime, evenPartitions(1), 0);
  for (const role of ["projector", "deliver"] as const) {
    await new Members(broker, runtime, { role, name: "one" }).leave();
  }
  const status = await readStatus(broker, runtime.nowMs());
  expect(status?.members.map(({ role }) => role)).toEqual(["projector", "deliver"]);
});

test("a heartbeat that is renewed while the registry is read is not missed", async () => {
  const runtime = systemRuntime("test"), broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  await writeMap(broker, runtime, evenPartitions(1), 0);
  const [one, other] = ["one", "other"].map((name) => new Members(broker, runtime, { role: "host", name }));
  await one!.leave();
  await other!.leave();
  const renewing = withCalls(broker, {
    read: (stream, options) => {
      const renewed = async function* () {
        await one!.leave(); // What the reader has not seen yet is gone now, and is there again behind the end.
        yield* broker.read(stream, options);
      };
      return { [Symbol.asyncIterator]: renewed, stop: () => Promise.resolve() };
    },
  });
  const status = await readStatus(renewing, runtime.nowMs());
  expect(status?.members.map(({ name }) => name).toSorted()).toEqual(["one", "other"]);
});
