import type { Partition } from "../partition_map.ts";
import { Standby, type StandbyDeps } from "./standby.ts";

/** Follows partitions that will be this host's as soon as somebody lets go of them. */
export class Standbys {
  readonly #deps: Omit<StandbyDeps, "range">;
  readonly #standbys = new Map<number, Standby>();

  constructor(deps: Omit<StandbyDeps, "range">) {
    this.#deps = deps;
  }

  /** Follows `wanted` and nothing else. */
  keep(wanted: readonly Partition[]): void {
    for (const [partition, standby] of this.#standbys) {
      // One that gave up stays where it is: its reasons would be another's, too.
      if (wanted.some((one) => one.partition === partition)) continue;
      standby.stop();
      this.#standbys.delete(partition);
    }
    for (const { partition, range } of wanted) {
      if (this.#standbys.has(partition)) continue;
      this.#standbys.set(partition, new Standby({ ...this.#deps, range }, partition));
    }
  }

  /** Those that were read up to the end. */
  get ready(): number[] {
    return [...this.#standbys].filter(([, standby]) => standby.ready).map(([partition]) => partition);
  }

  /** Hands the partition's over to whoever opens it. */
  take(partition: number): Standby | undefined {
    const standby = this.#standbys.get(partition);
    this.#standbys.delete(partition);
    return standby;
  }
}
