import { type ActorId, bucketCount, bucketOf } from "../actors/ids.ts";

/** Which partition each bucket belongs to: contiguous ranges that cover all buckets. */
export interface PartitionMap {
  readonly count: number;
  partitionOf(actor: ActorId): number;
}

/** `count` partitions of equal ranges. The embedded profile has one. */
export function evenPartitions(count: number): PartitionMap {
  if (count === 1) return { count, partitionOf: () => 0 };
  return { count, partitionOf: (actor) => Math.floor((bucketOf(actor) * count) / bucketCount) };
}
