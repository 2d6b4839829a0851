import { type Command, InvalidArgumentError } from "commander";
import { readStatus } from "../../streams/cluster/status.ts";
import { partitionsMax } from "../../streams/partition_map.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { initLog } from "../run/open_log.ts";
import { version } from "../version.ts";
import { Failure } from "./failure.ts";
import { statusText } from "./log_text.ts";
import { withBroker } from "./with_broker.ts";

interface InitFlags {
  readonly partitions: number;
  readonly replicas: number;
  readonly json?: boolean;
}

const replicasMax = 5;

/** `waybill log init|status`. */
export function registerLog(program: Command, print: (text: string) => void = console.log): void {
  const log = program.command("log").description("make the log, and see how it is");
  log.command("init")
    .description("create the streams and the partition map; what is there already stays as it is")
    .requiredOption("--partitions <n>", "how many hosts can share the work at most", countUpTo(partitionsMax))
    .requiredOption("--replicas <n>", "on how many NATS servers everything is stored", countUpTo(replicasMax))
    .option("--json", "print one JSON object")
    .action(async (flags: InitFlags) => print(await init(flags)));
  log.command("status")
    .description("partitions, their owners, how far they are, and what is stored")
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
  if (done.made) return `The log is ready: ${done.partitions} partitions, ${replicas} replicas`;
  return `The log was there: it has ${done.partitions} partitions, and keeps them`;
}

async function status({ json }: { readonly json?: boolean }): Promise<string> {
  const { nowMs } = systemRuntime(version);
  const found = await withBroker("waybill log", (broker) => readStatus(broker, nowMs()));
  if (!found) throw new Failure("Cannot show the log: there is none yet; make it with waybill log init");
  return json ? JSON.stringify(found) : statusText(found, nowMs());
}

function countUpTo(max: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= 1 && count <= max) return count;
    throw new InvalidArgumentError(`It must be a number from 1 to ${max}.`);
  };
}
