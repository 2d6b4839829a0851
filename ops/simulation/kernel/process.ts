import type { Runtime, Timer } from "../../../streams/runtime.ts";
import type { Chance } from "./chance.ts";
import type { Happening } from "./event_queue.ts";
import type { Kernel, Owner } from "./kernel.ts";

/** When the simulated world begins, milliseconds since 1970. */
export const startMs = Date.UTC(2011, 11, 1, 8, 0);

export interface Clock {
  /** How far it is ahead of the world's. */
  readonly aheadMs: number;
  /** How many times as fast it runs. */
  readonly rate: number;
}

/** One process: it may stand still (SIGSTOP) and go on as if nothing had been, or be gone. */
export class Process implements Owner {
  readonly name: string;
  readonly clock: Clock;
  readonly #kernel: Kernel;
  readonly #chance: Chance;
  #held: Happening[] | undefined;
  #gone = false;
  #ids = 0;

  constructor(kernel: Kernel, chance: Chance, name: string, clock: Clock) {
    this.name = name;
    this.clock = clock;
    this.#kernel = kernel;
    this.#chance = chance;
  }

  get gone(): boolean {
    return this.#gone;
  }
  get standsStill(): boolean {
    return this.#held !== undefined;
  }
  takes(event: Happening): boolean {
    if (this.#gone) return false;
    this.#held?.push(event);
    return this.#held === undefined;
  }
  /** Never runs again. */
  crash(): void {
    this.#gone = true;
    this.#held = undefined;
  }
  standStill(): void {
    this.#held ??= [];
  }
  goOn(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    // In the order in which it came: what arrived waits in a socket's buffer.
    held.forEach((event, i) => {
      const run = () => event.off || event.run();
      this.#kernel.at(this, this.#kernel.nowMs + i / 1e6, event.what, run, true);
    });
  }
  /** Its timer, or something that it does at once. */
  after(ms: number, what: string, run: () => void): Timer {
    return this.#kernel.after(this, ms / this.clock.rate, what, run);
  }

  runtime(build: string): Runtime {
    const { aheadMs, rate } = this.clock, kernel = this.#kernel;
    return {
      nowMs: () => Math.floor(startMs + kernel.nowMs * rate + aheadMs),
      elapsedMs: () => kernel.nowMs * rate,
      newId: () => `${this.name}-${++this.#ids}`,
      random: () => this.#chance.share(),
      sleep: (ms) => new Promise((resolve) => void this.after(ms, "slept", resolve)),
      after: (ms, run) => this.after(ms, "timer", run),
      build,
    };
  }
}
