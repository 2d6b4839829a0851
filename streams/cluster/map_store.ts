import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { type Partition, type PartitionMap, partitionMap } from "../partition_map.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";

/** The partition map in the registry: how the log is divided, for everyone who routes by it. */
export interface StoredMap {
  readonly map: PartitionMap;
  /** The stream sequence of its last change. */
  readonly revision: number;
}

export const mapSubject = "registry.cluster.map";
const mapFormat = 1;
const ackMsMax = 2_000;

interface MapJson {
  readonly format: typeof mapFormat;
  readonly partitions: readonly Partition[];
}

export function decodeMap(payload: Uint8Array): PartitionMap {
  const json = JSON.parse(new TextDecoder().decode(payload)) as MapJson;
  if (json.format === mapFormat) return partitionMap(json.partitions);
  throw new Fault(
    "record.undecodable",
    `Cannot read the partition map: its format is ${json.format}, this build reads ${mapFormat}`,
  );
}

/** Undefined before `waybill log init`. */
export async function readMap(broker: Broker): Promise<StoredMap | undefined> {
  const stored = await broker.last(streamNames.registry, mapSubject);
  return stored && { map: decodeMap(stored.payload), revision: stored.sequence };
}

/** Puts the map in place of the one with that revision (0: of none); the map that is there now, whoever wrote it. */
export async function writeMap(
  broker: Broker,
  runtime: Runtime,
  map: PartitionMap,
  replacing: number,
): Promise<StoredMap> {
  const json: MapJson = { format: mapFormat, partitions: map.partitions };
  const payload = new TextEncoder().encode(JSON.stringify(json));
  for (let tries = 0; tries < triesMax; tries++) {
    const outcome = await broker.publish(mapSubject, payload, {
      expectedLastSubjectSequence: replacing,
      ackMsMax,
    });
    if (outcome.kind === "stored") return { map, revision: outcome.sequence };
    // Somebody else's, or ours, when an ack was lost.
    const there = outcome.kind === "conflict" ? await readMap(broker) : undefined;
    if (there) return there;
    await runtime.sleep(retryMs);
  }
  throw new Fault("log.unavailable", "Cannot write the partition map: the registry does not answer");
}

const triesMax = 20, retryMs = 100;
