import type { LastVerdict } from "../../streams/operations/last_verdict.ts";
import type { Instruments } from "./instruments.ts";

/** Publishes what the last verification found, and when it ended. */
export function observeVerdict(measure: Instruments, read: () => LastVerdict | undefined): void {
  measure.gauge("waybill.verify.finished", (tell) => {
    const last = read();
    if (last) tell(last.finishedAtMs / 1000, {});
  });
  measure.gauge("waybill.verify.findings", (tell) => {
    for (const [check, found] of Object.entries(read()?.findings ?? {})) tell(found, { check });
  });
}
