import type { AnyActor } from "../../../actors/actor.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { PartitionHost } from "../../../streams/host/host.ts";
import { type HostObserver, unwatched } from "../../../streams/host/observer.ts";
import type { PartitionLimits } from "../../../streams/host/partition.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import type { Machine, Machines } from "./machines.ts";
import { drawClock } from "./clocks.ts";

export interface HostsOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly machines: Machines;
  readonly limits: PartitionLimits;
  readonly actors: { readonly [kind: string]: AnyActor };
  /** What a host sees of the log, and does to it: a sabotage puts itself between. */
  readonly view: (broker: Broker) => Broker;
  readonly stopped: (what: { readonly host: string; readonly code: string; readonly reason: string }) => void;
  readonly defect: (host: string, error: unknown) => void;
}
export interface HostMachine extends Machine {
  readonly host: PartitionHost;
}

/** The hosts of the one partition: the one that is meant to have it, and those that do not know yet that they lost it. */
export class Hosts {
  readonly #options: HostsOptions;
  readonly #running = new Set<HostMachine>();
  #current: HostMachine | undefined;
  #calm = false;

  constructor(options: HostsOptions) {
    this.#options = options;
    this.takeOver();
  }

  get running(): readonly HostMachine[] {
    return [...this.#running];
  }
  get current(): HostMachine | undefined {
    return this.#current;
  }

  /** Another one is started, which claims the partition whoever has it. */
  takeOver(): void {
    const { machines, limits, actors, view, chance, kernel } = this.#options;
    const machine = machines.start("host", drawClock(chance, this.#calm));
    const { process, client } = machine;
    const observer: HostObserver = {
      ...unwatched,
      opened: ({ tail, partition }) => kernel.note(process.name, `opened ${partition}, tail ${tail}`),
      checkpoint: ({ sequence, outcome }) => kernel.note(process.name, `checkpoint ${sequence} ${outcome}`),
      fenced: ({ sequence }) => kernel.note(process.name, `fenced by ${sequence}`),
      stopped: ({ code, reason }) => {
        kernel.note(process.name, `stopped: ${reason}`);
        this.#options.stopped({ host: process.name, code, reason });
      },
    };
    const runtime = process.runtime("simulated"), { name } = process;
    const host = new PartitionHost(
      { broker: view(client), runtime, observer, actors, name, limits },
      0,
    );
    const running = { ...machine, host };
    this.#running.add(running);
    this.#current = running;
    const ended = () => this.#ended(running);
    host.run().then(ended, (error) => {
      this.#options.defect(name, error);
      ended();
    });
  }

  crash(machine: HostMachine, flushes: boolean): void {
    this.#options.machines.crash(machine, flushes);
    this.#ended(machine);
  }
  /** From now on every clock is right, and whoever ends is followed at once. */
  calm(): void {
    this.#calm = true;
  }

  #ended(machine: HostMachine): void {
    const { machines, kernel, chance } = this.#options;
    if (!this.#running.delete(machine)) return;
    if (!machine.process.gone) machines.crash(machine, true);
    if (this.#current !== machine) return;
    this.#current = undefined;
    const waitMs = this.#calm ? 100 : chance.wait(800);
    kernel.after(world, waitMs, "a host is started", () => this.#current ?? this.takeOver());
  }
}
