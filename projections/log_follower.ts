import type { Broker, Reader, Stored } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import { hashOf } from "../streams/hash.ts";
import { type Mark, streamNames, subjects, type TurnRecord } from "../streams/record.ts";
import { decodeRecord, type Happened } from "../streams/record_text.ts";
import { arrivals, type BatchLimits } from "../streams/arrivals.ts";
import { Chain, decodeLogRecord, type LogRecord } from "./log_record.ts";

export interface FollowLimits extends BatchLimits {
  /** A batch holds at most so many events, or is a single record. */
  readonly eventsMax: number;
}

/** About a quarter of a second of work for the database at a time, and a few tens of megabytes here. */
export const followLimits: FollowLimits = { messagesMax: 256, bytesMax: 8 * 1024 * 1024, eventsMax: 4_000 };

export interface LogStart {
  readonly partition: number;
  /** The last record that was read before. */
  readonly from: Mark;
  /** When the stream that it was read from was made; undefined when nothing was read yet. */
  readonly streamCreatedMs?: number;
}

export interface Unreadable {
  readonly sequence: number;
  readonly error: unknown;
}

type Decode<Read> = (stored: Stored) => Read;

/** Reads one partition's log from a position on, live, in batches of whatever has arrived. */
export class LogFollower<Read extends Happened = TurnRecord> {
  readonly #reader: Reader;
  readonly #chain: Chain;
  readonly #limits: FollowLimits;
  readonly #decode: Decode<Read>;
  #unreadable: Unreadable | undefined;

  /** Throws `Fault("log.lost")` when the log does not hold what was read from it before. */
  static open(broker: Broker, start: LogStart, limits?: FollowLimits): Promise<LogFollower> {
    return LogFollower.reading(broker, start, decodeRecord, limits);
  }

  /** With a `decode` that reads less than all of each record. */
  static async reading<Read extends Happened>(
    broker: Broker,
    start: LogStart,
    decode: Decode<Read>,
    limits: FollowLimits = followLimits,
  ): Promise<LogFollower<Read>> {
    await expectThere(broker, start);
    return new LogFollower(broker, start, decode, limits);
  }

  private constructor(
    broker: Broker,
    { partition, from }: LogStart,
    decode: Decode<Read>,
    limits: FollowLimits,
  ) {
    this.#limits = limits;
    this.#decode = decode;
    this.#chain = new Chain(partition, from);
    this.#reader = broker.read(streamNames.events, {
      subject: subjects.events(partition),
      fromSequence: from.sequence + 1,
    });
  }

  /** The record that this code cannot read, and what `batches` throws because of it. */
  get unreadable(): Unreadable | undefined {
    return this.#unreadable;
  }

  async *batches(): AsyncGenerator<readonly LogRecord<Read>[]> {
    for await (const arrived of arrivals(this.#reader, this.#limits)) {
      let batch: LogRecord<Read>[] = [];
      let events = 0;
      for (const stored of arrived) {
        const next = this.#admit(stored);
        if (next === undefined) continue;
        const full = "error" in next || events + next.record.entries.length > this.#limits.eventsMax;
        if (full && batch.length > 0) {
          yield batch;
          batch = [];
          events = 0;
        }
        if ("error" in next) throw next.error; // Only now: what came before it is good.
        batch.push(next);
        events += next.record.entries.length;
      }
      if (batch.length > 0) yield batch;
    }
  }

  #admit(stored: Stored): LogRecord<Read> | { readonly error: unknown } | undefined {
    let next: LogRecord<Read> | undefined;
    try {
      next = decodeLogRecord(stored, this.#decode);
      return this.#chain.admits(next) ? next : undefined;
    } catch (error) {
      if (next === undefined) this.#unreadable = { sequence: stored.sequence, error };
      return { error };
    }
  }

  /** Ends `batches` once what has arrived was handed out. */
  stop(): Promise<void> {
    return this.#reader.stop();
  }
}

/** The log must still hold, at the position, what was read there. */
/** Throws `Fault("log.lost")` unless the log holds the record that `from` names, in the stream that it was read from. */
export async function expectThere(
  broker: Broker,
  { partition, from, streamCreatedMs }: LogStart,
): Promise<void> {
  const info = await broker.info(streamNames.events);
  if (from.sequence === 0) return;
  const at = `position ${from.sequence} of partition ${partition}`;
  if (streamCreatedMs !== undefined && streamCreatedMs !== info.createdAtMs) {
    const was = new Date(streamCreatedMs).toISOString(), is = new Date(info.createdAtMs).toISOString();
    throw new Fault(
      "log.lost",
      `Cannot go on from ${at}: it is of the stream made ${was}, this one was made ${is}`,
    );
  }
  if (info.lastSequence < from.sequence) {
    throw new Fault("log.lost", `Cannot go on from ${at}: the log ends at ${info.lastSequence}`);
  }
  const stored = await broker.at(streamNames.events, from.sequence);
  if (stored === undefined) throw new Fault("log.lost", `Cannot go on from ${at}: the record is gone`);
  if (hashOf(stored.payload) !== from.hash) {
    throw new Fault("log.lost", `Cannot go on from ${at}: the log holds another record there`);
  }
}

/** The end of a partition's log. */
export interface Head {
  readonly sequence: number;
  /** When its last record was stored; 0 when there is none. */
  readonly storedAtMs: number;
}

/** Asks for the end of the log; cheap when it is the known one. */
export async function headOf(broker: Broker, partition: number, known: Head): Promise<Head> {
  const info = await broker.info(streamNames.events);
  // Nothing at all was stored since: spare the server the last record's bytes.
  if (info.lastSequence === known.sequence) return known;
  const last = await broker.last(streamNames.events, subjects.events(partition));
  return { sequence: last?.sequence ?? 0, storedAtMs: last?.storedAtMs ?? 0 };
}
