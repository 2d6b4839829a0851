import type { Broker } from "../../streams/broker/broker.ts";
import { Fault } from "../../streams/faults.ts";
import { streamNames } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { pause } from "../pace.ts";

const lookMs = 1_000;

/** Looks once a second how fast the log grows, over all partitions, until it is stopped. */
export class Growth {
  readonly #stopping = new AbortController();
  readonly #looking: Promise<void>;
  #recordsPerSecond = 0;

  constructor(broker: Broker, runtime: Pick<Runtime, "elapsedMs" | "after">) {
    this.#looking = this.#lookOn(broker, runtime);
    this.#looking.catch(() => undefined); // `stop` tells of it.
  }

  get recordsPerSecond(): number {
    return this.#recordsPerSecond;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
  }

  async #lookOn(broker: Broker, runtime: Pick<Runtime, "elapsedMs" | "after">): Promise<void> {
    const { signal } = this.#stopping;
    let before: { readonly sequence: number; readonly atMs: number } | undefined;
    while (!signal.aborted) {
      try {
        const { lastSequence: sequence } = await broker.info(streamNames.events), atMs = runtime.elapsedMs();
        if (before && atMs > before.atMs) {
          this.#recordsPerSecond = (sequence - before.sequence) * 1_000 / (atMs - before.atMs);
        }
        before = { sequence, atMs };
      } catch (error) {
        // Whoever reads the log meets the same trouble and reports it.
        if (!(error instanceof Fault)) throw error;
      }
      await pause(runtime, lookMs, signal);
    }
  }
}
