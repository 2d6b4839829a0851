import { streamNames } from "../../../streams/record.ts";
import type { Chance } from "../kernel/chance.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Lane } from "./lane.ts";

/** Each stream is led by a server of its own: one may be slow, or stand still, while the others answer. */
export class Leaders {
  readonly #lanes = new Map<string, Lane>();
  readonly #kernel: Kernel;
  readonly #chance: Chance;

  constructor(kernel: Kernel, chance: Chance) {
    this.#kernel = kernel;
    this.#chance = chance;
  }

  /** Does it when everything is done that this leader was asked before. */
  ask(stream: string, run: () => void): void {
    this.#of(stream).carry(`the leader of ${stream}`, run);
  }
  slow(stream: string, meanMs: number): void {
    this.#of(stream).meanMs = meanMs;
  }
  stall(stream: string, ms: number): void {
    this.#of(stream).stall(ms);
  }
  any(chance: Chance): string {
    return chance.oneOf(ledNames);
  }
  hurry(): void {
    for (const lane of this.#lanes.values()) lane.meanMs = 0;
  }

  #of(stream: string): Lane {
    const known = this.#lanes.get(stream);
    if (known !== undefined) return known;
    const lane = new Lane({ kernel: this.#kernel, chance: this.#chance, meanMs: 0 });
    this.#lanes.set(stream, lane);
    return lane;
  }
}

const { commands, events, registry, snapshots } = streamNames;
/** Those that hosts, edges and projectors depend on. */
const ledNames = [commands, events, registry, snapshots] as const;
