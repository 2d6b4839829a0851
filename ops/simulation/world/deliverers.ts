import generic from "../../../http/carriers/generic/adapter.ts";
import { callbackHandler } from "../../../http/carriers/callback_handler.ts";
import { callbackShare } from "../../../streams/callbacks/callback_share.ts";
import type { Callback } from "../../../streams/callbacks/callback_pack.ts";
import { Shares } from "../../../streams/cluster/shares.ts";
import { createAsk } from "../../../streams/edge/ask.ts";
import type { Ask } from "../../../streams/edge/asking.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";
import type { Machine } from "./machines.ts";
import type { Maps } from "./maps.ts";

export type Handle = (callbacks: readonly Callback[]) => Promise<void>;
interface DeliverersOptions extends FleetOptions {
  readonly map: PartitionMap;
  readonly maps: Maps;
  /** What is done with callbacks: a sabotage may stand between. */
  readonly handling: (handle: Handle) => Handle;
  readonly defect: (deliverer: string, error: unknown) => void;
}

/** Processes that work out what carriers sent; one that dies is followed by another. */
export class Deliverers extends Fleet<Machine, DeliverersOptions> {
  constructor(options: DeliverersOptions) {
    super(options, "a deliverer is started");
    this.startAll();
  }

  protected override start(): void {
    const { machines, maps } = this.options;
    const machine = machines.start("deliver", { aheadMs: 0, rate: 1 });
    this.joined(machine);
    const { process, client: broker } = machine, runtime = process.runtime("simulated");
    const edgeId = process.name.replace(".", "-");
    maps.open(machine, runtime, (partitionOf) => {
      const { ask } = createAsk({ broker, runtime, edgeId, newId: runtime.newId, limits, partitionOf });
      this.#deliver(machine, ask);
    });
  }

  #deliver({ process, client: broker }: Machine, ask: Ask): void {
    const { map, kernel, handling, defect } = this.options, runtime = process.runtime("simulated");
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
