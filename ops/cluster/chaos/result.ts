import type { Check } from "./audit.ts";
import type { Recovery } from "./recovery.ts";

export interface Times {
  readonly kind: string;
  readonly times: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** What a run of chaos says; times in milliseconds. */
export interface ChaosResult {
  readonly seed: number;
  readonly minutes: number;
  readonly verdict: "exact" | "broken";
  readonly faults: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, string>>;
  readonly orders: number;
  readonly records: number;
  readonly events: number;
  readonly answers: Readonly<Record<string, number>>;
  /** In which no client at all was told a decision. */
  readonly longestSilenceMs: number;
  /** In which one partition answered nobody. */
  readonly longestOfOnePartition: { readonly ms: number; readonly partition: number; readonly atMs: number };
  readonly recovery: readonly Times[];
  readonly settledInMs: number;
  /** Processes that ended although nobody had told them to. */
  readonly unasked: readonly string[];
  readonly checks: readonly Check[];
  readonly dataDir: string;
}

/** The nearest-rank percentile of what was measured. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** By kind of fault: the faults first, each followed by its healing. */
export function recoveryTimes({ all }: Recovery): Times[] {
  const kinds = new Map<string, number[]>();
  for (const { kind, tookMs } of all) {
    const times = kinds.get(kind) ?? [];
    if (tookMs !== undefined) times.push(Math.round(tookMs));
    kinds.set(kind, times);
  }
  return [...kinds].sort(([a], [b]) => a < b ? -1 : 1).map(([kind, times]) => ({
    kind,
    times: times.length,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    max: Math.max(0, ...times),
  }));
}
