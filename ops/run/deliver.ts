import { callbackHandler } from "../../http/carriers/callback_handler.ts";
import { callbackShare } from "../../streams/callbacks/callback_share.ts";
import { Shares } from "../../streams/cluster/shares.ts";
import { createAsk } from "../../streams/edge/ask.ts";
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
  const shares = new Shares({
    broker,
    runtime,
    role: "deliver",
    name,
    start: ({ partition }) => {
      const place = { partition, first: map.current.partitions[0]?.partition };
      return callbackShare(place, { broker, runtime, handle, ...troubles });
    },
  });
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
