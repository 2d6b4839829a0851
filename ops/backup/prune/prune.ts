import { streamNames } from "../../../streams/record.ts";
import { Failure } from "../../cli/failure.ts";
import type { Progress } from "../../cli/progress.ts";
import { type Manifest, manifestFiles, readManifest } from "../manifest.ts";
import type { Place } from "../place.ts";
import { mapOf } from "../restore/map_at.ts";
import { type Dated, type KeepRules, keptBy } from "./keep_rules.ts";
import { removeUnnamed, type Size, sizeOf, sortChunks } from "./unnamed.ts";

/** A backup without its list of chunks, which may be long. */
export interface StoredBackup extends Dated {
  /** Of its manifest. */
  readonly path: string;
  /** Of its manifest. */
  readonly bytes: number;
  readonly cut: Manifest["cut"];
}

export interface PrunePlan {
  readonly place: Place;
  readonly stay: readonly (StoredBackup & { readonly why: readonly string[] })[];
  readonly go: readonly StoredBackup[];
  readonly chunks: {
    readonly stay: Size;
    readonly go: Size;
    /** Nobody names them, but they are too young to go. */
    readonly young: Size;
  };
  /** The first record that the newest backup holds; absent in that of an empty log. */
  readonly oldestPoint?: Manifest["cut"];
}

export interface PruneOptions {
  readonly place: Place;
  readonly rules: KeepRules;
  readonly nowMs: number;
}

/** Reads every manifest, and changes nothing. */
export async function planPrune({ place, rules, nowMs }: PruneOptions): Promise<PrunePlan> {
  const { backups, newest } = await storedIn(place);
  if (newest === undefined) throw new Failure(`Cannot prune: there is no backup in ${place.name}`);
  const splits = (await mapOf(place, newest))?.partitions.flatMap(({ origin }) => origin?.sequence ?? []);
  const kept = keptBy(rules, backups, splits ?? []), go = backups.filter(({ id }) => !kept.has(id));
  const { named, unnamed, young } = await sortChunks(place, nowMs, new Set(go.map(({ path }) => path)));
  const first = newest.streams[streamNames.events]?.chunks[0];
  return {
    place,
    stay: backups.flatMap((backup) => {
      const why = kept.get(backup.id);
      return why === undefined ? [] : [{ ...backup, why }];
    }),
    go,
    chunks: { stay: named, go: sizeOf(unnamed), young },
    ...(first && { oldestPoint: { sequence: first.first, atMs: first.fromMs } }),
  };
}

/** One manifest after the other: all of them at once may be more than memory holds. */
async function storedIn(
  place: Place,
): Promise<{ readonly backups: readonly StoredBackup[]; readonly newest: Manifest | undefined }> {
  const backups: StoredBackup[] = [];
  let newest: Manifest | undefined;
  for (const { path, bytes } of await manifestFiles(place)) {
    const manifest = await readManifest(place, path);
    if (manifest === undefined) continue;
    const { id, endedAtMs, cut } = manifest;
    backups.push({ id, endedAtMs, cut, path, bytes });
    newest = manifest;
  }
  return { backups, newest };
}

/**
 * Manifests first, the oldest first, and then every chunk that no manifest names any more: wherever this ends, what a manifest names is
 * there, and running it again does the rest.
 */
export async function prune(
  { place, go }: Pick<PrunePlan, "place" | "go">,
  { nowMs, progress }: { readonly nowMs: () => number; readonly progress: Progress },
): Promise<Size> {
  progress.begin("manifests", go.length);
  for (const { path } of go) {
    await place.remove(path);
    progress.step(1);
  }
  progress.end();
  const { unnamed } = await sortChunks(place, nowMs());
  progress.begin("chunks", unnamed.length);
  const removed = await removeUnnamed(place, unnamed, { nowMs, step: (count) => progress.step(count) });
  progress.end();
  return removed;
}
