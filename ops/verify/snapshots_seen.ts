import type { ActorId } from "../../actors/ids.ts";
import { actorFor } from "../../actors/registry.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readSnapshots } from "../../streams/host/snapshots.ts";
import type { PartitionMap } from "../../streams/partition_map.ts";

/** A snapshot as its actor encodes it, as JSON. */
export interface SnapshotSeen {
  readonly version: number;
  readonly json: string;
}

/** The snapshots of these actors. One that this code cannot use is not among them: nobody reads it. */
export async function snapshotsOf(
  broker: Broker,
  map: PartitionMap,
  actors: readonly ActorId[],
): Promise<ReadonlyMap<ActorId, SnapshotSeen>> {
  const seen = new Map<ActorId, SnapshotSeen>();
  for (const { partition } of map.partitions) {
    const ids = actors.filter((id) => map.partitionOf(id) === partition);
    const found = await readSnapshots(broker, { partition, ids, actorOf: actorFor, atLeast: 0 });
    for (const [id, { slot }] of found) {
      if (slot === undefined) continue;
      seen.set(id, { version: slot.version, json: JSON.stringify(actorFor(id).encode(slot.state)) });
    }
  }
  return seen;
}
