/**
 * Counts latencies in microseconds in buckets that grow with the value (as HdrHistogram does): 128 buckets for every doubling, so
 * a percentile is off by less than 1 %, in constant memory.
 */
export interface Histogram {
  readonly counts: Float64Array;
  total: number;
}

const stepsPerDoubling = 128;
/** Above 2^28 µs (268 s) every value counts as the last bucket. */
const doublingsMax = 20;

export function newHistogram(): Histogram {
  return { counts: new Float64Array(stepsPerDoubling * (doublingsMax + 2)), total: 0 };
}

export function record(histogram: Histogram, microseconds: number): void {
  const bucket = Math.min(bucketOf(Math.max(0, Math.floor(microseconds))), histogram.counts.length - 1);
  histogram.counts[bucket] = histogram.counts[bucket]! + 1;
  histogram.total++;
}

/** The value below which `share` (0–1) of the recorded ones lie, in milliseconds; 0 when nothing was recorded. */
export function percentileMs(histogram: Histogram, share: number): number {
  const wanted = Math.ceil(histogram.total * share);
  let seen = 0;
  for (let bucket = 0; bucket < histogram.counts.length; bucket++) {
    seen += histogram.counts[bucket]!;
    if (seen >= wanted && seen > 0) return Math.round(upperEdge(bucket)) / 1000;
  }
  return 0;
}

function bucketOf(value: number): number {
  const doubling = value < 2 * stepsPerDoubling ? 0 : Math.floor(Math.log2(value)) - 7;
  return doubling * stepsPerDoubling + Math.floor(value / 2 ** doubling);
}

function upperEdge(bucket: number): number {
  const doubling = Math.max(0, Math.floor(bucket / stepsPerDoubling) - 1);
  return (bucket - doubling * stepsPerDoubling + 1) * 2 ** doubling - 1;
}
