import { Fault } from "../faults.ts";
import { claimLease, type Lease, releaseLease, stillOurs } from "./lease.ts";
import type { PartitionGauges } from "./observer.ts";
import { Partition, type PartitionDeps, type PartitionLimits } from "./partition.ts";
import type { SplitRequest } from "./split.ts";
import { turnLimits } from "./turn_context.ts";

export const partitionLimits: PartitionLimits = {
  turn: turnLimits,
  commandsMax: 1_024,
  cacheBytesMax: 256 * 1024 * 1024,
  newbornBytesMax: 32 * 1024 * 1024,
  tickMs: 200,
  timersAtOnceMax: 1_000,
  headEveryMs: 1_000,
};

export interface PartitionHostDeps extends Omit<PartitionDeps, "limits"> {
  /** Names this host in leases. */
  readonly name: string;
  readonly limits?: PartitionLimits;
  /** How the partition is claimed; undefined: it is not ours to have. Left out: it is taken from whoever has it. */
  claim?(partition: number): Promise<Lease | undefined>;
}

/** A log that does not answer keeps a host that is told to stop for so long. */
const drainMsMax = 5_000;
/** Whoever takes a partition over is waited for, while turns go on, for as long as an opening takes. */
const followed = { lookMs: 10, waitMsMax: 2_000 } as const;
const retry = { pauseMs: 100, pauseMsMax: 2_000 } as const;
/** With the pauses between them about five seconds. */
const lostTriesMax = 6;

/**
 * Runs one partition: claims it, opens it, and opens it again after every fault that trying again can help with, as long as it is
 * ours.
 */
export class PartitionHost {
  readonly #deps: PartitionHostDeps;
  readonly #partition: number;
  #current: Partition | undefined;
  #stopping = false;
  #abandoned = false;
  #reason: string | undefined = "opening";
  #opening = false;
  #lostTries = 0;

  constructor(deps: PartitionHostDeps, partition: number) {
    this.#deps = deps;
    this.#partition = partition;
  }

  /** Why the partition does not answer; undefined when it does. */
  get unready(): string | undefined {
    return this.#reason;
  }

  gauges(): PartitionGauges | undefined {
    return this.#current?.gauges();
  }

  /**
   * Returns after `stop` or `handOver`, when somebody else has the partition ("lost"), when this host's clock is not fit for it
   * ("declined"), or when it has stopped for good ("failed").
   */
  async run(): Promise<"stopped" | "lost" | "declined" | "failed"> {
    let pauseMs: number = retry.pauseMs;
    while (!this.#stopping) {
      const openedMs = this.#deps.runtime.nowMs();
      try {
        if (await this.#runOnce() === "lost") return "lost";
      } catch (error) {
        if (this.#isFinal(error)) {
          return error instanceof Fault && error.code === "clock.behind" ? "declined" : "failed";
        }
        if (this.#deps.runtime.nowMs() - openedMs > retry.pauseMsMax) pauseMs = retry.pauseMs;
        await this.#deps.runtime.sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, retry.pauseMsMax);
      }
    }
    return "stopped";
  }

  stop(options?: { abandon: boolean }): void {
    this.#stopping = true;
    this.#abandoned ||= options?.abandon === true;
    this.#current?.stop(options);
    if (!options?.abandon) void this.#abandonLate();
  }

  /**
   * Saves while turns go on, so that the next owner has little to read, and stops when that one has read it, too, as far as it is
   * worth waiting for.
   */
  async handOver(mayLetGo: () => boolean): Promise<void> {
    const { runtime } = this.#deps, saving = this.#current?.save() ?? Promise.resolve();
    await Promise.race([saving, runtime.sleep(drainMsMax)]);
    const untilMs = runtime.elapsedMs() + followed.waitMsMax;
    while (this.#current && !this.#stopping && !mayLetGo() && runtime.elapsedMs() < untilMs) {
      await runtime.sleep(followed.lookMs);
    }
    this.#stopping = true;
    this.#current?.stop({ abandon: false, saved: true });
    void this.#abandonLate();
  }

  /** Gives buckets away if the partition is open and can be saved; to be asked again until it is done. */
  async split(request: SplitRequest): Promise<void> {
    if (this.#reason === undefined) await this.#current?.split(request);
  }

  /** What is in doubt then is settled by whoever opens the partition next. */
  async #abandonLate(): Promise<void> {
    const { runtime } = this.#deps, untilMs = runtime.nowMs() + drainMsMax;
    while (this.#current && runtime.nowMs() < untilMs) await runtime.sleep(50);
    this.#current?.stop({ abandon: true });
  }

  async #runOnce(): Promise<"lost" | undefined> {
    const { broker, runtime, name } = this.#deps, partition = this.#partition;
    const claim = this.#deps.claim ?? (() => claimLease(broker, runtime, { partition, host: name }));
    const lease = await claim(partition);
    if (lease === undefined) return "lost";
    try {
      while (!this.#stopping) {
        try {
          await this.#takeTurns(lease);
        } catch (error) {
          if (!(error instanceof Fault && error.code === "partition.fenced")) throw error;
          this.#reason = "fenced";
          if (!await stillOurs(broker, lease)) return "lost";
        }
      }
      if (!this.#abandoned) await releaseLease(broker, runtime, lease);
    } finally {
      this.#current = undefined;
    }
    return undefined;
  }

  async #takeTurns(lease: Lease): Promise<void> {
    const limits = this.#deps.limits ?? partitionLimits;
    this.#reason ??= "opening";
    this.#opening = true;
    this.#current = await Partition.open({ ...this.#deps, limits }, lease);
    this.#opening = false;
    this.#reason = undefined;
    this.#lostTries = 0;
    if (this.#stopping) this.#current.stop();
    await this.#current.run();
  }

  /** Defects are thrown on: the process ends, and whoever supervises it starts it anew. */
  #isFinal(error: unknown): boolean {
    const { observer } = this.#deps, partition = this.#partition;
    this.#reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof Fault)) throw error;
    const { code, message: reason } = error, told = { partition, code, reason };
    // An outdated leader lacks for a moment what it will have again. Who has seen more himself, in turns, is not talked out of it.
    const outdated = code === "log.lost" && this.#opening && this.#lostTries++ < lostTriesMax,
      final = !error.retry && !outdated;
    if (final) observer.stopped(told);
    else observer.reopening(told);
    return final;
  }
}
