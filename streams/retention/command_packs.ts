import type { Broker } from "../broker/broker.ts";
import { decodePack } from "../host/decode_pack.ts";
import { type CommandPack, streamNames } from "../record.ts";

/** The packs looked at last are kept: the commands of one turn stand next to each other. */
const packsKept = 4;

/** Looks commands up where records say that they lie. */
export class CommandPacks {
  readonly #broker: Broker;
  readonly #packs = new Map<number, CommandPack | undefined>();

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Undefined when the message is gone, or is no pack of commands. */
  async at(sequence: number): Promise<CommandPack | undefined> {
    if (this.#packs.has(sequence)) return this.#packs.get(sequence);
    const stored = await this.#broker.at(streamNames.commands, sequence);
    const pack = stored && decodePack(stored.payload);
    this.#packs.set(sequence, pack);
    for (const oldest of this.#packs.keys()) {
      if (this.#packs.size <= packsKept) break;
      this.#packs.delete(oldest);
    }
    return pack;
  }
}
