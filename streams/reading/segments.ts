import type { PartitionMap } from "../partition_map.ts";

/** Where a part of an actor's history lies: the records of a partition up to a sequence. */
export interface Segment {
  readonly partition: number;
  /** Infinity for the partition that the actor lives in now. */
  readonly toSequence: number;
}

/** The partition with this number, and before it those that it was split from, the oldest first. */
export function segmentsOf({ partitions }: PartitionMap, partition: number): readonly Segment[] {
  const segments: Segment[] = [{ partition, toSequence: Infinity }];
  for (;;) {
    const youngest = segments[0]!.partition;
    const origin = partitions.find((one) => one.partition === youngest)?.origin;
    if (!origin) return segments;
    segments.unshift({ partition: origin.partition, toSequence: origin.sequence });
  }
}
