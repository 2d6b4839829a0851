import { Fault } from "../../streams/faults.ts";
import { Signal } from "../../streams/host/signal.ts";
import { streamNames } from "../../streams/record.ts";
import { streamConfigs } from "../../streams/streams.ts";
import { observeStreams } from "../telemetry/stream_observer.ts";
import { endless, type Running, type Shared } from "./role.ts";
import type { Role } from "./roles.ts";

const lookEveryMs = 10_000;

/** What each role may ask after; together they know all. */
export const streamsOf: { readonly [R in Role]: readonly string[] } = {
  edge: [],
  host: [streamNames.commands, streamNames.events, streamNames.snapshots, streamNames.registry],
  projector: [streamNames.personal],
  deliver: [streamNames.callbacks],
};

/** Looks now and then how full the streams are of which these roles may know. */
export function watchStreamSizes({ broker, runtime, measure }: Shared, roles: readonly Role[]): Running {
  const names = roles.flatMap((role) => streamsOf[role]), tell = observeStreams(measure);
  const limits = new Map(streamConfigs(1).map(({ name, bytesMax }) => [name, bytesMax]));
  const ended = new Signal();
  let stopping = false;
  const sizeOf = async (stream: string) => {
    const { bytes, messages } = await broker.info(stream), bytesMax = limits.get(stream);
    return { stream, bytes, messages, ...(bytesMax !== undefined && { bytesMax }) };
  };
  const run = async () => {
    while (!stopping) {
      try {
        tell(await Promise.all(names.map(sizeOf)));
      } catch (error) {
        if (!(error instanceof Fault && error.retry)) throw error;
        tell([]); // A size of before says nothing of now; that the log does not answer is told elsewhere.
      }
      if (!stopping) await Promise.race([runtime.sleep(lookEveryMs), ended.wait()]);
    }
  };
  const running = run();
  return {
    failed: endless(running, "the watch over the streams' sizes", () => stopping),
    stop: async () => {
      stopping = true;
      ended.wake();
      await Promise.allSettled([running]);
    },
  };
}
