import { actorsByKind } from "../../actors/registry.ts";
import type { Broker } from "../broker/broker.ts";
import { type MemoryOptions, MemoryServer } from "../broker/memory.ts";
import { withCalls } from "../broker/with_calls.ts";
import { LiveMap } from "../cluster/live_map.ts";
import { writeMap } from "../cluster/map_store.ts";
import { type Asker, createAsk } from "../edge/ask.ts";
import type { Asked, Question } from "../edge/asking.ts";
import { Host } from "../host/host.ts";
import { type HostObserver, unwatched } from "../host/observer.ts";
import type { PartitionLimits } from "../host/partition.ts";
import { partitionLimits } from "../host/partition_host.ts";
import { evenPartitions } from "../partition_map.ts";
import type { Runtime } from "../runtime.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";

/** Several hosts on one server in memory, and an edge that asks them. Time is real. */
export class ClusterKit {
  readonly server: MemoryServer;
  readonly observed: string[] = [];
  /** Who watches the turns of hosts that are started from now on. */
  startTurn: HostObserver["startTurn"] = unwatched.startTurn;
  readonly #running: RunningHost[] = [];
  #asker: Asker | undefined;
  #map: LiveMap | undefined;

  constructor(options: MemoryOptions = {}) {
    this.server = new MemoryServer(options);
  }

  async open(partitions: number): Promise<this> {
    const broker = this.server.connect(), runtime = systemRuntime("test");
    await ensureStreams(broker, 1);
    await writeMap(broker, runtime, evenPartitions(partitions), 0);
    const map = this.#map = await LiveMap.open(broker);
    void map.run();
    const partitionOf = createPartitionOf(map);
    this.#asker = createAsk({ broker, edgeId: "edge", partitionOf, runtime, newId: runtime.newId });
    return this;
  }

  start(
    name: string,
    { limits: limited = {}, runtime = systemRuntime("test"), disturb = () => ({}) }: HostOptions = {},
  ): RunningHost {
    const broker = this.server.connect();
    const observer: HostObserver = {
      ...unwatched,
      startTurn: (start) => this.startTurn(start),
      opened: ({ partition }) => void this.observed.push(`${name} opened ${partition}`),
      stopped: ({ partition, code }) => void this.observed.push(`${name} stopped ${partition}: ${code}`),
    };
    const limits = { ...partitionLimits, tickMs: 20, ...limited };
    const host = new Host({
      broker: withCalls(broker, disturb(broker)),
      runtime,
      observer,
      actors: actorsByKind,
      name,
      limits,
    });
    const running = host.run();
    const one = {
      host,
      broker,
      running,
      stop: async () => {
        host.stop();
        await running;
      },
      kill: async () => {
        broker.cut();
        host.stop({ abandon: true });
        await running.catch(() => undefined); // It dies in whatever it was doing.
      },
    };
    this.#running.push(one);
    return one;
  }

  ask(question: Omit<Question, "patienceMs"> & { readonly patienceMs?: number }): Promise<Asked> {
    return this.#asker!.ask({ patienceMs: 60_000, ...question });
  }

  /** What the call was answered: "ok", the reason of its rejection, or what else became of it. */
  async told({ to, command }: Pick<Question, "to" | "command">): Promise<string> {
    const asked = await this.ask({ to, command });
    if (asked.kind !== "answered") return asked.kind;
    return asked.answer.ok ? "ok" : asked.answer.rejection.reason;
  }

  async end(): Promise<void> {
    for (const one of this.#running) await one.kill();
    this.#asker?.stop();
    await this.#map?.stop();
  }
}

const createPartitionOf = (map: LiveMap) => (actor: Parameters<LiveMap["current"]["partitionOf"]>[0]) =>
  map.current.partitionOf(actor);

interface HostOptions {
  readonly limits?: Partial<PartitionLimits>;
  readonly runtime?: Runtime;
  /** What its log does otherwise than it should. */
  readonly disturb?: (broker: Broker) => Partial<Broker>;
}

export interface RunningHost {
  readonly host: Host;
  readonly broker: ReturnType<MemoryServer["connect"]>;
  readonly running: Promise<void>;
  /** Drains, as SIGTERM does. */
  stop(): Promise<void>;
  /** Cuts it off and lets it go, as `kill -9` does. */
  kill(): Promise<void>;
}
