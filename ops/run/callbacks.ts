import { callbackHandler } from "../../http/carriers/callback_handler.ts";
import { callbackShare } from "../../streams/callbacks/callback_share.ts";
import type { Share } from "../../streams/cluster/shares.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { traceHandling } from "../telemetry/callback_trace.ts";
import { observeHandling, observeSettings } from "../telemetry/carrier_observer.ts";
import { openCarriers } from "./carriers.ts";
import { unlessReadOnly } from "./read_only.ts";
import type { Shared } from "./role.ts";

/** What carriers sent is worked out once for all processes of this role. */
export async function openCallbacks(shared: Shared) {
  const { broker, runtime, map, switches, telemetry, measure, log } = shared;
  const { adapters, problems } = await openCarriers();
  observeSettings(measure, log, { reading: problems });
  const asker = createAsk({
    broker,
    edgeId: runtime.newId(),
    partitionOf: (id) => map.current.partitionOf(id),
    runtime,
    newId: runtime.newId,
  });
  const { handled, ...troubles } = observeHandling(measure, log);
  const tracer = traceHandling(telemetry), ask = unlessReadOnly(asker.ask, switches);
  const handle = callbackHandler({ adapters, ask, handled, ...(tracer && { tracer }) });
  return {
    start: ({ partition }: Partition): Share => {
      const place = { partition, first: map.current.partitions[0]?.partition };
      return callbackShare(place, { broker, runtime, handle, ...troubles });
    },
    close: () => asker.stop(),
  };
}
