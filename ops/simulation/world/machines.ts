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

/** Starts processes, and knows those that are not gone. */
export class Machines {
  readonly #kernel: Kernel;
  readonly #chances: { readonly network: Chance; readonly processes: Chance };
  readonly #server: MemoryServer;
  readonly #living = new Set<Machine>();
  /** How long a reader's messages take to the server that its process is connected to: one of these. */
  readonly #feedMs: readonly number[];
  #started = 0;

  constructor(
    kernel: Kernel,
    chances: { readonly network: Chance; readonly processes: Chance },
    server: MemoryServer,
    feedMs: readonly number[],
  ) {
    this.#kernel = kernel;
    this.#chances = chances;
    this.#server = server;
    this.#feedMs = feedMs;
  }

  get living(): readonly Machine[] {
    return [...this.#living];
  }
  start(name: string, clock: Clock): Machine {
    const process = new Process(this.#kernel, this.#chances.processes, `${name}.${++this.#started}`, clock);
    const link = new Link(this.#kernel, this.#chances.network, process, this.#feedMs);
    const machine = { process, link, client: this.#server.connect(link) };
    this.#living.add(machine);
    this.#kernel.note(process.name, `starts, ${Math.round(clock.aheadMs)} ms ahead`);
    return machine;
  }
  /** `flushes`: what it had sent still arrives, as far as the network lets it. */
  crash(machine: Machine, flushes: boolean): void {
    this.#kernel.note(machine.process.name, flushes ? "dies, its messages arrive" : "dies with its messages");
    if (!flushes) machine.client.cut();
    machine.process.crash();
    this.#living.delete(machine);
    void machine.client.close();
  }
}
