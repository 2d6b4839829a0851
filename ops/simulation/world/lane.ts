import type { Chance } from "../kernel/chance.ts";
import { type Kernel, type Owner, world } from "../kernel/kernel.ts";

/** Between two things on one lane lies at least this: they keep their order. */
const gapMs = 1e-6;

interface LaneOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  /** Whoever the things happen to that come out of it. */
  readonly owner?: Owner;
  readonly meanMs: number;
}

/** A way on which things keep their order; what is on another one passes them or falls behind. */
export class Lane {
  /** How long one thing usually takes; 0: as long as nothing is in front of it, it is there at once. */
  meanMs: number;
  readonly #options: LaneOptions;
  #freeAtMs = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.meanMs = options.meanMs;
  }

  carry(what: string, run: () => void): void {
    const { kernel, chance, owner = world } = this.#options, { nowMs } = kernel;
    if (this.meanMs === 0 && this.#freeAtMs < nowMs) return run();
    const waitMs = this.meanMs === 0 ? 0 : chance.wait(this.meanMs);
    this.#freeAtMs = Math.max(this.#freeAtMs + gapMs, nowMs + waitMs);
    kernel.at(owner, this.#freeAtMs, what, run, true);
  }
  /** Nothing gets through for so long; then everything does, in order. */
  stall(ms: number): void {
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#options.kernel.nowMs + ms);
  }
}
