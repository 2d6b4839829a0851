import { expect, test } from "vitest";
import { MemoryServer } from "../broker/memory.ts";
import { openRegistry } from "../edge/registry.ts";
import { evenPartitions } from "../partition_map.ts";
import { streamNames } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";
import { writeMap } from "./map_store.ts";
import { Members } from "./members.ts";
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
  3_000,
);
