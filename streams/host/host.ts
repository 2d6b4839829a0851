import { Fault } from "../faults.ts";
import { claimLease, stillOurs } from "./lease.ts";
import type { PartitionGauges } from "./observer.ts";
import { Partition, type PartitionDeps, type PartitionLimits } from "./partition.ts";
import { turnLimits } from "./turn.ts";

export const partitionLimits: PartitionLimits = {
  turn: turnLimits,
  commandsMax: 1_024,
  cacheBytesMax: 256 * 1024 * 1024,
  newbornBytesMax: 32 * 1024 * 1024,
  tickMs: 200,
  timersAtOnceMax: 1_000,
  headEveryMs: 1_000,
};

export interface HostDeps extends Omit<PartitionDeps, "limits"> {
  /** Names this host in leases. */
  readonly name: string;
  readonly limits?: PartitionLimits;
}

/** A log that does not answer keeps a host that is told to stop for so long. */
const drainMsMax = 5_000;
const retry = { pauseMs: 100, pauseMsMax: 2_000 } as const;

/** Runs one partition: claims it, opens it, and opens it again after every fault that trying again can help with. */
export class PartitionHost {
  readonly #deps: HostDeps;
  readonly #partition: number;
  #current: Partition | undefined;
  #stopping = false;
  #reason: string | undefined = "opening";

  constructor(deps: HostDeps, partition: number) {
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

  /** Returns after `stop`, or when the partition has stopped for good (its reason stays in `unready`). */
  async run(): Promise<void> {
    let pauseMs: number = retry.pauseMs;
    while (!this.#stopping) {
      const openedMs = this.#deps.runtime.nowMs();
      try {
        await this.#runOnce();
      } catch (error) {
        if (this.#isFinal(error)) return;
        if (this.#deps.runtime.nowMs() - openedMs > retry.pauseMsMax) pauseMs = retry.pauseMs;
        await this.#deps.runtime.sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, retry.pauseMsMax);
      }
    }
  }

  stop(options?: { abandon: boolean }): void {
    this.#stopping = true;
    this.#current?.stop(options);
    if (!options?.abandon) void this.#abandonLate();
  }

  /** What is in doubt then is settled by whoever opens the partition next. */
  async #abandonLate(): Promise<void> {
    const { runtime } = this.#deps, untilMs = runtime.nowMs() + drainMsMax;
    while (this.#current && runtime.nowMs() < untilMs) await runtime.sleep(50);
    this.#current?.stop({ abandon: true });
  }

  async #runOnce(): Promise<void> {
    const { broker, runtime, name } = this.#deps;
    const lease = await claimLease(broker, runtime, this.#partition, name);
    try {
      for (let ours = true; ours && !this.#stopping;) {
        try {
          const limits = this.#deps.limits ?? partitionLimits;
          this.#current = await Partition.open({ ...this.#deps, limits }, lease);
          this.#reason = undefined;
          if (this.#stopping) this.#current.stop();
          await this.#current.run();
        } catch (error) {
          if (!(error instanceof Fault && error.code === "partition.fenced")) throw error;
          this.#reason = "fenced";
          ours = await stillOurs(broker, lease);
          if (!ours) throw error;
        }
      }
    } finally {
      this.#current = undefined;
    }
  }

  /** Defects are thrown on: the process ends, and whoever supervises it starts it anew. */
  #isFinal(error: unknown): boolean {
    const { observer } = this.#deps, partition = this.#partition;
    this.#reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof Fault)) throw error;
    if (error.retry) return false;
    observer.stopped({ partition, code: error.code, reason: error.message });
    return true;
  }
}
