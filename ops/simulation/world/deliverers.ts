import generic from "../../../http/carriers/generic/adapter.ts";
import { callbackHandler } from "../../../http/carriers/callback_handler.ts";
import { callbackShare } from "../../../streams/callbacks/callback_share.ts";
import type { Callback } from "../../../streams/callbacks/callback_pack.ts";
import { Shares } from "../../../streams/cluster/shares.ts";
import { createAsk } from "../../../streams/edge/ask.ts";
import type { Ask } from "../../../streams/edge/asking.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import type { Machine, Machines } from "./machines.ts";
import type { Maps } from "./maps.ts";

export type Handle = (callbacks: readonly Callback[]) => Promise<void>;
interface DeliverersOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly machines: Machines;
  readonly map: PartitionMap;
  readonly maps: Maps;
  readonly count: number;
  /** What is done with callbacks: a sabotage may stand between. */
  readonly handling: (handle: Handle) => Handle;
  readonly defect: (deliverer: string, error: unknown) => void;
}

/** Processes that work out what carriers sent; one that dies is followed by another. */
export class Deliverers {
  readonly #options: DeliverersOptions;
  readonly #running = new Set<Machine>();

  constructor(options: DeliverersOptions) {
    this.#options = options;
    for (let i = 0; i < options.count; i++) this.#start();
  }

  get running(): readonly Machine[] {
    return [...this.#running];
  }
  crash(machine: Machine, flushes: boolean): void {
    const { machines, kernel, chance } = this.#options;
    if (!this.#running.delete(machine)) return;
    machines.crash(machine, flushes);
    kernel.after(world, chance.wait(500), "a deliverer is started", () => this.#start());
  }

  #start(): void {
    const { machines, maps } = this.#options;
    const machine = machines.start("deliver", { aheadMs: 0, rate: 1 });
    this.#running.add(machine);
    const { process, client: broker } = machine, runtime = process.runtime("simulated");
    const edgeId = process.name.replace(".", "-");
    maps.open(machine, runtime, (partitionOf) => {
      const { ask } = createAsk({ broker, runtime, edgeId, newId: runtime.newId, limits, partitionOf });
      this.#deliver(machine, ask);
    });
  }

  #deliver({ process, client: broker }: Machine, ask: Ask): void {
    const { map, kernel, handling, defect } = this.#options, runtime = process.runtime("simulated");
    const handle = handling(callbackHandler({ adapters: new Map([[generic.name, generic]]), ask }));
    const interrupted = (reason: string) => kernel.note(process.name, `callbacks wait: ${reason}`);
    const shares = new Shares({
      broker,
      runtime,
      role: "deliver",
      name: process.name.replace(".", "-"),
      start: ({ partition }) => {
        const place = { partition, first: map.partitions[0]?.partition };
        return callbackShare(place, { broker, runtime, handle, interrupted });
      },
    });
    shares.run().catch((error) => defect(process.name, error));
  }
}

const limits = { ackMsMax: 2_000 };
