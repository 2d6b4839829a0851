import { lastBackup } from "../../../streams/operations/last_backup.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { version } from "../../version.ts";
import { type Check, ok, type Said, warning } from "../finding.ts";
import { withLog } from "./log.ts";
import { counted } from "../../cli/counted.ts";

/** As the alert `WaybillBackupOld` has it: a backup each day, and two hours. */
const oldMs = 26 * 3_600_000;

/** Whether there is a backup, and how old the last one is. */
export const backupCheck: Check = {
  name: "backup",
  msMax: 15_000,
  look: (setup) =>
    withLog(setup, async (broker) => {
      const last = await lastBackup(broker, systemRuntime(version));
      if (last === undefined) {
        const advice = "Take one each day: npx waybill backup --to <folder or s3://…>.";
        return [warning("no backup yet", advice)];
      }
      return [saidOf(Date.now() - last.finishedAtMs, last.place)];
    }),
};

function saidOf(agoMs: number, place: string): Said {
  const says = `the last backup is ${ageText(agoMs)} old, in ${place}`;
  return agoMs > oldMs ? warning(says, "See what takes them, and why it does not: backup-old.md.") : ok(says);
}

/** Days from two on, then hours, then minutes. */
export function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000)), hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  if (hours >= 2) return `${hours} hours`;
  return counted(minutes, "minute");
}
