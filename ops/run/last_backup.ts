import { pause } from "../../projections/pace.ts";
import { Fault } from "../../streams/faults.ts";
import { type LastBackup, lastBackup } from "../../streams/operations/last_backup.ts";
import { observeBackup } from "../telemetry/backup_observer.ts";
import { endless, type Running, type Shared } from "./role.ts";

const lookEveryMs = 10_000;

/** Looks now and then when the last backup ended, which whoever takes one notes in the log. */
export function watchLastBackup({ broker, runtime, measure }: Shared): Running {
  const stopping = new AbortController(), { signal } = stopping;
  let last: LastBackup | undefined;
  observeBackup(measure, () => last);
  const run = async () => {
    while (!signal.aborted) {
      try {
        last = await lastBackup(broker, runtime);
      } catch (error) {
        // That the log does not answer is told elsewhere; when the last backup ended stays true meanwhile.
        if (!(error instanceof Fault && error.retry)) throw error;
      }
      await pause(runtime, lookEveryMs, signal);
    }
  };
  const running = run();
  return {
    failed: endless(running, "the watch over backups", () => signal.aborted),
    stop: async () => {
      stopping.abort();
      await Promise.allSettled([running]);
    },
  };
}
