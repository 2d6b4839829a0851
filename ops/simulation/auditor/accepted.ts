import type { ActorId } from "../../../actors/ids.ts";
import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { hashOf } from "../../../streams/hash.ts";
import { type CommandPack, type PackedCommand, streamNames } from "../../../streams/record.ts";

export interface Pack {
  readonly sequence: number;
  readonly hash: string;
  readonly commands: readonly PackedCommand[];
}
interface Undecided {
  readonly to: ActorId;
  readonly storedAtMs: number;
}
type Owns = (actor: ActorId) => boolean;

/** All that was accepted, whichever partition it was sent to, and what of it no record has decided. */
export class Accepted {
  readonly #server: MemoryServer;
  readonly #packs = new Map<number, Pack[]>();
  readonly #partitionAt = new Map<number, number>();
  readonly #byId = new Map<string, PackedCommand>();
  readonly #undecided = new Map<string, Undecided>();
  #seen = 0;

  constructor(server: MemoryServer) {
    this.#server = server;
  }

  /** Reads what is new. */
  look(): void {
    const stream = this.#server.stream(streamNames.commands);
    while (this.#seen < stream.lastSequence) {
      const stored = stream.at(++this.#seen);
      if (stored === undefined) continue;
      const { sequence, storedAtMs, payload, subject } = stored;
      const { commands } = JSON.parse(new TextDecoder().decode(payload)) as CommandPack;
      const partition = Number(subject.slice("commands.".length));
      for (const command of commands) {
        this.#byId.set(command.id, command);
        this.#undecided.set(command.id, { to: command.to, storedAtMs });
      }
      this.packsOf(partition).push({ sequence, hash: hashOf(payload), commands });
      this.#partitionAt.set(sequence, partition);
    }
  }

  command(id: string): PackedCommand | undefined {
    return this.#byId.get(id);
  }
  /** What was sent to this partition, in order. */
  packsOf(partition: number): Pack[] {
    const packs = this.#packs.get(partition) ?? [];
    this.#packs.set(partition, packs);
    return packs;
  }
  /** The partition that the message at this place was sent to. */
  partitionAt(sequence: number): number | undefined {
    return this.#partitionAt.get(sequence);
  }
  decided(id: string): void {
    this.#undecided.delete(id);
  }
  /** How many accepted commands for these actors no record has decided. */
  undecided(owns: Owns): number {
    return this.#undecidedOf(owns).length;
  }
  /** When the oldest undecided command for these actors was stored. */
  oldestUndecidedMs(owns: Owns): number {
    return Math.min(Infinity, ...this.#undecidedOf(owns).map(({ storedAtMs }) => storedAtMs));
  }
  #undecidedOf(owns: Owns): Undecided[] {
    return [...this.#undecided.values()].filter(({ to }) => owns(to));
  }
}
