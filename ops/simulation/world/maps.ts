import type { ActorId } from "../../../actors/ids.ts";
import type { Broker, Reader, Stored } from "../../../streams/broker/broker.ts";
import { withCalls } from "../../../streams/broker/with_calls.ts";
import { LiveMap } from "../../../streams/cluster/live_map.ts";
import { Fault } from "../../../streams/faults.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import type { Runtime } from "../../../streams/runtime.ts";
import type { Chance } from "../kernel/chance.ts";
import { tolerated } from "./clocks.ts";
import type { Machine } from "./machines.ts";

type PartitionOf = (actor: ActorId) => number;

/** How an edge knows the partition map. */
export interface Maps {
  /** Calls `opened` once it knows it. */
  open(machine: Machine, runtime: Runtime, opened: (partitionOf: PartitionOf) => void): void;
}

/** Where nothing is split: the map is known, and nobody need ask. */
export function fixedMap({ partitionOf }: PartitionMap): Maps {
  return { open: (_machine, _runtime, opened) => opened(partitionOf) };
}

const retryMs = 200;
/** How late an edge hears of a change, beside what its connection does to it. */
const latenessesMs = [0, 0, 30, 300, 2_000, 6_000] as const;
/** In calm weather everyone has heard of every change after this time. */
export const latestMs = Math.max(...latenessesMs) + 2 * tolerated.aheadMs;

/** Every edge follows the registry, each with its own delay: those with the old map and those with the new one are there at one time. */
export function followedMaps(chance: Chance, defect: (edge: string, error: unknown) => void): Maps {
  return {
    open: ({ client, process }, runtime, opened) => {
      const late = lateReading(client, runtime, chance.oneOf(latenessesMs));
      const follow = async () => {
        const map = await openMap(late, runtime);
        opened((actor) => map.current.partitionOf(actor));
        await map.run();
      };
      follow().catch((error) => defect(process.name, error));
    },
  };
}

async function openMap(broker: Broker, runtime: Runtime): Promise<LiveMap> {
  for (;;) {
    try {
      return await LiveMap.open(broker);
    } catch (error) {
      if (!(error instanceof Fault && error.retry)) throw error;
      await runtime.sleep(retryMs);
    }
  }
}

function lateReading(broker: Broker, runtime: Runtime, lateMs: number): Broker {
  const late = (reader: Reader): Reader => ({
    stop: () => reader.stop(),
    async *[Symbol.asyncIterator](): AsyncGenerator<Stored> {
      for await (const stored of reader) {
        await runtime.sleep(stored.storedAtMs + lateMs - runtime.nowMs());
        yield stored;
      }
    },
  });
  return withCalls(broker, { read: (stream, options) => late(broker.read(stream, options)) });
}
