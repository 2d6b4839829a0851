import { Fault } from "../streams/faults.ts";
import type { Partition } from "../streams/partition_map.ts";
import { type Projection, schemaOf } from "./projection.ts";
import type { RowStore } from "./row_store.ts";

/** A log that begins behind another partition's record: what happened before is in the rows before what happened after it. */
export async function expectReached<Db, Tx>(
  { rows, projections }: {
    readonly rows: RowStore<Db, Tx>;
    readonly projections: readonly Omit<Projection<Db, Tx>, "project">[];
  },
  { partition, sequence }: NonNullable<Partition["origin"]>,
  streamCreatedMs: number,
): Promise<void> {
  for (const one of projections) {
    const projection = schemaOf(one), { shape } = one;
    const { mark } = await rows.openPosition({ projection, partition, streamCreatedMs, shape });
    if (mark.sequence >= sequence) continue;
    const what =
      `Cannot begin behind record ${sequence}: ${projection} has not reached it in partition ${partition}`;
    throw new Fault("projection.early", what);
  }
}
