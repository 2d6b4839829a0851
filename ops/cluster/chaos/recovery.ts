/** One fault, or its healing, and how long it took until every partition had answered an order that was sent after it. */
export interface Recovered {
  readonly kind: string;
  readonly who: string;
  /** Since the run began. */
  readonly atMs: number;
  /** Absent while not every partition has answered. */
  readonly tookMs?: number;
}

interface Watched {
  readonly kind: string;
  readonly atMs: number;
  readonly missing: Set<number>;
  who: string;
  tookMs?: number;
}

export interface Watching {
  /** Whom the fault has hit. */
  hit(who: string): void;
  cancel(): void;
}

/** Hears of every answered probe, partition by partition. */
export class Recovery {
  readonly #partitions: readonly number[];
  readonly #startMs = performance.now();
  readonly #lastMs = new Map<number, number>();
  #watched: Watched[] = [];
  #longest = { ms: 0, partition: -1, atMs: 0 };

  constructor(partitions: readonly number[]) {
    this.#partitions = partitions;
  }

  /** From now on it counts how long answers take to come. */
  begin(kind: string): Watching {
    const atMs = performance.now() - this.#startMs;
    const watched: Watched = { kind, who: "", atMs, missing: new Set(this.#partitions) };
    this.#watched.push(watched);
    return {
      hit: (who) => void (watched.who = who),
      cancel: () => void (this.#watched = this.#watched.filter((one) => one !== watched)),
    };
  }

  /** An order addressed to that partition was answered just now. */
  answered(partition: number, sentAtMs: number): void {
    const nowMs = performance.now() - this.#startMs, sentMs = sentAtMs - this.#startMs;
    const gapMs = nowMs - (this.#lastMs.get(partition) ?? nowMs);
    this.#lastMs.set(partition, nowMs);
    if (gapMs > this.#longest.ms) this.#longest = { ms: gapMs, partition, atMs: nowMs - gapMs };
    for (const one of this.#watched) {
      if (one.tookMs !== undefined || sentMs < one.atMs || !one.missing.delete(partition)) continue;
      if (one.missing.size === 0) one.tookMs = nowMs - one.atMs;
    }
  }

  get all(): readonly Recovered[] {
    return this.#watched;
  }

  /** The longest time in which a partition answered nobody. */
  get longest(): { readonly ms: number; readonly partition: number; readonly atMs: number } {
    return this.#longest;
  }
}
