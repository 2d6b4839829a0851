import type { Wire } from "../../../streams/broker/memory_options.ts";
import type { Timer } from "../../../streams/runtime.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import type { Process } from "../kernel/process.ts";

/** Between two messages on one wire lies at least this: they keep their order. */
const gapMs = 1e-6;

/** A process's connection to the server: each direction has its own delays, and keeps its order as TCP does. */
export class Link implements Wire {
  /** How long a message usually takes. */
  meanMs = 0.5;
  readonly #kernel: Kernel;
  readonly #chance: Chance;
  readonly #process: Process;
  #upAtMs = 0;
  #downAtMs = 0;

  constructor(kernel: Kernel, chance: Chance, process: Process) {
    this.#kernel = kernel;
    this.#chance = chance;
    this.#process = process;
  }

  up(what: string, run: () => void): void {
    this.#upAtMs = Math.max(this.#upAtMs + gapMs, this.#kernel.nowMs + this.#chance.wait(this.meanMs));
    this.#kernel.at(world, this.#upAtMs, `${this.#process.name} > ${what}`, run, true);
  }
  down(what: string, run: () => void): void {
    this.#downAtMs = Math.max(this.#downAtMs + gapMs, this.#kernel.nowMs + this.#chance.wait(this.meanMs));
    this.#kernel.at(this.#process, this.#downAtMs, `< ${what}`, run, true);
  }
  after(ms: number, run: () => void): Timer {
    return this.#process.after(ms, "waited", run);
  }

  /** Nothing gets through in this direction for so long; then everything does, in order. */
  stall(direction: "up" | "down", ms: number): void {
    const untilMs = this.#kernel.nowMs + ms;
    if (direction === "up") this.#upAtMs = Math.max(this.#upAtMs, untilMs);
    else this.#downAtMs = Math.max(this.#downAtMs, untilMs);
  }
}
