import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { hashOf } from "../../../streams/hash.ts";
import {
  type CommandMark,
  type CommandPack,
  type Input,
  type PackedCommand,
  streamNames,
  subjects,
} from "../../../streams/record.ts";
import { promised } from "./violation.ts";

interface Pack {
  readonly sequence: number;
  readonly hash: string;
  readonly storedAtMs: number;
  readonly commands: readonly PackedCommand[];
}

/** What was accepted for one partition, in order, and how far its records have decided it. */
export class CommandsAudit {
  readonly #server: MemoryServer;
  readonly #partition: number;
  readonly #packs: Pack[] = [];
  readonly #byId = new Map<string, PackedCommand>();
  #seen = 0;
  #decided = 0;
  #taken = 0;

  constructor(server: MemoryServer, partition: number) {
    this.#server = server;
    this.#partition = partition;
  }

  /** Reads what is new. */
  look(): void {
    const stream = this.#server.stream(streamNames.commands), subject = subjects.commands(this.#partition);
    if (stream.lastSequence === this.#seen) return;
    for (;;) {
      const stored = stream.next(this.#seen + 1, subject);
      if (stored === undefined) break;
      this.#seen = stored.sequence;
      const { commands } = JSON.parse(new TextDecoder().decode(stored.payload)) as CommandPack;
      for (const command of commands) this.#byId.set(command.id, command);
      const { sequence, storedAtMs, payload } = stored;
      this.#packs.push({ sequence, hash: hashOf(payload), storedAtMs, commands });
    }
    this.#seen = stream.lastSequence;
  }

  command(id: string): PackedCommand | undefined {
    return this.#byId.get(id);
  }
  /** How many accepted commands no record has decided. */
  get undecided(): number {
    let count = -this.#taken;
    for (const pack of this.#packs.slice(this.#decided)) count += pack.commands.length;
    return count;
  }
  /** When the oldest undecided command was stored. */
  get oldestUndecidedMs(): number {
    return this.#packs[this.#decided]?.storedAtMs ?? Infinity;
  }

  /** A record says that it decided these and read up to there: exactly what came next, in order. */
  decided(where: string, inputs: readonly Input[], read: CommandMark): void {
    this.look();
    for (const { id, at, to } of inputs) {
      const pack = this.#packs[this.#decided];
      const next = pack?.commands[this.#taken];
      const right = next !== undefined && next.id === id && next.to === to && at?.[0] === pack?.sequence &&
        at?.[1] === this.#taken;
      promised(
        "accepted",
        right,
        () => `${where} decides ${id} of ${at}, but ${next?.id} at ${pack?.sequence} comes next`,
      );
      this.#taken += 1;
      if (this.#taken === pack!.commands.length) {
        this.#decided += 1;
        this.#taken = 0;
      }
    }
    this.#checkRead(where, read);
  }

  #checkRead(where: string, read: CommandMark): void {
    const partly = this.#taken > 0, pack = this.#packs[partly ? this.#decided : this.#decided - 1];
    const taken = partly ? this.#taken : pack?.commands.length ?? 0;
    const right = read.sequence === (pack?.sequence ?? 0) && read.hash === (pack?.hash ?? "") &&
      read.taken === taken;
    promised(
      "accepted",
      right,
      () =>
        `${where} says it read ${read.taken} of ${read.sequence}, but decided ${taken} of ${pack?.sequence}`,
    );
  }
}
