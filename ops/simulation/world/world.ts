import { actorId } from "../../../actors/ids.ts";
import { actorsByKind } from "../../../actors/registry.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { decodeMap, mapSubject } from "../../../streams/cluster/map_store.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import { streamNames } from "../../../streams/record.ts";
import { Auditor } from "../auditor/auditor.ts";
import { promised, Violation } from "../auditor/violation.ts";
import type { Chance } from "../kernel/chance.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Trace } from "../kernel/trace.ts";
import { type Sabotage, unharmed } from "../sabotage/sabotage.ts";
import { tolerated } from "./clocks.ts";
import { Carriers } from "./carriers.ts";
import { Customers } from "./customers.ts";
import { overheard } from "./ear.ts";
import { Deliverers } from "./deliverers.ts";
import { Edges } from "./edge_fleet.ts";
import { type Ground, layGround } from "./ground.ts";
import { Hosts, type Stopped } from "./hosts.ts";
import { drawLimits, tuneDelays, tunePolicies, tuneSplits } from "./limits.ts";
import { Loss } from "./loss.ts";
import { fixedMap, followedMaps, latestMs, type Maps } from "./maps.ts";
import { Operators } from "./operators.ts";
import { Projectors } from "./projectors.ts";
import { Trouble } from "./trouble.ts";
import type { Call } from "./calls.ts";
import { Workload } from "./workload.ts";

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
  readonly #ground: Ground;
  readonly #sabotage: Sabotage;
  readonly #hosts: Hosts;
  readonly #trouble: Trouble;
  readonly #carriers: Carriers;
  #operators: Operators | undefined;
  #loss: Loss | undefined;
  #failure: unknown;

  constructor({ seed, trace, sabotage = unharmed }: WorldOptions) {
    const ground = this.#ground = layGround(seed, trace), { kernel, server, chance } = ground;
    this.kernel = kernel;
    this.server = server;
    this.#sabotage = sabotage;
    this.auditor = new Auditor({ ...ground, clockToleranceMs: 1 });
    tunePolicies(ground.setup);
    tuneDelays(ground.setup);
    const hosts = this.#hosts = this.#startHosts(), projectors = this.#startProjectors();
    const count = ground.setup.between(1, 3);
    const maps = this.#startOperators(chance("people who split"));
    const edges = new Edges({ ...ground, chance: chance("edges"), maps, count });
    const workload = new Workload(chance("workload")), meanMs = ground.setup.oneOf([5, 20, 60, 200]);
    this.customers = new Customers({
      kernel,
      chance: chance("customers"),
      workload,
      edge: () => edges.any(),
      meanMs,
      told: (call, asked, when) => this.#try(() => this.auditor.told.told(call, asked, when)),
    });
    const numbers = chance("parcel numbers");
    this.#carriers = new Carriers({
      ...ground,
      chance: chance("carriers"),
      number: () => workload.parcelNumber(numbers),
      edge: () => edges.anyDesk(),
      meanMs: meanMs * ground.setup.oneOf([2, 10]),
    });
    const deliverers = this.#startDeliverers(maps);
    this.#trouble = new Trouble({
      ...ground,
      chance: chance("faults"),
      hosts,
      edges,
      projectors,
      deliverers,
    });
  }

  /** In some worlds partitions are split; in the others nobody follows a map that never changes. */
  #startOperators(chance: Chance): Maps {
    if (!chance.happens(splitWorlds)) return fixedMap(this.#ground.map);
    tuneSplits(chance, this.#sabotage);
    const defect = (who: string, error: unknown) => this.#broke(who, error);
    this.#operators = new Operators({ ...this.#ground, chance, defect });
    return followedMaps(chance, defect);
  }
  #startHosts(): Hosts {
    const { setup, chance } = this.#ground;
    return new Hosts({
      ...this.#ground,
      chance: chance("hosts"),
      limits: drawLimits(setup),
      count: setup.between(1, 3),
      actors: this.#sabotage.actors?.(actorsByKind) ?? actorsByKind,
      view: (broker, host) => this.#viewOf(broker, host),
      stopped: (what) => this.#stopped(what),
      clock: ({ aheadMs, rate }) => {
        const wrongMs = Math.min(Math.abs(aheadMs), tolerated.aheadMs) + (rate === 1 ? 0 : driftMs);
        this.auditor.tolerate(wrongMs + 1);
      },
      defect: (host, error) => this.#broke(host, error),
    });
  }
  #viewOf(broker: Broker, host: string): Broker {
    const { owners } = this.auditor;
    const seen = overheard(broker, {
      nowMs: this.#ground.nowMs,
      answers: (partition) => this.#try(() => owners.answers(host, partition)),
      heard: (sentMs) => owners.heard(host, sentMs),
    });
    return this.#sabotage.view?.(seen, host) ?? seen;
  }
  #startProjectors(): Projectors {
    const { readerView = (broker) => broker, rows: rowsView = (rows) => rows } = this.#sabotage;
    return new Projectors({
      ...this.#ground,
      chance: this.#ground.chance("projectors"),
      count: this.#ground.setup.between(1, 2),
      view: readerView,
      rowsView,
      defect: (projector, error) => this.#broke(projector, error),
    });
  }
  #startDeliverers(maps: Maps): Deliverers {
    return new Deliverers({
      ...this.#ground,
      chance: this.#ground.chance("deliverers"),
      maps,
      count: this.#ground.setup.between(1, 2),
      handling: this.#sabotage.handling ?? ((handle) => handle),
      defect: (deliverer, error) => this.#broke(deliverer, error),
    });
  }
  #broke(who: string, error: unknown): void {
    this.fail(new Violation("defects", `${who} broke: ${detailOf(error)}`));
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
    this.#trouble.end();
    this.#hosts.calm();
    this.#operators?.end();
    this.auditor.calm();
    this.customers.close();
    this.#carriers.close();
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
    const { kernel, server } = this.#ground, chance = this.#ground.chance("loss");
    if (!chance.happens(0.3)) return;
    // What is asked for then must come to the partition itself, and not by way of one that has stopped.
    const knownMs = kernel.nowMs + (this.#operators ? latestMs : 0);
    while (kernel.nowMs < knownMs) await this.step(knownMs);
    const map = decodeMap(server.stream(streamNames.registry).last(mapSubject)!.payload);
    const partitions = map.partitions.map(({ partition }) => partition), hosts = this.#hosts;
    const nudge = (partition: number) => this.customers.come(nudgeOf(map, partition));
    this.#loss = new Loss({ kernel, chance, server, hosts, partitions, nudge });
    await this.#loss.run();
  }

  unsettled(): string | undefined {
    if (this.customers.waiting > 0) return `${this.customers.waiting} customers were not told`;
    if (this.#carriers.waiting > 0) return `${this.#carriers.waiting} callbacks are not kept`;
    return this.auditor.unsettled();
  }
}

/** In so many worlds operators split partitions. */
const splitWorlds = 0.35;
/** After a calm began, everything must be at rest within so long; deadlines of holds are shorter. */
const settleMsMax = 60_000, restMs = 500;
/** How much more wrong a clock can become while a world lasts. */
const driftMs = 1_500;

/** A question to some actor of the partition. */
function nudgeOf({ partitionOf }: PartitionMap, partition: number): Call {
  for (let i = 0;; i++) {
    const to = actorId("order", `ord_nobody${i}`);
    if (partitionOf(to) === partition) return { to, command: { type: "read" } };
  }
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
