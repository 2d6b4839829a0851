import type { Checkpoint } from "./checkpoint.ts";
import { type Kept, withScans } from "./keep.ts";

/** A known scan, by its hash, and what it is now. */
export interface Correction {
  readonly was: string;
  readonly checkpoint: Checkpoint;
}

/** What of these known scans means something else now. The last word on a scan counts. */
export function correctionsOf(kept: Kept, scans: readonly Checkpoint[]): readonly Correction[] {
  const corrections = new Map<string, Correction>();
  for (const checkpoint of scans) {
    const known = kept.checkpoints.find(({ hash }) => hash === checkpoint.hash) ??
      kept.checkpoints.find((one) => hasSameWords(one, checkpoint));
    if (known === undefined) continue;
    corrections.delete(known.hash);
    if (!meansTheSame(known, checkpoint)) corrections.set(known.hash, { was: known.hash, checkpoint });
  }
  return [...corrections.values()];
}

/** Where the carrier sends no codes, a scan's hash was made of what its words were taken to mean: then the words tell that it is the same. */
const hasSameWords = (known: Checkpoint, scan: Checkpoint) =>
  known.carrierCode === "" && scan.carrierCode === "" && known.atMs === scan.atMs &&
  known.location === scan.location && known.description === scan.description;

const meansTheSame = (one: Checkpoint, other: Checkpoint) =>
  one.status === other.status && one.subStatus === other.subStatus;

export function withCorrections(kept: Kept, corrections: readonly Correction[]): Kept {
  const gone = new Set(corrections.map(({ was }) => was));
  const others = kept.checkpoints.filter(({ hash }) => !gone.has(hash));
  const known = new Set(others.map(({ hash }) => hash));
  const corrected: Checkpoint[] = [];
  for (const { checkpoint } of corrections) {
    if (known.has(checkpoint.hash)) continue;
    known.add(checkpoint.hash);
    corrected.push(checkpoint);
  }
  return {
    ...withScans({ ...kept, checkpoints: others }, corrected),
    ...(kept.sinceMs !== undefined && { sinceMs: kept.sinceMs }),
  };
}
