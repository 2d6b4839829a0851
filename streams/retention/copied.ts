import type { Broker } from "../broker/broker.ts";
import { readHead, type Witness } from "../host/lease.ts";
import type { Partition } from "../partition_map.ts";
import { streamNames, subjects } from "../record.ts";
import type { CommandsRead } from "./held_commands.ts";
import { decodePersonal } from "./personal_message.ts";
import { scanRecord } from "./record_scan.ts";

/**
 * The sequence in COMMANDS up to which the partition's commands are read and the personal parts of those that were accepted copied, as
 * the copier's last message says, whichever process wrote it; 0 when nothing is.
 */
export async function copiedCommands(broker: Broker, partition: number): Promise<number> {
  const sequence = await copiedRecords(broker, partition);
  const record = sequence === 0 ? undefined : await broker.at(streamNames.events, sequence);
  return record === undefined ? 0 : scanRecord(record).passed;
}

/** The sequence in EVENTS up to which the partition's records are copied. */
async function copiedRecords(broker: Broker, partition: number): Promise<number> {
  const last = await broker.last(streamNames.personal, subjects.personal(partition));
  return last === undefined ? 0 : decodePersonal(last).position.sequence;
}

/** What the partitions said of themselves at about the same time; those are left out that never said anything. */
type Witnesses = ReadonlyMap<number, Witness & { readonly commands: CommandsRead }>;
type Read = ReadonlyMap<number, CommandsRead>;

/**
 * What of COMMANDS is done with, as the partitions witness it of themselves. A witness counts once everything up to its record is
 * copied: what it holds no more was decided in a record up to there. Where a partition was split, what it passed on is done with once
 * its child has heard it and that is copied, too: so there a witness counts only with a later one that has heard it.
 */
export class DoneCommands {
  readonly #broker: Broker;
  #done: Read = new Map();
  #counting: Witnesses | undefined;
  #said: Witnesses | undefined;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** By partition; one that is not in it may need everything. */
  async look(partitions: readonly Partition[]): Promise<Read> {
    this.#said ??= await this.#witnesses(partitions);
    if (this.#said === undefined || !await this.#copied(this.#said, partitions)) return this.#done;
    if (!partitions.some(({ origin }) => origin)) this.#done = readIn(this.#said);
    else if (this.#counting === undefined) this.#counting = this.#said;
    else if (heard(this.#said, this.#counting)) {
      this.#done = readIn(this.#counting, this.#said);
      this.#counting = this.#said;
    }
    this.#said = undefined; // The next look asks again.
    return this.#done;
  }

  /** Undefined while a child of a split has not said what it was given. */
  async #witnesses(partitions: readonly Partition[]): Promise<Witnesses | undefined> {
    const said = new Map<number, Witness & { readonly commands: CommandsRead }>();
    for (const { partition, origin } of partitions) {
      const witness = await readHead(this.#broker, partition), { commands } = witness ?? {};
      if (witness !== undefined && commands !== undefined) said.set(partition, { ...witness, commands });
      else if (origin !== undefined) return undefined;
    }
    return said;
  }

  async #copied(said: Witnesses, partitions: readonly Partition[]): Promise<boolean> {
    for (const [partition, { sequence }] of said) {
      const origin = partitions.find((one) => one.partition === partition)?.origin;
      // A child's own records begin behind those of the partition that was split.
      const of = origin?.sequence === sequence ? origin.partition : partition;
      if (await copiedRecords(this.#broker, of) < sequence) return false;
    }
    return true;
  }
}

/** Every partition has taken what the others had said by then. */
function heard(later: Witnesses, earlier: Witnesses): boolean {
  return [...earlier].every(([partition, { sequence }]) =>
    [...later].every(([other, { peers }]) => other === partition || (peers?.sequence ?? 0) >= sequence)
  );
}

/** What was passed as the first say, and is held as any of them say. */
function readIn(said: Witnesses, ...later: readonly Witnesses[]): Read {
  const all = [said, ...later];
  return new Map([...said].map(([partition, { commands: { passed } }]) => {
    const held = Math.min(...all.map((one) => one.get(partition)?.commands.held ?? Infinity));
    return [partition, held === Infinity ? { passed } : { passed, held }];
  }));
}
