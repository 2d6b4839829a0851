import type { Stored } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import { hashOf } from "../streams/hash.ts";
import type { Mark, TurnRecord } from "../streams/record.ts";
import { decodeRecord, decodeRecordOf } from "../streams/record_text.ts";

/** A turn record as it was read from the log. */
export interface LogRecord {
  readonly sequence: number;
  readonly hash: string;
  readonly bytes: number;
  readonly storedAtMs: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly record: TurnRecord;
}

export const nothingYet: Mark = { sequence: 0, hash: "" };

/** `kind`: the entries of actors of this kind alone, which is cheaper; otherwise all. */
export function decodeLogRecord(stored: Stored, kind?: string): LogRecord {
  const { sequence, payload, storedAtMs, headers } = stored;
  return {
    sequence,
    hash: hashOf(payload),
    bytes: payload.byteLength,
    storedAtMs,
    headers,
    record: kind === undefined ? decodeRecord(stored) : decodeRecordOf(stored, kind),
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
  admits(next: LogRecord): boolean {
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
