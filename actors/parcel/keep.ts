import type { Checkpoint } from "./checkpoint.ts";
import { inSequence } from "./fold.ts";
import { isFinal } from "./status.ts";

/**
 * How many scans a parcel keeps. To make room, the oldest go that are followed by a newer one which says the same; those that end
 * something (delivered, on its way back, final) stay. What goes changes no status: the newer one has the last word on all it said.
 */
export const checkpointsMax = 1_000;

export interface Kept {
  /** In the sequence in which they happened. */
  readonly checkpoints: readonly Checkpoint[];
  /** Scans of this time or older may have made room for newer ones; absent when none ever did. */
  readonly clearedUntilMs?: number;
  /** Present when the number had been another parcel's: what happened before this is none of ours. */
  readonly sinceMs?: number;
}

/** The scans that were not known, each once, and only as many as there is room for. */
export function unknownOf(kept: Kept, scans: readonly Checkpoint[]): Checkpoint[] {
  const known = new Set(kept.checkpoints.map(({ hash }) => hash));
  const news: Checkpoint[] = [];
  for (const scan of scans) {
    if (known.has(scan.hash) || isCleared(kept, scan)) continue;
    known.add(scan.hash);
    news.push(scan);
  }
  return asManyAsFit(kept, news);
}

/** Where all say something different and end something, what comes too late is not taken. */
function asManyAsFit(kept: Kept, news: readonly Checkpoint[]): Checkpoint[] {
  let taken = news.slice();
  for (;;) {
    const tooMany = withScans(kept, taken).checkpoints.length - checkpointsMax;
    if (tooMany <= 0 || taken.length === 0) return taken;
    taken = taken.slice(0, Math.max(0, taken.length - tooMany));
  }
}

/** It made room before, or would at once: either way it says nothing that a newer one does not say, too. */
function isCleared({ checkpoints, clearedUntilMs, sinceMs }: Kept, scan: Checkpoint): boolean {
  if (sinceMs !== undefined && scan.atMs < sinceMs) return true;
  if (clearedUntilMs === undefined || scan.atMs > clearedUntilMs || endsSomething(scan)) return false;
  return checkpoints.some((other) => kindOf(other) === kindOf(scan) && inSequence(scan, other) < 0);
}

/** With these, too, as far as there is room for them. */
export function withScans({ checkpoints, clearedUntilMs }: Kept, news: readonly Checkpoint[]): Kept {
  const all = [...checkpoints, ...news].sort(inSequence);
  const kept: Checkpoint[] = [];
  let tooMany = all.length - checkpointsMax, cleared = clearedUntilMs;
  const last = tooMany > 0 ? new Map(all.map((scan, i) => [kindOf(scan), i])) : undefined;
  all.forEach((scan, i) => {
    if (tooMany <= 0 || endsSomething(scan) || last!.get(kindOf(scan)) === i) return kept.push(scan);
    cleared = Math.max(cleared ?? scan.atMs, scan.atMs);
    return tooMany--;
  });
  return { checkpoints: kept, ...(cleared !== undefined && { clearedUntilMs: cleared }) };
}

const kindOf = ({ status, subStatus }: Checkpoint) => `${status}/${subStatus ?? ""}`;

function endsSomething(scan: Checkpoint): boolean {
  return scan.status === "delivered" || scan.status === "return_to_sender" || isFinal(scan);
}
