import type { AnyActor } from "../../../actors/actor.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { Host } from "../../../streams/host/host.ts";
import { type HostObserver, unwatched } from "../../../streams/host/observer.ts";
import type { PartitionLimits } from "../../../streams/host/partition.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import type { Clock, Process } from "../kernel/process.ts";
import { drawClock } from "./clocks.ts";
import type { Machine, Machines } from "./machines.ts";

export interface Stopped {
  readonly host: string;
  readonly partition: number;
  readonly code: string;
  readonly reason: string;
}
export interface HostsOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly machines: Machines;
  readonly limits: PartitionLimits;
  readonly actors: { readonly [kind: string]: AnyActor };
  readonly count: number;
  /** What a host sees of the log, and does to it: a sabotage or an ear of the auditor's may stand between. */
  readonly view: (broker: Broker, host: string) => Broker;
  /** A partition stopped for good; true: the faults explain it, and the host is started anew. */
  readonly stopped: (what: Stopped) => boolean;
  readonly defect: (host: string, error: unknown) => void;
  /** A host begins that has this clock. */
  readonly clock: (clock: Clock) => void;
}
export interface HostMachine extends Machine {
  readonly host: Host;
}

/** The hosts; one that dies or ends is followed by another. */
export class Hosts {
  readonly #options: HostsOptions;
  readonly #running = new Set<HostMachine>();
  #calm = false;

  constructor(options: HostsOptions) {
    this.#options = options;
    for (let i = 0; i < options.count; i++) this.#start();
  }

  get running(): readonly HostMachine[] {
    return [...this.#running];
  }
  /** Why partitions do not answer, as their hosts say. */
  unready(): string {
    return this.running.flatMap(({ host, process }) => host.unready().map((why) => `${process.name}: ${why}`))
      .join("; ");
  }
  /** Goes at once, as `kill -9` does. */
  crash(machine: HostMachine, flushes: boolean): void {
    this.#options.machines.crash(machine, flushes);
    this.#ended(machine);
  }
  /** Drains, as SIGTERM does; another comes when it has gone. */
  drain({ host, process }: HostMachine): void {
    process.after(0, "is told to stop", () => host.stop());
  }
  /** From now on every clock is right, and whoever ends is followed at once. */
  calm(): void {
    this.#calm = true;
  }

  #start(): void {
    const { machines, limits, actors, view, chance } = this.#options;
    const clock = drawClock(chance, this.#calm), machine = machines.start("host", clock);
    this.#options.clock(clock);
    const { process, client } = machine, name = process.name.replace(".", "-");
    const observer = this.#observing(process, () => this.crash(running, true));
    const runtime = process.runtime("simulated");
    const host = new Host({ broker: view(client, name), runtime, observer, actors, name, limits });
    const running: HostMachine = { ...machine, host };
    this.#running.add(running);
    const ended = () => this.#ended(running);
    host.run().then(ended, (error) => {
      this.#options.defect(name, error);
      ended();
    });
  }

  #observing(process: Process, replace: () => void): HostObserver {
    const { kernel, stopped } = this.#options, { name } = process;
    return {
      ...unwatched,
      opened: ({ tail, partition }) => kernel.note(name, `opened ${partition}, tail ${tail}`),
      checkpoint: ({ partition, sequence, outcome }) =>
        kernel.note(name, `checkpoint of ${partition} at ${sequence} ${outcome}`),
      fenced: ({ partition, sequence }) => kernel.note(name, `fenced in ${partition} by ${sequence}`),
      stopped: ({ partition, code, reason }) => {
        kernel.note(name, `stopped ${partition}: ${reason}`);
        if (stopped({ host: name, partition, code, reason })) process.after(500, "is replaced", replace);
      },
    };
  }

  #ended(machine: HostMachine): void {
    const { machines, kernel, chance } = this.#options;
    if (!this.#running.delete(machine)) return;
    if (!machine.process.gone) machines.crash(machine, true);
    const waitMs = this.#calm ? 100 : chance.wait(800);
    kernel.after(world, waitMs, "a host is started", () => this.#start());
  }
}
