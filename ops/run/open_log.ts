import type { Broker } from "../../streams/broker/broker.ts";
import { LiveMap } from "../../streams/cluster/live_map.ts";
import { readMap, writeMap } from "../../streams/cluster/map_store.ts";
import { Fault } from "../../streams/faults.ts";
import { ownsAll } from "../../streams/host/partition_state.ts";
import { evenPartitions } from "../../streams/partition_map.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import { decodeSends } from "../../streams/record_text.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { Failure } from "../cli/failure.ts";
import type { Config } from "../config.ts";
import { expectRestored } from "./unfinished_restore.ts";

const missingMsMax = 60_000, lookMs = 1_000;

/**
 * The partition map of a log that is ready to be used. Whoever deploys Waybill makes the log (`waybill log init`), and the roles wait
 * for it; with `WAYBILL_LOG_INIT`, as `npm start` has it, the first one makes a log of one partition itself.
 */
export async function openLog(broker: Broker, runtime: Runtime, config: Config): Promise<LiveMap> {
  if (config.initLog) await initLog(broker, runtime, { partitions: 1, replicas: 1 });
  const untilMs = runtime.elapsedMs() + missingMsMax;
  for (;;) {
    try {
      return await LiveMap.open(broker);
    } catch (error) {
      if (!(error instanceof Fault) || (error.code !== "log.missing" && !error.retry)) throw error;
      if (runtime.elapsedMs() > untilMs) {
        throw new Failure("Cannot run: the log is not there yet; make it with `npx waybill log init`");
      }
      await runtime.sleep(lookMs);
    }
  }
}

/** Makes the streams and the partition map; what is there already keeps its data and its map, and gets today's limits. */
export async function initLog(
  broker: Broker,
  runtime: Runtime,
  { partitions, replicas }: { readonly partitions: number; readonly replicas: number },
): Promise<{ readonly partitions: number; readonly made: boolean }> {
  await ensureStreams(broker, replicas);
  await expectRestored(broker);
  const there = await readMap(broker);
  const count = there === undefined && await ownsEverything(broker) ? 1 : partitions;
  const { map } = there ?? await writeMap(broker, runtime, evenPartitions(count), 0);
  return { partitions: map.partitions.length, made: there === undefined };
}

/** True for a log from before there were maps: all that happened is partition 0's, which can be split later. */
async function ownsEverything(broker: Broker): Promise<boolean> {
  const last = await broker.last(streamNames.events, subjects.events(0));
  return last !== undefined && ownsAll(decodeSends(last).range);
}
