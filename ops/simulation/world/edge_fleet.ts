import type { Callback } from "../../../streams/callbacks/callback_pack.ts";
import { createCallbackStore, type Kept } from "../../../streams/callbacks/callback_store.ts";
import { createAsk } from "../../../streams/edge/ask.ts";
import type { Ask } from "../../../streams/edge/asking.ts";
import { drawClock } from "./clocks.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";
import type { Machine } from "./machines.ts";
import type { Maps } from "./maps.ts";

export interface EdgeMachine extends Machine {
  readonly ask: Ask;
  readonly keep: (callback: Callback) => Promise<Kept>;
}
interface EdgesOptions extends FleetOptions {
  readonly maps: Maps;
}

/** The edges; one that dies is followed by another. */
export class Edges extends Fleet<EdgeMachine, EdgesOptions> {
  constructor(options: EdgesOptions) {
    super(options, "an edge is started");
    this.startAll();
  }

  /** One that is there; whether it answers is another question. */
  any(): { readonly name: string; readonly ask: Ask } | undefined {
    if (this.running.length === 0) return undefined;
    const { process, ask } = this.options.chance.oneOf(this.running);
    return {
      name: process.name,
      ask: (question) =>
        new Promise((resolve) => process.after(0.2, "is asked", () => void ask(question).then(resolve))),
    };
  }
  /** Where carriers call. */
  anyDesk(): ((callback: Callback) => Promise<Kept>) | undefined {
    if (this.running.length === 0) return undefined;
    const { process, keep } = this.options.chance.oneOf(this.running);
    return (callback) =>
      new Promise((resolve) => process.after(0.2, "is called", () => void keep(callback).then(resolve)));
  }

  protected override start(): void {
    const { machines, chance, maps } = this.options;
    const clock = drawClock(chance, false);
    const machine = machines.start("edge", Math.abs(clock.aheadMs) > 5_000 ? { aheadMs: 0, rate: 1 } : clock);
    const { process, client: broker } = machine;
    const runtime = process.runtime("simulated"), edgeId = process.name.replace(".", "-");
    const { newId } = runtime, limits = { ackMsMax: 2_000 };
    maps.open(machine, runtime, (partitionOf) => {
      const { ask } = createAsk({ broker, runtime, edgeId, newId, limits, partitionOf });
      const { keep } = createCallbackStore({ broker, runtime });
      this.joined({ ...machine, ask, keep });
    });
  }
}
