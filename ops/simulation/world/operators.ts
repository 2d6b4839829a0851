import { readMap } from "../../../streams/cluster/map_store.ts";
import { requestSplit } from "../../../streams/cluster/split_requests.ts";
import { Fault } from "../../../streams/faults.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import type { Machine, Machines } from "./machines.ts";

interface OperatorsOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly machines: Machines;
  readonly defect: (operator: string, error: unknown) => void;
}

/** More than these would only be more of the same. */
const splitsMax = 3;
const lookMs = 500, patienceMs = 20_000;

/** People who ask for splits, one after the other, as `waybill log split` does. */
export class Operators {
  readonly #options: OperatorsOptions;
  readonly #meanMs: number;
  #left: number;
  #over = false;

  constructor(options: OperatorsOptions) {
    const { chance } = options;
    this.#options = options;
    this.#left = chance.between(1, splitsMax);
    this.#meanMs = chance.oneOf([200, 1_000, 4_000]);
    this.#next();
  }

  /** Nobody asks for anything new. */
  end(): void {
    this.#over = true;
  }

  #next(): void {
    const { kernel, chance } = this.#options;
    if (this.#left-- > 0) {
      kernel.after(world, chance.wait(this.#meanMs), "an operator comes", () => this.#come());
    }
  }

  #come(): void {
    if (this.#over) return;
    const { machines, defect } = this.#options;
    const machine = machines.start("operator", { aheadMs: 0, rate: 1 }), { name } = machine.process;
    const gone = () => {
      machines.crash(machine, true);
      this.#next();
    };
    this.#split(machine).catch((error) => {
      if (error instanceof Fault) this.#options.kernel.note(name, `gives up: ${error.message}`);
      else defect(name, error);
    }).finally(gone);
  }

  async #split({ client, process }: Machine): Promise<void> {
    const { chance, kernel } = this.#options, runtime = process.runtime("simulated");
    const before = await readMap(client);
    const { partition } = chance.oneOf(before!.map.partitions);
    const { child } = await requestSplit(client, runtime, partition);
    kernel.note(process.name, `asked for the split of ${partition}, which makes ${child}`);
    const untilMs = runtime.nowMs() + patienceMs;
    while (runtime.nowMs() < untilMs) {
      await runtime.sleep(lookMs);
      const map = (await readMap(client))!.map;
      if (map.partitions.some((one) => one.partition === child)) return;
    }
  }
}
