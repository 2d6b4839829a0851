import { MemoryRows } from "../../../projections/model/memory_rows.ts";
import { MemoryServer } from "../../../streams/broker/memory.ts";
import { mapSubject } from "../../../streams/cluster/map_store.ts";
import { evenPartitions, type PartitionMap } from "../../../streams/partition_map.ts";
import { streamNames } from "../../../streams/record.ts";
import { streamConfigs } from "../../../streams/streams.ts";
import { Chance } from "../kernel/chance.ts";
import { Kernel, world } from "../kernel/kernel.ts";
import { startMs } from "../kernel/process.ts";
import type { Trace } from "../kernel/trace.ts";
import { Leaders } from "./leaders.ts";
import { Machines } from "./machines.ts";
import { Weather } from "./weather.ts";

/** What processes stand on: time, chance, the servers, the network. */
export interface Ground {
  readonly chance: (name: string) => Chance;
  readonly setup: Chance;
  readonly kernel: Kernel;
  readonly nowMs: () => number;
  readonly weather: Weather;
  readonly leaders: Leaders;
  readonly replicated: boolean;
  readonly server: MemoryServer;
  readonly rows: MemoryRows;
  readonly map: PartitionMap;
  readonly machines: Machines;
}

/** In some worlds every reader is as fast as the others; else each has a pace of its own, milliseconds. */
const readerPaces = [[0], [0, 0.5, 20], [0, 5, 100, 400]] as const;

export function layGround(seed: number, trace: Trace): Ground {
  const chance = (name: string) => new Chance(seed, name), setup = chance("setup");
  const kernel = new Kernel(chance("schedule"), trace), weather = new Weather(chance("weather"));
  const replicated = setup.happens(0.4), nowMs = () => Math.floor(startMs + kernel.nowMs);
  const leaders = new Leaders(kernel, chance("leaders"));
  const server = new MemoryServer({
    nowMs,
    after: (ms, run) => void kernel.after(world, ms, "the server remembers", run),
    publishFault: () => weather.publishFault(),
    dropCore: () => weather.dropsCore(),
    lead: (stream, run) => leaders.ask(stream, run),
    ...(replicated ? { lag: () => weather.lag } : {}),
  });
  for (const config of streamConfigs(replicated ? 3 : 1)) server.ensureStream(config);
  const map = evenPartitions(setup.oneOf([1, 1, 2, 3, 5])), rows = new MemoryRows();
  storeMap(server, map);
  kernel.note("world", `${map.partitions.length} partitions${replicated ? ", replicated" : ""}`);
  const chances = { network: chance("network"), processes: chance("processes") };
  const machines = new Machines({ kernel, chances, server, feedMs: setup.oneOf(readerPaces) });
  return { chance, setup, kernel, nowMs, weather, leaders, replicated, server, rows, map, machines };
}

function storeMap(server: MemoryServer, { partitions }: PartitionMap): void {
  const payload = new TextEncoder().encode(JSON.stringify({ format: 1, partitions }));
  server.stream(streamNames.registry).store({ subject: mapSubject, payload });
}
