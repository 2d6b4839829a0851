import type { AnyActor } from "../../actors/actor.ts";
import { actorsIn } from "./actors_in.ts";
import type { Broker } from "../broker/broker.ts";
import { assignmentWithout } from "../cluster/assignment.ts";
import { ClusterView } from "../cluster/cluster_view.ts";
import { Members } from "../cluster/members.ts";
import type { Partition } from "../partition_map.ts";
import type { Runtime } from "../runtime.ts";
import { Claims } from "./claims.ts";
import { releaseLease } from "./lease.ts";
import { Declined } from "./declined.ts";
import type { HostObserver, PartitionGauges } from "./observer.ts";
import type { PartitionLimits } from "./partition.ts";
import { PartitionHost, partitionLimits } from "./partition_host.ts";
import { PeerTap } from "./peers.ts";
import { Signal } from "./signal.ts";
import { Standbys } from "./standbys.ts";

export interface HostDeps {
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly observer: HostObserver;
  readonly actors: { readonly [kind: string]: AnyActor };
  /** Different from that of every other host that is or was. */
  readonly name: string;
  readonly limits?: PartitionLimits;
  /** True while an operator keeps the partition from taking turns. */
  readonly paused?: (partition: number) => boolean;
}

/** Looked at this often, beside every change in the registry. */
const lookMs = 200;

interface Run {
  readonly host: PartitionHost;
  leaving: boolean;
  /** True while it is asked to give buckets away. */
  splitting: boolean;
}

/**
 * One host of possibly many: runs the partitions that are its by rendezvous hashing over the hosts that are alive, claims what nobody
 * holds any more, and hands over what should be another's. Safety hangs on none of it: only the conditional append can be trusted.
 */
export class Host {
  readonly #deps: HostDeps;
  readonly #members: Members;
  readonly #view: ClusterView;
  readonly #tap: PeerTap;
  readonly #signal = new Signal();
  readonly #runs = new Map<number, Run>();
  readonly #standbys: Standbys;
  /** Partitions that have stopped for good, and why. */
  readonly #failed = new Map<number, string>();
  readonly #declined: Declined;
  readonly #claims: Claims;
  #should: ReadonlyMap<number, string> = new Map();
  #stopping: { readonly abandon: boolean } | undefined;
  #defect: { readonly error: unknown } | undefined;

  constructor(deps: HostDeps) {
    const { broker, runtime, name } = deps;
    this.#deps = deps;
    this.#declined = new Declined(runtime);
    this.#claims = new Claims(broker, runtime, name);
    const declined = () => this.#declined.partitions, followed = () => this.#standbys.ready;
    this.#members = new Members(broker, runtime, { role: "host", name, declined, followed });
    this.#view = new ClusterView(broker, [this.#members], this.#signal.wake);
    const peers = this.#tap = new PeerTap(broker);
    const caughtUp = () => void this.#members.tell();
    this.#standbys = new Standbys({ broker, runtime, actorOf: actorsIn(deps.actors), peers, caughtUp });
  }

  /** Returns after `stop`; throws when it cannot go on. */
  async run(): Promise<void> {
    const background = [this.#view.run(), this.#members.run(), this.#look()];
    for (const running of background) running.catch((error) => this.#fail(error));
    try {
      while (!this.#ended()) {
        await this.#signal.wait();
        if (!this.#defect && this.#members.known) this.#settle();
      }
      if (!this.#stopping?.abandon) await this.#members.stop();
    } finally {
      await this.#members.stop({ silent: true });
      for (const { host } of this.#runs.values()) host.stop({ abandon: true });
      this.#standbys.keep([]);
      await this.#view.stop();
      await Promise.allSettled(background);
    }
    if (this.#defect) throw this.#defect.error;
  }

  /** Hands everything over, then lets `run` return. `abandon`: at once, saving nothing and telling nobody. */
  stop(options: { readonly abandon: boolean } = { abandon: false }): void {
    this.#stopping = options;
    if (!options.abandon) void this.#members.leave();
    this.#signal.wake();
  }

  /** Why partitions that should be this host's do not answer. */
  unready(): string[] {
    if (!this.#view.map) return ["the partition map is not known yet"];
    if (!this.#members.fresh) return ["no heartbeat was acknowledged lately"];
    if (!this.#members.known) return ["the other hosts are not known yet"];
    const unowned = this.#declined.partitions.filter((partition) => !this.#should.has(partition));
    const reasons = unowned.map((partition) =>
      `partition ${partition}: ${this.#declined.reasonOf(partition)}`
    );
    if (this.#should.size + unowned.length === 0) return ["the partitions are not shared out yet"];
    for (const [partition, reason] of this.#failed) reasons.push(`partition ${partition}: ${reason}`);
    for (const [partition, owner] of this.#should) {
      if (owner !== this.#deps.name || this.#failed.has(partition)) continue;
      const run = this.#runs.get(partition), reason = run ? run.host.unready : "not claimed yet";
      if (reason !== undefined) reasons.push(`partition ${partition}: ${reason}`);
    }
    return reasons;
  }

  gauges(): PartitionGauges[] {
    return [...this.#runs.values()].flatMap(({ host }) => host.gauges() ?? []);
  }

  #ended(): boolean {
    return this.#defect !== undefined || this.#stopping?.abandon === true ||
      (this.#stopping !== undefined && this.#runs.size === 0);
  }

  /** Brings what runs here closer to what should. */
  #settle(): void {
    const partitions = this.#view.map?.map.partitions ?? [], { name } = this.#deps;
    const numbers = partitions.map(({ partition }) => partition);
    this.#should = this.#assigned(numbers, this.#members.eligible());
    // What is another's now may have been put right when it is ours again.
    for (const partition of this.#failed.keys()) {
      if (this.#should.get(partition) !== name) this.#failed.delete(partition);
    }
    for (const [partition, run] of this.#runs) {
      if (this.#should.get(partition) === name || run.leaving) continue;
      // Nobody to take it, and we stay: it is ours until somebody comes.
      if (!this.#stopping && !this.#should.has(partition)) continue;
      run.leaving = true;
      void run.host.handOver(() => this.#members.mayLetGo(partition));
    }
    if (this.#stopping) return this.#standbys.keep([]);
    this.#letGo();
    for (const one of partitions) {
      const { partition } = one, idle = !this.#runs.has(partition) && !this.#failed.has(partition);
      if (this.#should.get(partition) === name && idle && this.#free(partition)) this.#start(one);
    }
    this.#standBy(partitions);
    this.#splitAsAsked(numbers);
  }

  #assigned(partitions: readonly number[], members: readonly string[]): Map<number, string> {
    const declines = (member: string, partition: number) => this.#members.declines(member, partition);
    return assignmentWithout(partitions, this.#stopping ? [] : members, declines);
  }

  /** Follows what will be ours: what its owner is to hand over, and what an owner had that has fallen silent. */
  #standBy(partitions: readonly Partition[]): void {
    const soon = this.#assigned(partitions.map(({ partition }) => partition), this.#members.likely());
    this.#standbys.keep(partitions.filter(({ partition }) => {
      const idle = !this.#runs.has(partition) && !this.#failed.has(partition);
      return soon.get(partition) === this.#deps.name && idle && !this.#free(partition);
    }));
  }

  #splitAsAsked(partitions: readonly number[]): void {
    const nowMs = this.#deps.runtime.nowMs();
    for (const request of this.#view.splits.values()) {
      const run = this.#runs.get(request.partition);
      if (!run || run.splitting || nowMs > request.untilMs) continue;
      if (partitions.includes(request.child)) continue;
      run.splitting = true;
      run.host.split(request).catch((error) => this.#fail(error)).finally(() => run.splitting = false);
    }
  }

  /** What we could not release when we stopped, because the log did not answer: nobody else may claim it as long as we are alive. */
  #letGo(): void {
    const { broker, runtime, name } = this.#deps;
    for (const lease of this.#view.leases.values()) {
      const { partition, host, released } = lease, ours = host === name && !released;
      const others = this.#should.has(partition) && this.#should.get(partition) !== name;
      if (ours && others && !this.#runs.has(partition)) void releaseLease(broker, runtime, lease);
    }
  }

  /** True when nobody holds the partition who is alive. */
  #free(partition: number): boolean {
    const held = this.#view.leases.get(partition);
    return held === undefined || held.released || held.host === this.#deps.name ||
      !this.#members.alive(held.host);
  }

  #start({ partition, range, origin }: Partition): void {
    const { name, paused, ...deps } = this.#deps;
    const limits = this.#limitsOfOne(), standby = this.#standbys.take(partition);
    const host = new PartitionHost({
      ...{ ...deps, limits, name, range, origin, peers: this.#tap },
      ...(standby && { standby }),
      mayAct: () => this.#members.fresh && !paused?.(partition),
      claim: async () =>
        this.#free(partition)
          ? await this.#claims.claim(partition, this.#view.leases.get(partition)?.epoch)
          : undefined,
    }, partition);
    this.#runs.set(partition, { host, leaving: false, splitting: false });
    host.run().then((outcome) => {
      const why = host.unready ?? "stopped";
      if (outcome === "failed") this.#failed.set(partition, why);
      if (outcome === "declined") this.#declined.add(partition, why);
      else this.#declined.forget(partition);
    }).catch((error) => this.#fail(error)).finally(() => {
      standby?.stop();
      this.#runs.delete(partition);
      this.#signal.wake();
    });
  }

  /** What is bounded for the host is shared out among the partitions that it has: asked at each use, as they come and go. */
  #limitsOfOne(): PartitionLimits {
    const limits = this.#deps.limits ?? partitionLimits, share = () => Math.max(1, this.#runs.size);
    return {
      ...limits,
      get cacheBytesMax() {
        return limits.cacheBytesMax / share();
      },
      get newbornBytesMax() {
        return limits.newbornBytesMax / share();
      },
    };
  }

  async #look(): Promise<void> {
    while (!this.#ended()) {
      await this.#deps.runtime.sleep(lookMs);
      this.#signal.wake();
    }
  }

  #fail(error: unknown): void {
    this.#defect ??= { error };
    this.#signal.wake();
  }
}
