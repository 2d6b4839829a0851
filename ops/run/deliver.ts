import { callbackHandler } from "../../http/carriers/callback_handler.ts";
import { CallbackReader } from "../../streams/callbacks/callback_reader.ts";
import { type Share, Shares } from "../../streams/cluster/shares.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { observeHandling } from "../telemetry/carrier_observer.ts";
import { openCarriers } from "./carriers.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Speaks with the world in its own time: what carriers sent is worked out here, once for all processes of this role. */
export async function startDeliver(shared: Shared): Promise<Running> {
  const { broker, runtime, map, name, measure, log } = shared;
  const { adapters } = await openCarriers();
  const edgeId = runtime.newId();
  const asker = createAsk({
    broker,
    edgeId,
    partitionOf: (id) => map.current.partitionOf(id),
    runtime,
    newId: runtime.newId,
  });
  const { handled, ...troubles } = observeHandling(measure, log);
  const handle = callbackHandler({ adapters, ask: asker.ask, handled });
  /** Callbacks are one piece of work: whoever has the first partition does it. */
  const start = ({ partition }: Partition): Share => {
    if (partition !== map.current.partitions[0]?.partition) return restful();
    const reader = new CallbackReader({ broker, runtime, handle, ...troubles });
    return { done: reader.run(), stop: () => reader.stop() };
  };
  const shares = new Shares({ broker, runtime, role: "deliver", name, start });
  let stopping = false;
  const running = shares.run();
  return {
    failed: endless(running, "the handling of callbacks", () => stopping),
    stop: async () => {
      stopping = true;
      shares.stop();
      await Promise.allSettled([running]);
      asker.stop();
    },
  };
}

/** A share in which there is nothing to do. */
function restful(): Share {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => end = resolve);
  return { done, stop: () => end() };
}
