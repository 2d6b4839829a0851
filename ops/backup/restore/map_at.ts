import { decodeMap, mapSubject } from "../../../streams/cluster/map_store.ts";
import { type Partition, type PartitionMap, partitionMap } from "../../../streams/partition_map.ts";
import { streamNames } from "../../../streams/record.ts";
import { Failure } from "../../cli/failure.ts";
import { readChunks } from "../keep.ts";
import { keptOf, type Manifest } from "../manifest.ts";
import type { Place } from "../place.ts";
import type { Cut } from "./cut.ts";

/** The partition map as it was at the cut: as the backup has it, without the splits that came later. */
export async function mapAt(place: Place, newest: Manifest, cut: Cut): Promise<PartitionMap> {
  const map = await mapOf(place, newest);
  if (map === undefined) throw new Failure(`Cannot restore ${newest.id}: it holds no partition map`);
  return partitionMap(unsplit(map.partitions, cut.sequence));
}

/** As the backup has it; undefined when no host had ever run. */
export async function mapOf(place: Place, manifest: Manifest): Promise<PartitionMap | undefined> {
  let map: PartitionMap | undefined;
  for await (const { subject, payload } of readChunks(place, keptOf(manifest, streamNames.registry).chunks)) {
    if (subject === mapSubject) map = decodeMap(payload);
  }
  return map;
}

/** Gives back what children of later splits were given, the youngest first. Exported for its test. */
export function unsplit(partitions: readonly Partition[], sequence: number): readonly Partition[] {
  const youngest = partitions.reduce<Partition | undefined>((found, one) => {
    const age = one.origin?.sequence ?? 0;
    return age > sequence && age > (found?.origin?.sequence ?? 0) ? one : found;
  }, undefined);
  if (youngest === undefined) return partitions;
  const { partition, range: [from, to], origin } = youngest;
  const left = partitions.filter((one) => one.partition !== partition).map((one) => {
    if (one.partition !== origin!.partition) return one;
    const range = [Math.min(one.range[0], from), Math.max(one.range[1], to)] as const;
    return { ...one, range };
  });
  return unsplit(left, sequence);
}
