import { Fault } from "../streams/faults.ts";
import type { Runtime } from "../streams/runtime.ts";
import { backoffMs, pause } from "./pace.ts";
import type { ProjectorObserver } from "./projector_observer.ts";

/**
 * Runs `once` until the signal comes, again after each interruption by a log or database that does not answer, later each time unless
 * it calls `progressed`. Rejects when trying again cannot help.
 */
export async function keepGoing(
  once: (progressed: () => void) => Promise<void>,
  { runtime, partition, signal, observer }: {
    readonly runtime: Pick<Runtime, "after" | "random">;
    readonly partition: number;
    readonly signal: AbortSignal;
    readonly observer: Pick<ProjectorObserver, "interrupted" | "stopped">;
  },
): Promise<void> {
  let attempts = 0;
  const progressed = () => attempts = 0;
  while (!signal.aborted) {
    try {
      await once(progressed);
    } catch (error) {
      const fault = error instanceof Fault ? error : undefined;
      const reason = error instanceof Error ? error.message : String(error);
      if (!fault?.retry) {
        observer.stopped({ partition, code: fault?.code ?? "defect", reason });
        throw error;
      }
      const retryMs = backoffMs(attempts++, runtime.random);
      observer.interrupted({ partition, code: fault.code, reason, retryMs });
      await pause(runtime, retryMs, signal);
    }
  }
}
