/**
 * Durations as counts by bucket: a bounded number of them, which only ever grow, so that counts from several partitions add up to the
 * same in whatever order they come. A quantile is the upper bound of its bucket.
 */

const minuteMs = 60_000, hourMs = 60 * minuteMs, dayMs = 24 * hourMs;
const transitMsMax = 60 * dayMs, growth = 1.1;

/** From an hour to 60 days, each a tenth longer than the one before; whole minutes, so that every machine has the same. */
const transitBoundsMs: readonly number[] = (() => {
  const bounds = [hourMs];
  while (bounds.at(-1)! < transitMsMax) bounds.push(Math.ceil(bounds.at(-1)! * growth / minuteMs) * minuteMs);
  return bounds;
})();

export const transitBucket = (ms: number): number => bucketOf(transitBoundsMs, ms);
export const transitBoundMs = (bucket: number): number => transitBoundsMs[bucket]!;

/** Hours by which an estimate was wrong. */
const errorBoundsHours = [0, 1, 2, 4, 8, 12, 24, 48, 72, 120, 168, 336, 720] as const;

/** 0: within the window; 1, 2, 3 …: so late; −1, −2, −3 …: so early. */
export function errorBucket(lateMs: number): number {
  return Math.sign(lateMs) * bucketOf(errorBoundsHours, Math.abs(lateMs) / hourMs) || 0;
}
/** At most so many hours, either way. */
export const errorBoundHours = (bucket: number): number => errorBoundsHours[Math.abs(bucket)]!;

/** The first whose bound is not below; what lies beyond the last counts as that. */
function bucketOf(bounds: readonly number[], value: number): number {
  const found = bounds.findIndex((bound) => value <= bound);
  return found === -1 ? bounds.length - 1 : found;
}

export interface Counted {
  readonly value: number;
  readonly parcels: number;
}
/** The smallest value that so large a part of the parcels does not exceed; undefined when there are none. */
export function quantileOf(counts: readonly Counted[], part: number): number | undefined {
  const sorted = counts.toSorted((one, other) => one.value - other.value);
  const wanted = part * sorted.reduce((sum, { parcels }) => sum + parcels, 0);
  let seen = 0;
  return sorted.find(({ parcels }) => (seen += parcels) >= wanted && parcels > 0)?.value;
}
