import type { Runtime } from "../streams/runtime.ts";

/** How much of its time a projector may take while turns are being made: host, edge, database and projector share the machine. */
export interface Pace {
  /** True while the machine is needed for turns. Undefined: judged by how fast the log grows. */
  readonly busy?: () => boolean;
  /** The part of the time to work in while busy. */
  readonly shareMax: number;
  /** Rest no longer than this after a batch: rows must not get old. */
  readonly restMsMax: number;
  /** The log grows at least this fast: busy. */
  readonly busyRecordsPerSecond: number;
}

export const defaultPace: Pace = { shareMax: 0.08, restMsMax: 4_000, busyRecordsPerSecond: 50 };

/** Waits between attempts: twice as long each time, and never in step with others. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceilingMs = Math.min(10_000, 100 * 2 ** Math.min(attempt, 10));
  return ceilingMs / 2 + random() * ceilingMs / 2;
}

/** Sleeps until the time has passed or the signal comes. */
export function pause(runtime: Pick<Runtime, "after">, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      timer.stop();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = runtime.after(ms, end);
    signal.addEventListener("abort", end);
  });
}
