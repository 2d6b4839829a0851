import type { Feed, Wire } from "../../../streams/broker/memory_options.ts";
import type { Timer } from "../../../streams/runtime.ts";
import type { Chance } from "../kernel/chance.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Process } from "../kernel/process.ts";
import { Lane } from "./lane.ts";

/** How long a message usually takes on a healthy connection. */
export const healthyMs = 0.5;

interface LinkOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly process: Process;
  /** Each reader's usual delay, before the connection's, is one of these. */
  readonly feedMs: readonly number[];
}

/**
 * A process's connection to the server: each direction has its own delays, and keeps its order as TCP does. What its readers are sent
 * comes to it from other leaders and other consumers, each at its own pace: those keep their order only each for itself.
 */
export class Link implements Wire {
  readonly #options: LinkOptions;
  readonly #up: Lane;
  readonly #down: Lane;
  readonly #feeds = new Map<Lane, string>();

  constructor(options: LinkOptions) {
    const { kernel, chance, process } = this.#options = options;
    this.#up = new Lane({ kernel, chance, meanMs: healthyMs });
    this.#down = new Lane({ kernel, chance, owner: process, meanMs: healthyMs });
  }

  up(what: string, run: () => void): void {
    this.#up.carry(`${this.#options.process.name} > ${what}`, run);
  }
  down(what: string, run: () => void): void {
    this.#down.carry(`< ${what}`, run);
  }
  after(ms: number, run: () => void): Timer {
    return this.#options.process.after(ms, "waited", run);
  }
  feed(what: string): Feed {
    const { kernel, chance, process, feedMs } = this.#options;
    const lane = new Lane({ kernel, chance, meanMs: chance.oneOf(feedMs) });
    const name = `${process.name} is fed ${what}`;
    this.#feeds.set(lane, what);
    return { carry: (run) => lane.carry(name, run), close: () => void this.#feeds.delete(lane) };
  }

  slow(meanMs: number): void {
    this.#up.meanMs = this.#down.meanMs = meanMs;
  }
  /** Nothing gets through in this direction for so long; then everything does, in order. */
  stall(direction: "up" | "down", ms: number): void {
    (direction === "up" ? this.#up : this.#down).stall(ms);
  }
  /** One reader hears nothing for so long, whatever the others hear; says which. */
  stallReader(chance: Chance, ms: number): string {
    const feeds = [...this.#feeds];
    if (feeds.length === 0) return "nothing";
    const [lane, what] = chance.oneOf(feeds);
    lane.stall(ms);
    return what;
  }
  /** Every reader is as fast as it can be. */
  hurry(): void {
    for (const lane of this.#feeds.keys()) lane.meanMs = 0;
  }
}
