import { expect, test } from "vitest";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { subjects } from "../../streams/record.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { initLog } from "./open_log.ts";

const runtime = systemRuntime("test");

test("a log without a map whose records know of one partition keeps that one", async () => {
  const broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  const record = { format: 1, turn: "t", partition: 0, previous: { sequence: 0, hash: "" }, read: {} };
  const payload = new TextEncoder().encode(
    JSON.stringify({ ...record, inputs: [], results: [], entries: [] }),
  );
  await broker.publish(subjects.events(0), payload, { ackMsMax: 1_000 });
  expect(await initLog(broker, runtime, { partitions: 4, replicas: 1 })).toEqual({
    partitions: 1,
    made: true,
  });
});

test("a log is made with as many partitions as asked for, once", async () => {
  const broker = new MemoryServer().connect();
  expect(await initLog(broker, runtime, { partitions: 4, replicas: 1 })).toEqual({
    partitions: 4,
    made: true,
  });
  expect(await initLog(broker, runtime, { partitions: 2, replicas: 1 })).toEqual({
    partitions: 4,
    made: false,
  });
});
