import type { Stored } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import { hashOf } from "../streams/hash.ts";
import type { Mark, TurnRecord } from "../streams/record.ts";
import type { Happened } from "../streams/record_text.ts";

/** A turn record as it was read from the log: whole, or as much of it as the reader needs. */
export interface LogRecord<Read extends Happened = TurnRecord> {
  readonly sequence: number;
  readonly hash: string;
  readonly bytes: number;
  readonly storedAtMs: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly record: Read;
}

export const nothingYet: Mark = { sequence: 0, hash: "" };

export function decodeLogRecord<Read extends Happened>(
  stored: Stored,
  decode: (stored: Stored) => Read,
): LogRecord<Read> {
  const { sequence, payload, storedAtMs, headers } = stored;
  return {
    sequence,
    hash: hashOf(payload),
    bytes: payload.byteLength,
    storedAtMs,
    headers,
    record: decode(stored),
  };
}

/** The end of the chain that was read, and the check that the next record hangs on it. */
export class Chain {
  #mark: Mark;
  readonly #partition: number;

  constructor(partition: number, from: Mark) {
    this.#partition = partition;
    this.#mark = from;
  }

  get mark(): Mark {
    return this.#mark;
  }

  /** False for a record that was seen before; throws when the log is not the one that was read until now. */
  admits(next: LogRecord<Happened>): boolean {
    const { sequence, hash } = this.#mark;
    if (next.sequence <= sequence) return false;
    const { previous, partition } = next.record;
    if (partition !== this.#partition) {
      throw new Fault(
        "log.lost",
        `Cannot go on at ${next.sequence}: it is of partition ${partition}, not ${this.#partition}`,
      );
    }
    if (previous.sequence !== sequence || previous.hash !== hash) {
      throw new Fault(
        "log.lost",
        `Cannot go on at ${next.sequence} of partition ${this.#partition}: it follows ${previous.sequence} ` +
          `(${previous.hash.slice(0, 12)}), but ${sequence} (${hash.slice(0, 12)}) was read last`,
      );
    }
    this.#mark = { sequence: next.sequence, hash: next.hash };
    return true;
  }
}
