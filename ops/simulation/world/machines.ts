import { type MemoryClient, type MemoryServer } from "../../../streams/broker/memory.ts";
import type { Chance } from "../kernel/chance.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Clock, Process } from "../kernel/process.ts";
import { Link } from "./link.ts";

/** A process on its machine, with its connection. */
export interface Machine {
  readonly process: Process;
  readonly client: MemoryClient;
  readonly link: Link;
}

interface MachinesOptions {
  readonly kernel: Kernel;
  readonly chances: { readonly network: Chance; readonly processes: Chance };
  readonly server: MemoryServer;
  /** How long a reader's messages take to the server that its process is connected to: one of these. */
  readonly feedMs: readonly number[];
}

/** Starts processes, and knows those that are not gone. */
export class Machines {
  readonly #options: MachinesOptions;
  readonly #living = new Set<Machine>();
  #started = 0;

  constructor(options: MachinesOptions) {
    this.#options = options;
  }

  get living(): readonly Machine[] {
    return [...this.#living];
  }
  start(name: string, clock: Clock): Machine {
    const { kernel, chances, server, feedMs } = this.#options;
    const process = new Process(kernel, chances.processes, `${name}.${++this.#started}`, clock);
    const link = new Link({ kernel, chance: chances.network, process, feedMs });
    const machine = { process, link, client: server.connect(link) };
    this.#living.add(machine);
    kernel.note(process.name, `starts, ${Math.round(clock.aheadMs)} ms ahead`);
    return machine;
  }
  /** `flushes`: what it had sent still arrives, as far as the network lets it. */
  crash(machine: Machine, flushes: boolean): void {
    this.#options.kernel.note(
      machine.process.name,
      flushes ? "dies, its messages arrive" : "dies with its messages",
    );
    if (!flushes) machine.client.cut();
    machine.process.crash();
    this.#living.delete(machine);
    void machine.client.close();
  }
}
