import { actorsByKind } from "../../../actors/registry.ts";
import { MemoryServer } from "../../../streams/broker/memory.ts";
import { mapSubject } from "../../../streams/cluster/map_store.ts";
import { evenPartitions, type PartitionMap } from "../../../streams/partition_map.ts";
import { streamNames } from "../../../streams/record.ts";
import { streamConfigs } from "../../../streams/streams.ts";
import { Auditor } from "../auditor/auditor.ts";
import { promised, Violation } from "../auditor/violation.ts";
import { Chance } from "../kernel/chance.ts";
import { Kernel, world } from "../kernel/kernel.ts";
import { startMs } from "../kernel/process.ts";
import type { Trace } from "../kernel/trace.ts";
import { type Sabotage, unharmed } from "../sabotage/sabotage.ts";
import { tolerated } from "./clocks.ts";
import { Customers } from "./customers.ts";
import { Edges } from "./edge_fleet.ts";
import { Loss } from "./loss.ts";
import { Hosts, type Stopped } from "./hosts.ts";
import { drawLimits, tunePolicies } from "./limits.ts";
import { Machines } from "./machines.ts";
import { MemoryRows } from "../../../projections/model/memory_rows.ts";
import { overheard } from "./ear.ts";
import { Projectors } from "./projectors.ts";
import { Storm } from "./storm.ts";
import { Weather } from "./weather.ts";
import { type ActorId, actorId } from "../../../actors/ids.ts";
import { type Call, Workload } from "./workload.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly trace: Trace;
  readonly sabotage?: Sabotage;
}

/** A fault that a host may end with, and what must have been wrong. */
const explained = new Set(["partition.fenced", "clock.behind"]);

/** A whole system made of virtual processes, and everything that may befall it. */
export class World {
  readonly kernel: Kernel;
  readonly server: MemoryServer;
  readonly auditor: Auditor;
  readonly customers: Customers;
  readonly #hosts: Hosts;
  readonly #storm: Storm;
  readonly #partitions: number;
  readonly #partitionOf: (actor: ActorId) => number;
  readonly #chance: (name: string) => Chance;
  #loss: Loss | undefined;
  #failure: unknown;

  constructor({ seed, trace, sabotage = unharmed }: WorldOptions) {
    const chance = this.#chance = (name: string) => new Chance(seed, name), setup = chance("setup");
    const kernel = this.kernel = new Kernel(chance("schedule"), trace);
    const weather = new Weather(chance("weather"));
    const replicated = setup.happens(0.4);
    const nowMs = () => Math.floor(startMs + kernel.nowMs);
    const server = this.server = new MemoryServer({
      nowMs,
      after: (ms, run) => void kernel.after(world, ms, "the server remembers", run),
      publishFault: () => weather.publishFault(),
      dropCore: () => weather.dropsCore(),
      ...(replicated ? { lag: () => weather.lag } : {}),
    });
    for (const config of streamConfigs(replicated ? 3 : 1)) server.ensureStream(config);
    const map = evenPartitions(setup.oneOf([1, 1, 2, 3, 5])), { partitions, partitionOf } = map;
    storeMap(server, map);
    this.#partitions = partitions.length;
    this.#partitionOf = partitionOf;
    kernel.note("world", `${partitions.length} partitions${replicated ? ", replicated" : ""}`);
    const rows = new MemoryRows();
    const clockToleranceMs = tolerated.aheadMs + 1_500;
    this.auditor = new Auditor({
      server,
      partitions: partitions.length,
      partitionOf,
      nowMs,
      clockToleranceMs,
      rows,
    });
    const chances = { network: chance("network"), processes: chance("processes") };
    const machines = new Machines(kernel, chances, server);
    tunePolicies(setup);
    const hosts = this.#hosts = new Hosts({
      kernel,
      chance: chance("hosts"),
      machines,
      limits: drawLimits(setup),
      count: setup.between(1, 3),
      actors: sabotage.actors?.(actorsByKind) ?? actorsByKind,
      view: (broker, host) => {
        const seen = overheard(broker, {
          nowMs,
          answers: (partition) => this.#try(() => this.auditor.owners.answers(host, partition)),
          heard: (sentMs) => this.auditor.owners.heard(host, sentMs),
        });
        return sabotage.view?.(seen, host) ?? seen;
      },
      stopped: (what) => this.#stopped(what),
      defect: (host, error) => this.fail(new Violation("defects", `${host} broke: ${detailOf(error)}`)),
    });
    const projectors = new Projectors({
      kernel,
      chance: chance("projectors"),
      machines,
      rows,
      count: setup.between(1, 2),
      view: sabotage.readerView ?? ((broker) => broker),
      rowsView: sabotage.rows ?? ((rows) => rows),
      defect: (projector, error) =>
        this.fail(new Violation("defects", `${projector} broke: ${detailOf(error)}`)),
    });
    const edges = new Edges({
      kernel,
      chance: chance("edges"),
      machines,
      partitionOf,
      count: setup.between(1, 3),
    });
    this.customers = new Customers({
      kernel,
      chance: chance("customers"),
      workload: new Workload(chance("workload")),
      edge: () => edges.any(),
      auditor: { told: () => {} },
      meanMs: setup.oneOf([5, 20, 60, 200]),
    });
    this.#storm = new Storm({
      kernel,
      chance: chance("faults"),
      server,
      weather,
      machines,
      hosts,
      edges,
      projectors,
      rows,
      replicated,
    });
  }

  #stopped({ host, partition, code, reason }: Stopped): boolean {
    if (this.#loss) this.#loss.noticed(partition, code);
    else if (!explained.has(code)) this.fail(new Violation("defects", `${host} stopped: ${reason}`));
    return explained.has(code);
  }
  #try(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.fail(error);
    }
  }
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** One step, and what the auditor says to it; false when nothing happens any more before `untilMs`. */
  async step(untilMs?: number): Promise<boolean> {
    const happened = await this.kernel.step(untilMs);
    this.auditor.look();
    if (this.#failure !== undefined) throw this.#failure;
    return happened;
  }

  /** No more faults and nobody new: everything has to come to its end. */
  async settle(): Promise<void> {
    this.kernel.note("world", "is calm from now on");
    this.#storm.end();
    this.#hosts.calm();
    this.customers.close();
    // Rows that a crash of the database lost are noticed when the next record comes.
    for (const call of nudges(this.#partitionOf, this.#partitions)) this.customers.come(call);
    const untilMs = this.kernel.nowMs + settleMsMax;
    for (let quietMs = Infinity;;) {
      const left = this.unsettled();
      quietMs = left === undefined ? Math.min(quietMs, this.kernel.nowMs) : Infinity;
      if (this.kernel.nowMs >= quietMs + restMs) break;
      promised(
        "settles",
        this.kernel.nowMs < untilMs,
        () => `${left ?? "it never rests"}; ${this.#hosts.unready()}`,
      );
      await this.step(untilMs);
    }
    this.auditor.end();
  }

  /** In some worlds the storage loses something in the end. From then on the log is not what the auditor has seen. */
  async lose(): Promise<void> {
    const chance = this.#chance("loss");
    if (!chance.happens(0.3)) return;
    const { kernel, server, customers } = this, partitions = this.#partitions;
    const nudge = (partition: number) => customers.come(nudges(this.#partitionOf, partitions)[partition]!);
    this.#loss = new Loss({ kernel, chance, server, hosts: this.#hosts, partitions, nudge });
    await this.#loss.run();
  }

  unsettled(): string | undefined {
    if (this.customers.waiting > 0) return `${this.customers.waiting} customers were not told`;
    return this.auditor.unsettled();
  }
}

/** After a calm began, everything must be at rest within so long; deadlines of holds are shorter. */
const settleMsMax = 60_000, restMs = 500;

/** A question to some actor of every partition. */
function nudges(partitionOf: (actor: ActorId) => number, partitions: number): Call[] {
  return Array.from({ length: partitions }, (_, partition) => {
    for (let i = 0;; i++) {
      const to = actorId("order", `ord_nobody${i}`);
      if (partitionOf(to) === partition) return { to, command: { type: "read" } };
    }
  });
}

function storeMap(server: MemoryServer, { partitions }: PartitionMap): void {
  const payload = new TextEncoder().encode(JSON.stringify({ format: 1, partitions }));
  server.stream(streamNames.registry).store({ subject: mapSubject, payload });
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
