import process from "node:process";
import type { FilledBatch, FillObserver } from "../../projections/rebuild/fill.ts";
import type { Progress } from "./progress.ts";

/** How far the rows are that are being built: a bar over the log's records, and the events that were read. */
export class Building implements FillObserver {
  readonly #progress: Progress;
  readonly #partitions: number;
  readonly #reached = new Map<number, number>();
  readonly #startedMs = performance.now();
  #shown = 0;
  #events = 0;
  #ended: { readonly events: number; readonly seconds: number } | undefined;

  /** `targets`: where the rows stand that are read, in each partition. */
  constructor(progress: Progress, targets: readonly number[]) {
    this.#progress = progress;
    this.#partitions = Math.max(1, targets.length);
    progress.begin("building", Math.max(0, ...targets));
  }

  // Called as what it is: these are handed on alone.
  readonly filled = ({ partition, to, events }: FilledBatch): void => {
    this.#events += events;
    this.#reached.set(partition, to);
    // Sequences are counted over all partitions.
    const sum = [...this.#reached.values()].reduce((total, sequence) => total + sequence, 0);
    const reached = Math.floor(sum / this.#partitions);
    if (this.#ended === undefined && reached > this.#shown) this.#progress.step(reached - this.#shown);
    this.#shown = Math.max(this.#shown, reached);
  };

  readonly interrupted: FillObserver["interrupted"] = ({ partition, reason, retryMs }) => {
    process.stderr.write(`partition ${partition}: ${reason}; again in ${Math.round(retryMs)} ms\n`);
  };

  /** What was read until now, and in how long. */
  end(): { readonly events: number; readonly seconds: number } {
    if (this.#ended === undefined) this.#progress.end();
    return this.#ended ??= { events: this.#events, seconds: (performance.now() - this.#startedMs) / 1000 };
  }
}
