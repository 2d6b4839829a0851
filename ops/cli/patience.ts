import type { Broker } from "../../streams/broker/broker.ts";
import { withCalls } from "../../streams/broker/with_calls.ts";
import { Fault } from "../../streams/faults.ts";
import type { Runtime } from "../../streams/runtime.ts";

/** Longer without an answer than this, and it is no node that was lost, and replaced. */
const waitMsMax = 60_000, retryMs = 500;

/** Asks again while the log does not answer; only for what may be asked twice. */
export async function patiently<T>(
  { elapsedMs, sleep }: Pick<Runtime, "elapsedMs" | "sleep">,
  ask: () => Promise<T>,
): Promise<T> {
  const untilMs = elapsedMs() + waitMsMax;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const silent = error instanceof Fault && error.code === "log.unavailable";
      if (!silent || elapsedMs() >= untilMs) throw error;
      await sleep(retryMs);
    }
  }
}

/** The same log for long work that is not to fail because a node of a cluster does; readers go on by themselves. */
export function patient(broker: Broker, runtime: Pick<Runtime, "elapsedMs" | "sleep">): Broker {
  const again = <T>(ask: () => Promise<T>) => patiently(runtime, ask);
  return withCalls(broker, {
    ensureStream: (config) => again(() => broker.ensureStream(config)),
    info: (stream) => again(() => broker.info(stream)),
    last: (stream, subject) => again(() => broker.last(stream, subject)),
    at: (stream, sequence) => again(() => broker.at(stream, sequence)),
    lastOfMany: (stream, subjects, atLeast) => again(() => broker.lastOfMany(stream, subjects, atLeast)),
    purgeBelow: (stream, sequence) => again(() => broker.purgeBelow(stream, sequence)),
    skipTo: (stream, sequence) => again(() => broker.skipTo(stream, sequence)),
    deleteMessage: (stream, sequence, secure) => again(() => broker.deleteMessage(stream, sequence, secure)),
  });
}
