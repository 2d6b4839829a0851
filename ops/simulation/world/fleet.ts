import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import type { Machine, Machines } from "./machines.ts";

export interface FleetOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly machines: Machines;
  /** At the beginning. */
  readonly count: number;
}

/** Processes of one kind; one that dies is followed by another. */
export abstract class Fleet<Member extends Machine, Options extends FleetOptions> {
  protected readonly options: Options;
  readonly #running = new Set<Member>();
  readonly #follows: string;

  /** `follows`: what the trace says when one is started after a crash. */
  protected constructor(options: Options, follows: string) {
    this.options = options;
    this.#follows = follows;
  }

  get running(): readonly Member[] {
    return [...this.#running];
  }
  crash(machine: Member, flushes: boolean): void {
    const { machines, kernel, chance } = this.options;
    if (!this.#running.delete(machine)) return;
    machines.crash(machine, flushes);
    kernel.after(world, chance.wait(500), this.#follows, () => this.start());
  }

  protected startAll(): void {
    for (let i = 0; i < this.options.count; i++) this.start();
  }
  protected joined(machine: Member): void {
    this.#running.add(machine);
  }
  protected abstract start(): void;
}
