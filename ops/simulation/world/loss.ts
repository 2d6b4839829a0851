import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { streamNames, subjects, type TurnRecord } from "../../../streams/record.ts";
import { promised } from "../auditor/violation.ts";
import type { Chance } from "../kernel/chance.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Hosts } from "./hosts.ts";

interface LossOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly server: MemoryServer;
  readonly hosts: Hosts;
  readonly partitions: readonly number[];
  /** Asks something that makes the partition append. */
  readonly nudge: (partition: number) => void;
}
interface Plan {
  readonly what: string;
  readonly lose: () => void;
  /** Noticed when the partition is opened; the others when it is appended to, too. */
  readonly onOpening: boolean;
}

const noticedMsMax = 40_000;

/** The storage below breaks its promise: one partition must notice, stop, and say so; nothing may be built on what is left. */
export class Loss {
  readonly #options: LossOptions;
  readonly #stopped = new Map<number, string>();

  constructor(options: LossOptions) {
    this.#options = options;
  }
  noticed(partition: number, code: string): void {
    if (!this.#stopped.has(partition)) this.#stopped.set(partition, code);
  }

  async run(): Promise<void> {
    const { kernel, chance, server, hosts, nudge } = this.#options;
    const partition = chance.oneOf(this.#options.partitions);
    const plans = this.#plans(partition);
    if (plans.length === 0) return;
    const { what, lose, onOpening } = chance.oneOf(plans), opens = onOpening || chance.happens(0.5);
    kernel.note("loss", `of ${what} of partition ${partition}`);
    server.goDown();
    lose();
    const head = this.#headOf(partition);
    if (opens) { for (const host of hosts.running) hosts.crash(host, false); }
    server.comeUp();
    nudge(partition);
    const untilMs = kernel.nowMs + noticedMsMax;
    while (!this.#stopped.has(partition) && kernel.nowMs < untilMs) {
      await kernel.step(untilMs);
      const there = this.#headOf(partition);
      promised("loss", there === head, () => `${what}: partition ${partition} goes on with record ${there}`);
    }
    const code = this.#stopped.get(partition);
    promised("loss", code === "log.lost", () => `${what}: partition ${partition} says ${code ?? "nothing"}`);
  }

  #headOf(partition: number): number {
    return this.#options.server.stream(streamNames.events).last(subjects.events(partition))?.sequence ?? 0;
  }

  #plans(partition: number): Plan[] {
    const { server, chance } = this.#options;
    const events = server.stream(streamNames.events), commands = server.stream(streamNames.commands);
    const head = this.#record(this.#headOf(partition));
    if (head === undefined) return [];
    const witnessed = this.#sequenceIn(streamNames.registry, `registry.head.${partition}`);
    const saved = this.#sequenceIn(streamNames.snapshots, `checkpoints.${partition}`);
    const seen = Math.max(witnessed, saved), read = head.read.commands.sequence;
    const tail = this.#sequences(partition).filter((sequence) => sequence > saved).slice(0, -1);
    const plans: Plan[] = [];
    if (seen > 0) {
      plans.push({
        what: "the end of EVENTS",
        lose: () => events.loseTail(seen - 1),
        onOpening: false,
      });
    }
    if (read > 0) {
      plans.push({
        what: "the end of COMMANDS",
        lose: () => commands.loseTail(read - 1),
        onOpening: true,
      });
    }
    if (tail.length > 0) {
      const one = chance.oneOf(tail);
      plans.push({ what: `record ${one}`, lose: () => events.loseOne(one), onOpening: true });
    }
    return plans;
  }

  #sequenceIn(stream: string, subject: string): number {
    const stored = this.#options.server.stream(stream).last(subject);
    if (stored === undefined) return 0;
    const { sequence, head } = JSON.parse(new TextDecoder().decode(stored.payload)) as {
      readonly sequence?: number;
      readonly head?: { readonly sequence: number };
    };
    return head?.sequence ?? sequence ?? 0;
  }
  #sequences(partition: number): number[] {
    const sequences: number[] = [];
    for (let at = this.#headOf(partition); at > 0; at = this.#record(at)?.previous.sequence ?? 0) {
      sequences.push(at);
    }
    return sequences.reverse();
  }
  #record(sequence: number): TurnRecord | undefined {
    const stored = this.#options.server.stream(streamNames.events).at(sequence);
    return stored && JSON.parse(new TextDecoder().decode(stored.payload)) as TurnRecord;
  }
}
