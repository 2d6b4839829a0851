import type { LastBackup } from "../../streams/operations/last_backup.ts";
import type { Instruments } from "./instruments.ts";

/** Publishes when the last backup ended; nothing where there never was one. */
export function observeBackup(measure: Instruments, read: () => LastBackup | undefined): void {
  measure.gauge("waybill.backup.finished", (tell) => {
    const last = read();
    if (last) tell(last.finishedAtMs / 1000, {});
  });
}
