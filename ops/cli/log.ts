import { type Command, InvalidArgumentError } from "commander";
import type { Broker } from "../../streams/broker/broker.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { requestSplit, splitting } from "../../streams/cluster/split_requests.ts";
import { readStatus } from "../../streams/cluster/status.ts";
import type { SplitRequest } from "../../streams/host/split.ts";
import { partitionsMax } from "../../streams/partition_map.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { initLog } from "../run/open_log.ts";
import { version } from "../version.ts";
import { act, type ActFlags, withActFlags } from "./act.ts";
import { countUpTo } from "./count.ts";
import { Failure } from "./failure.ts";
import { findSystem, ownConfig } from "./find_system.ts";
import { readReaders } from "./log_readers.ts";
import { statusText } from "./log_text.ts";
import { withBroker } from "./with_broker.ts";
import { counted } from "./counted.ts";

interface InitFlags {
  readonly partitions: number;
  readonly replicas: number;
  readonly json?: boolean;
}

const replicasMax = 5;
const splitMsMax = 30_000, lookMs = 100;

/** `waybill log init|split|status`. */
export function registerLog(program: Command, print: (text: string) => void = console.log): void {
  const log = program.command("log").description("make the log, and see how it is");
  log.command("init")
    .description("create the streams and the partition map; what is there already stays as it is")
    .requiredOption("--partitions <n>", "how many hosts can share the work at most", countUpTo(partitionsMax))
    .requiredOption("--replicas <n>", "on how many NATS servers everything is stored", countUpTo(replicasMax))
    .option("--json", "print one JSON object")
    .action(async (flags: InitFlags) => print(await init(flags)));
  withActFlags(log.command("split"))
    .description("give the upper half of a partition's buckets to a new partition, while orders flow")
    .argument("<partition>", "its number, as status shows it", partitionNumber)
    .action(async (partition: number, flags: ActFlags) => print(await split(partition, flags)));
  log.command("status")
    .description("partitions, their owners, how far they and deliver's readers are, and what is stored")
    .option("--json", "print one JSON object")
    .action(async (flags: { readonly json?: boolean }) => print(await status(flags)));
}

async function init({ partitions, replicas, json }: InitFlags): Promise<string> {
  const runtime = systemRuntime(version);
  const done = await withBroker(
    "waybill log",
    (broker) => initLog(broker, runtime, { partitions, replicas }),
  );
  if (json) return JSON.stringify(done);
  if (done.made) {
    return `The log is ready: ${counted(done.partitions, "partition")}, ${counted(replicas, "replica")}`;
  }
  return `The log was there: it has ${counted(done.partitions, "partition")}, and keeps that`;
}

async function split(partition: number, flags: ActFlags): Promise<string> {
  const runtime = systemRuntime(version);
  return await withBroker("waybill log", async (broker) => {
    const { range: [from, to] } = await splitting(broker, runtime, partition);
    return await act(broker, flags, {
      does: "log split",
      to: `partition ${partition}`,
      plan: { partition, buckets: [from, to] },
      planText: `Would give buckets ${from} to ${to - 1} of partition ${partition} to a new one; ` +
        "partitions are never merged, and the new one is not split again for ten minutes",
      perform: async () => {
        const asked = await requestSplit(broker, runtime, partition);
        await untilSplit(broker, runtime, asked);
        return { partition, child: asked.child, buckets: [...asked.range] };
      },
      outcomeText: ({ child }) =>
        `Partition ${partition} is split: buckets ${from} to ${to - 1} are partition ${child} now`,
    });
  });
}

async function untilSplit(broker: Broker, runtime: Runtime, { partition, child, untilMs }: SplitRequest) {
  // What is begun in time may take a little longer.
  while (runtime.nowMs() < untilMs + splitMsMax) {
    const stored = await readMap(broker);
    if (stored?.map.partitions.some((one) => one.partition === child)) return;
    await runtime.sleep(lookMs);
  }
  throw new Failure(
    `Cannot split partition ${partition}: no host did it in time; is one running that has it?`,
  );
}

async function status({ json }: { readonly json?: boolean }): Promise<string> {
  const { nowMs } = systemRuntime(version);
  const found = await withBroker("waybill log", async (broker) => {
    const { databaseUrl } = findSystem(ownConfig()), status = await readStatus(broker, nowMs());
    return status &&
      { ...status, readers: await readReaders(broker, { status, databaseUrl, nowMs: nowMs() }) };
  });
  if (!found) throw new Failure("Cannot show the log: there is none yet; make it with waybill log init");
  return json ? JSON.stringify(found) : statusText(found, nowMs());
}

function partitionNumber(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a partition's number.");
}
