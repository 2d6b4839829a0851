import type { Callback } from "../../../streams/callbacks/callback_pack.ts";
import { createCallbackStore, type Kept } from "../../../streams/callbacks/callback_store.ts";
import { createAsk } from "../../../streams/edge/ask.ts";
import type { Ask } from "../../../streams/edge/asking.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import { drawClock } from "./clocks.ts";
import type { Machine, Machines } from "./machines.ts";
import type { Maps } from "./maps.ts";

export interface EdgeMachine extends Machine {
  readonly ask: Ask;
  readonly keep: (callback: Callback) => Promise<Kept>;
}
interface EdgesOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly machines: Machines;
  readonly maps: Maps;
  readonly count: number;
}

/** The edges; one that dies is followed by another. */
export class Edges {
  readonly #options: EdgesOptions;
  readonly #running = new Set<EdgeMachine>();

  constructor(options: EdgesOptions) {
    this.#options = options;
    for (let i = 0; i < options.count; i++) this.#start();
  }

  get running(): readonly EdgeMachine[] {
    return [...this.#running];
  }
  /** One that is there; whether it answers is another question. */
  any(): { readonly name: string; readonly ask: Ask } | undefined {
    if (this.#running.size === 0) return undefined;
    const { process, ask } = this.#options.chance.oneOf(this.running);
    return {
      name: process.name,
      ask: (question) =>
        new Promise((resolve) => process.after(0.2, "is asked", () => void ask(question).then(resolve))),
    };
  }
  /** Where carriers call. */
  anyDesk(): ((callback: Callback) => Promise<Kept>) | undefined {
    if (this.#running.size === 0) return undefined;
    const { process, keep } = this.#options.chance.oneOf(this.running);
    return (callback) =>
      new Promise((resolve) => process.after(0.2, "is called", () => void keep(callback).then(resolve)));
  }
  crash(edge: EdgeMachine, flushes: boolean): void {
    const { machines, kernel, chance } = this.#options;
    this.#running.delete(edge);
    machines.crash(edge, flushes);
    kernel.after(world, chance.wait(500), "an edge is started", () => this.#start());
  }

  #start(): void {
    const { machines, chance, maps } = this.#options;
    const clock = drawClock(chance, false);
    const machine = machines.start("edge", Math.abs(clock.aheadMs) > 5_000 ? { aheadMs: 0, rate: 1 } : clock);
    const { process, client: broker } = machine;
    const runtime = process.runtime("simulated"), edgeId = process.name.replace(".", "-");
    const { newId } = runtime, limits = { ackMsMax: 2_000 };
    maps.open(machine, runtime, (partitionOf) => {
      const { ask } = createAsk({ broker, runtime, edgeId, newId, limits, partitionOf });
      const { keep } = createCallbackStore({ broker, runtime });
      this.#running.add({ ...machine, ask, keep });
    });
  }
}
