import { env } from "node:process";
import { loadApis } from "../../http/carriers/load.ts";
import { askedCarriers } from "../../http/polling/api_settings.ts";
import { CarrierPoller } from "../../http/polling/carrier_poller.ts";
import { watchedMs } from "../../http/polling/urgency.ts";
import { openDatabase } from "../../projections/database.ts";
import { type Polls, postgresPolls } from "../../projections/polls.ts";
import { createCallbackStore } from "../../streams/callbacks/callback_store.ts";
import type { Share } from "../../streams/cluster/shares.ts";
import { Fault } from "../../streams/faults.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { observePolling, observeSettings } from "../telemetry/carrier_observer.ts";
import { openCarriers } from "./carriers.ts";
import { restful, together } from "../../streams/cluster/share.ts";
import { databaseOf, type Shared } from "./role.ts";

const pruneMs = 3_600_000, connectionsMax = 2;

/** Carriers with an API that we may ask are asked after parcels, by one process of this role for all. */
export async function openPolling(shared: Shared) {
  const { broker, runtime, map, measure, log } = shared;
  const { adapters } = await openCarriers(), { asked, problems } = askedCarriers(env, await loadApis());
  observeSettings(measure, log, { polling: problems });
  if (asked.size === 0) return { start: restful, close: () => Promise.resolve() };
  const sql = openDatabase({ url: databaseOf(shared), name: "waybill polling", connectionsMax });
  const store = createCallbackStore({ broker, runtime }), polls = postgresPolls(sql);
  const observer = observePolling(measure, log);
  const shareOf = (name: string): Share => {
    const poller = new CarrierPoller({
      ...{ ...asked.get(name)!, adapter: adapters.get(name)!, polls, store, runtime, observer },
    });
    return { done: poller.run(), stop: () => poller.stop() };
  };
  return {
    /** One piece of work, or a carrier's limit would hold for each process alone; of the last partition: callbacks have the first. */
    start: ({ partition }: Partition): Share => {
      if (partition !== map.current.partitions.at(-1)?.partition) return restful();
      return together([...[...asked.keys()].map(shareOf), pruning(shared, polls)]);
    },
    close: async () => {
      store.stop();
      await sql.end({ timeout: 5 });
    },
  };
}

function pruning({ runtime, log }: Shared, polls: Polls): Share {
  const share = restful();
  let timer = runtime.after(pruneMs, prune);
  function prune() {
    timer = runtime.after(pruneMs, prune);
    polls.prune(watchedMs).catch((err) => {
      if (err instanceof Fault && err.retry) log.warn({ err }, "old polls could not be forgotten");
      else log.error({ err }, "old polls could not be forgotten");
    });
  }
  const stop = () => {
    timer.stop();
    share.stop();
  };
  return { done: share.done, stop };
}
