import type { Broker, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import type { SplitRequest } from "../host/split.ts";
import type { Runtime } from "../runtime.ts";
import { splitLimits } from "../host/passing_on.ts";
import type { Partition, PartitionMap } from "../partition_map.ts";
import { type BucketRange, streamNames } from "../record.ts";
import { readMap } from "./map_store.ts";

const prefix = "registry.cluster.split.";
const ackMsMax = 2_000, begunMsMax = 30_000, triesMax = 100;

/** Undefined for a message of the registry that is no request for a split. */
export function splitRequestOf({ subject, payload }: Stored): SplitRequest | undefined {
  if (!subject.startsWith(prefix)) return undefined;
  return JSON.parse(new TextDecoder().decode(payload)) as SplitRequest;
}

/**
 * Which buckets a split would give away: the upper half of the partition's. Throws a `Fault` when the partition is not in the map, has
 * one bucket only, or came out of a split itself a short time ago.
 */
export async function splitting(
  broker: Broker,
  runtime: Pick<Runtime, "nowMs">,
  partition: number,
): Promise<{ readonly range: BucketRange; readonly map: PartitionMap }> {
  const map = (await readMap(broker))?.map,
    found = map?.partitions.find((one) => one.partition === partition);
  if (!map || !found) throw new Fault("log.missing", `Cannot split partition ${partition}: there is none`);
  const [from, to] = found.range, middle = Math.ceil((from + to) / 2);
  if (to - from < 2) {
    throw new Fault("log.unsuitable", `Cannot split partition ${partition}: it has one bucket`);
  }
  await checkAge(broker, runtime, found);
  return { range: [middle, to], map };
}

/**
 * Asks the partition's host to give the upper half of its buckets to a new partition; what will be that one's number. Throws as
 * `splitting` does.
 */
export async function requestSplit(
  broker: Broker,
  runtime: Runtime,
  partition: number,
): Promise<SplitRequest> {
  const { range, map } = await splitting(broker, runtime, partition);
  const first = 1 + Math.max(...map.partitions.map((one) => one.partition));
  // A number that was asked for once is not given to another, whatever became of it.
  for (let child = first; child < first + triesMax; child++) {
    const request = { partition, child, range, untilMs: runtime.nowMs() + begunMsMax };
    const payload = new TextEncoder().encode(JSON.stringify(request));
    const outcome = await broker.publish(`${prefix}${child}`, payload, {
      expectedLastSubjectSequence: 0,
      ackMsMax,
    });
    if (outcome.kind === "stored") return request;
    if (outcome.kind !== "conflict") {
      throw new Fault("log.unavailable", `Cannot ask for a split: ${outcome.kind}`);
    }
  }
  throw new Fault("log.unavailable", `Cannot ask for a split: ${triesMax} numbers are taken`);
}

async function checkAge(
  broker: Broker,
  runtime: Pick<Runtime, "nowMs">,
  { partition, origin }: Partition,
): Promise<void> {
  const began = origin && await broker.at(streamNames.events, origin.sequence);
  const fromMs = began ? began.storedAtMs + splitLimits.passingOnMs : 0;
  if (runtime.nowMs() >= fromMs) return;
  throw new Fault(
    "log.unsuitable",
    `Cannot split partition ${partition}: it came out of a split itself; possible from ${
      new Date(fromMs).toISOString()
    }`,
  );
}
