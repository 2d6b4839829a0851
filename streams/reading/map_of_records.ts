import { Fault } from "../faults.ts";
import { type Partition, type PartitionMap, partitionMap } from "../partition_map.ts";
import type { Mark, RecordHead } from "../record.ts";

/** Which buckets are whose, as far as records say it: each says what its partition owns after it, and a split says whose the others are. */
export class MapOfRecords {
  readonly #found = new Map<number, Partition>();

  take({ partition, range, split }: Pick<RecordHead, "partition" | "range" | "split">, mark: Mark): void {
    const { origin } = this.#found.get(partition) ?? {};
    this.#found.set(partition, { partition, range, ...(origin && { origin }) });
    if (!split) return;
    const child = { partition: split.child, range: split.range, origin: { partition, ...mark } };
    this.#found.set(split.child, child);
  }

  /** The whole map, when those that wrote nothing yet own what they own in `known`. Throws a `Fault` where the two do not fit. */
  with({ partitions }: PartitionMap): PartitionMap {
    const silent = partitions.filter(({ partition }) => !this.#found.has(partition));
    try {
      return partitionMap([...this.#found.values(), ...silent]);
    } catch (error) {
      throw new Fault(
        "log.unsuitable",
        "Cannot use these records here: they are of a log with other partitions; make the fresh one with as many as that had at first",
        error,
      );
    }
  }
}

export function sameMap(one: PartitionMap, other: PartitionMap): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ partitions }: PartitionMap): string {
  const rows = partitions.map((
    { partition, range, origin },
  ) => [partition, ...range, origin?.partition, origin?.sequence]);
  return JSON.stringify(rows.sort((a, b) => Number(a[0]) - Number(b[0])));
}
