import type { Runtime } from "../runtime.ts";

export const declineLimits = { forMs: 30_000, forMsMax: 600_000 } as const;

interface Decline {
  readonly reason: string;
  readonly forMs: number;
  readonly untilMs: number;
}

/**
 * Partitions that this host leaves to others for a while, because its own clock keeps it from opening them: nothing is wrong with them.
 * Each time in a row for twice as long, since their owner has to let go of them for every try.
 */
export class Declined {
  readonly #runtime: Pick<Runtime, "elapsedMs">;
  readonly #declines = new Map<number, Decline>();

  constructor(runtime: Pick<Runtime, "elapsedMs">) {
    this.#runtime = runtime;
  }

  add(partition: number, reason: string): void {
    const { forMs: first, forMsMax } = declineLimits, before = this.#declines.get(partition)?.forMs;
    const forMs = before === undefined ? first : Math.min(before * 2, forMsMax);
    this.#declines.set(partition, { reason, forMs, untilMs: this.#runtime.elapsedMs() + forMs });
  }

  /** It ended otherwise this time: the next decline is a first one again. */
  forget(partition: number): void {
    this.#declines.delete(partition);
  }

  /** Why it is not for us now; undefined when it may be tried. */
  reasonOf(partition: number): string | undefined {
    const decline = this.#declines.get(partition);
    return decline && this.#runtime.elapsedMs() < decline.untilMs ? decline.reason : undefined;
  }

  get partitions(): number[] {
    return [...this.#declines.keys()].filter((partition) => this.reasonOf(partition) !== undefined);
  }
}
