import { assert } from "../actors/actor.ts";
import { type ActorId, bucketCount, bucketOf } from "../actors/ids.ts";
import type { BucketRange } from "./record.ts";

/** One partition's place in the map. */
export interface Partition {
  readonly partition: number;
  readonly range: BucketRange;
  /** The record of another partition that gave it its buckets; absent for one that the log began with. */
  readonly origin?: { readonly partition: number; readonly sequence: number; readonly hash: string };
}

/** Which partition each bucket belongs to: contiguous ranges that cover all buckets. */
export interface PartitionMap {
  readonly partitions: readonly Partition[];
  partitionOf(actor: ActorId): number;
}

/** Throws when the ranges are not a map: each bucket belongs to one partition. */
export function partitionMap(partitions: readonly Partition[]): PartitionMap {
  const ofBucket = new Int16Array(bucketCount).fill(-1);
  for (const { partition, range: [from, to] } of partitions) {
    assert(
      0 <= from && from < to && to <= bucketCount,
      `Cannot use this map: partition ${partition} has no buckets`,
    );
    for (let bucket = from; bucket < to; bucket++) {
      assert(ofBucket[bucket] === -1, `Cannot use this map: bucket ${bucket} is in it twice`);
      ofBucket[bucket] = partition;
    }
  }
  assert(!ofBucket.includes(-1), `Cannot use this map: bucket ${ofBucket.indexOf(-1)} is not in it`);
  const [first, ...others] = partitions, only = others.length === 0 ? first!.partition : undefined;
  return { partitions, partitionOf: (actor) => only ?? ofBucket[bucketOf(actor)]! };
}

export const partitionsMax = 256;

/** `count` partitions of equal ranges, as far as 1,024 buckets can be shared out. */
export function evenPartitions(count: number): PartitionMap {
  assert(
    Number.isInteger(count) && count >= 1 && count <= partitionsMax,
    `Cannot make ${count} partitions: 1 to ${partitionsMax} are possible`,
  );
  const begin = (i: number) => Math.ceil((i * bucketCount) / count);
  return partitionMap(Array.from({ length: count }, (_, partition) => ({
    partition,
    range: [begin(partition), begin(partition + 1)] as const,
  })));
}
