import type { Broker, Reader, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import { type CommandMark, type PackedCommand, streamNames, subjects } from "../record.ts";
import { decodePack } from "./decode_pack.ts";

/** A COMMANDS message, unpacked. Indexes are those in the message: PERSONAL's copier looks them up there. */
interface Pack {
  readonly sequence: number;
  readonly hash: string;
  readonly bytes: number;
  readonly storedAtMs: number;
  readonly commands: readonly PackedCommand[];
  /** Set when nothing in it could be read. */
  readonly unreadable: boolean;
}

export interface Incoming {
  readonly packed: PackedCommand;
  readonly sequence: number;
  readonly index: number;
  /** The read position once this command is decided. */
  readonly mark: CommandMark;
}

export const intakeLimits = { bufferedBytesMax: 16 * 1024 * 1024 } as const;

/**
 * COMMANDS in order, from the position of the partition's last record: no acks and no redelivery, because the position is part of the
 * record that says what was decided (DESIGN 3).
 */
export class Intake {
  readonly #packs: Pack[] = [];
  readonly #reader: Reader;
  readonly #wake: () => void;
  #bufferedBytes = 0;
  #until: number;
  /** Everything up to here is decided, whether or not it has arrived. */
  #done: CommandMark;
  #roomFor: (() => void) | undefined;
  #failure: unknown;
  #stopped = false;

  private constructor(reader: Reader, read: CommandMark, wake: () => void) {
    this.#reader = reader;
    this.#done = read;
    this.#until = lastDone(read);
    this.#wake = wake;
  }

  /** Checks that the stream still holds what was read, then reads on. `wake` is called when something arrives. */
  static async open(broker: Broker, partition: number, read: CommandMark, wake: () => void): Promise<Intake> {
    await checkCommandsRead(broker, partition, read);
    const fromSequence = lastDone(read) + 1;
    const reader = broker.read(streamNames.commands, { subject: subjects.commands(partition), fromSequence });
    const intake = new Intake(reader, read, wake);
    intake.#pump().catch((error) => {
      intake.#failure = error;
      wake();
    });
    return intake;
  }

  /** The last place in COMMANDS of what is at hand: nothing in front of it is missing. */
  get until(): number {
    return this.#until;
  }
  /** Commands of the first pack that are decided: some, if it is the one that was read last, and not to its end. */
  get #taken(): number {
    return this.#packs[0]?.sequence === this.#done.sequence ? this.#done.taken : 0;
  }
  /** When the first of what is at hand was stored. */
  get oldestAtMs(): number | undefined {
    return this.#packs[0]?.storedAtMs;
  }
  get waiting(): boolean {
    return this.#packs.length > 0 || this.#failure !== undefined;
  }

  /** The next commands, without taking them: up to `countMax`. */
  *peek(countMax: number): Iterable<Incoming | { readonly unreadable: CommandMark }> {
    if (this.#failure !== undefined) throw this.#failure;
    let count = 0, from = this.#taken;
    for (const { sequence, hash, commands, unreadable } of this.#packs) {
      const of = commands.length;
      if (unreadable || of === 0) {
        if (count++ >= countMax) return;
        yield { unreadable: { sequence, hash, taken: of, of } };
      }
      for (let index = from; index < of; index++) {
        if (count++ >= countMax) return;
        const packed = commands[index]!, mark = { sequence, hash, taken: index + 1, of };
        yield isCommand(packed) ? { packed, sequence, index, mark } : { unreadable: mark };
      }
      from = 0;
    }
  }

  /** Forgets everything up to the position, which is durable now: also what has not arrived yet. */
  advance(read: CommandMark): void {
    this.#done = read;
    this.#until = Math.max(this.#until, lastDone(read));
    while (this.#packs[0] && this.#packs[0].sequence <= read.sequence) {
      const first = this.#packs[0];
      if (first.sequence === read.sequence && read.taken < read.of) break;
      this.#packs.shift();
      this.#bufferedBytes -= first.bytes;
    }
    this.#roomFor?.();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#roomFor?.();
    await this.#reader.stop();
  }

  async #pump(): Promise<void> {
    for await (const stored of this.#reader) {
      if (this.#stopped) return;
      this.#until = stored.sequence;
      if (stored.sequence <= lastDone(this.#done)) continue;
      this.#packs.push(unpack(stored));
      this.#bufferedBytes += stored.payload.length;
      this.#wake();
      while (this.#bufferedBytes > intakeLimits.bufferedBytesMax && !this.#stopped) {
        await new Promise<void>((resolve) => this.#roomFor = resolve);
      }
    }
    if (!this.#stopped) throw new Fault("log.unavailable", "Cannot read COMMANDS: the reader ended");
  }
}

/** The last message of which every command is decided. */
const lastDone = ({ sequence, taken, of }: CommandMark): number => taken < of ? sequence - 1 : sequence;

function unpack(stored: Stored): Pack {
  const pack = decodePack(stored.payload);
  return {
    sequence: stored.sequence,
    hash: hashOf(stored.payload),
    bytes: stored.payload.length,
    storedAtMs: stored.storedAtMs,
    commands: pack?.commands ?? [],
    unreadable: pack === undefined,
  };
}

/** What is no command is recorded as dead by the turn, with its place. */
function isCommand(command: PackedCommand): boolean {
  return typeof command?.id === "string" && typeof command.to === "string" && Number.isFinite(command.atMs) &&
    typeof command.edge === "string" && typeof command.command?.type === "string";
}

/** Throws `Fault("log.lost")` when COMMANDS does not hold what was read of it before. */
export async function checkCommandsRead(
  broker: Broker,
  partition: number,
  read: CommandMark,
): Promise<void> {
  if (read.sequence === 0) return;
  const lost = (what: string) =>
    new Fault("log.lost", `Cannot read commands of partition ${partition}: ${what}`);
  const [info, stored] = await Promise.all([
    broker.info(streamNames.commands),
    broker.at(streamNames.commands, read.sequence),
  ]);
  if (info.lastSequence < read.sequence) {
    throw lost(`COMMANDS ends at ${info.lastSequence}, but ${read.sequence} was read`);
  }
  if (!stored && read.taken < read.of) {
    const { sequence, taken, of } = read;
    throw lost(`message ${sequence} is gone, but only ${taken} of its ${of} commands were read`);
  }
  // What was read whole may be gone: trimmed behind all its readers.
  if (stored && hashOf(stored.payload) !== read.hash) {
    throw lost(`message ${read.sequence} is not the one that was read`);
  }
}
