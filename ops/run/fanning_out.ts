import type { Deliveries } from "../../projections/outbox/deliveries.ts";
import { fanOut, type FanOutOptions } from "../../projections/outbox/fan_out.ts";
import type { Share } from "../../streams/cluster/shares.ts";
import { Fault } from "../../streams/faults.ts";
import { Signal } from "../../streams/host/signal.ts";
import type { Runtime } from "../../streams/runtime.ts";
import type { observeNotifications } from "../telemetry/notification_observer.ts";

export interface FanningOutOptions extends FanOutOptions {
  readonly deliveries: Pick<Deliveries, "counts" | "forget">;
  readonly runtime: Pick<Runtime, "sleep" | "elapsedMs">;
  readonly observer: Pick<ReturnType<typeof observeNotifications>, "counted" | "interrupted" | "settled">;
}

const idleMs = 500, troubledMs = 2_000, countEveryMs = 10_000, forgetEveryMs = 3_600_000;
/** What was settled is forgotten after so long; more than the age at which news is none. */
const keepMs = 90 * 24 * 3_600_000, forgetMax = 1_000;

/** Makes deliveries of the milestones that wait, and counts and forgets them, until stopped. */
export function fanningOut(options: FanningOutOptions): Share {
  const { deliveries, runtime, observer } = options, ended = new Signal();
  let stopped = false, countedMs = -Infinity, forgotMs = -Infinity;
  const tidy = async () => {
    if (runtime.elapsedMs() - countedMs < countEveryMs) return;
    countedMs = runtime.elapsedMs();
    observer.counted(await deliveries.counts());
    if (runtime.elapsedMs() - forgotMs < forgetEveryMs) return;
    if (!await deliveries.forget(keepMs, forgetMax)) forgotMs = runtime.elapsedMs();
  };
  const run = async () => {
    while (!stopped) {
      let restMs = idleMs;
      try {
        const settled = await fanOut(options);
        if (settled > 0) observer.settled(settled);
        await tidy();
        restMs = settled > 0 ? 0 : idleMs;
      } catch (error) {
        if (!(error instanceof Fault && error.retry)) throw error;
        observer.interrupted("all", error.message);
        restMs = troubledMs;
      }
      if (restMs > 0 && !stopped) await Promise.race([runtime.sleep(restMs), ended.wait()]);
    }
  };
  return {
    done: run(),
    stop: () => {
      stopped = true;
      ended.wake();
    },
  };
}
