import type { Broker, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import { type Mark, type RecordHead, streamNames, subjects } from "../record.ts";
import { Chains } from "./chains.ts";

/** What reading the log asks of a broker. */
export type LogReading = Pick<Broker, "info" | "read" | "at" | "last">;

export interface Scan<Read extends RecordHead> {
  /** Only this partition's records; absent: those of all, in the order in which they were stored. */
  readonly partition?: number;
  /** Stream sequences, both inclusive. */
  readonly fromSequence: number;
  /** Absent, or behind the end: the end that the log has now. */
  readonly toSequence?: number;
  /** How much of a record is wanted: `decodeRecord`, `decodeEntries`, `decodeSends`. */
  decode(stored: Stored): Read;
  /** Told after each record how far it is, and of how far. */
  progress?(sequence: number, end: number): void;
}

export interface Scanned<Read extends RecordHead> {
  readonly stored: Stored;
  readonly mark: Mark;
  readonly record: Read;
}

/**
 * Reads turn records in order, forward, in bounded memory, up to an end that is fixed when it begins; checks that each hangs on the one
 * before it, also the first one on what lies in front of the range. Throws `Fault("log.lost")` where the log is broken.
 */
export async function* scanLog<Read extends RecordHead>(
  broker: LogReading,
  scan: Scan<Read>,
): AsyncGenerator<Scanned<Read>> {
  const { partition, fromSequence, toSequence = Infinity } = scan;
  const end = await endOfLog(broker, partition);
  if (fromSequence > Math.min(end, toSequence)) return;
  const chains = new Chains([], { fromBeginning: fromSequence <= 1 && partition === undefined });
  const subject = partition === undefined ? {} : { subject: subjects.events(partition) };
  const reader = broker.read(streamNames.events, { fromSequence, ...subject });
  let next = Math.max(1, fromSequence);
  try {
    for await (const stored of reader) {
      const { sequence } = stored;
      if (partition === undefined) expectNext(sequence, next);
      if (sequence > toSequence) return;
      const record = scan.decode(stored), mark = { sequence, hash: hashOf(stored.payload) };
      if (!chains.endOf(record.partition)) await expectHeld(broker, record.previous, mark);
      chains.take(record, mark);
      yield { stored, mark, record };
      scan.progress?.(sequence, Math.min(end, toSequence));
      next = sequence + 1;
      if (sequence >= end) return;
    }
  } finally {
    await reader.stop();
  }
  throw new Fault("log.unavailable", `Cannot read the log to record ${end}: the reader ended at ${next - 1}`);
}

/** The sequence of the last record, of one partition or of all; 0 when there is none. */
export async function endOfLog(broker: LogReading, partition?: number): Promise<number> {
  if (partition === undefined) return (await broker.info(streamNames.events)).lastSequence;
  return (await broker.last(streamNames.events, subjects.events(partition)))?.sequence ?? 0;
}

/** EVENTS forgets nothing, so its sequences have no gaps. */
function expectNext(sequence: number, next: number): void {
  if (sequence === next) return;
  throw new Fault("log.lost", `Cannot read on: record ${next} is gone, the next one is ${sequence}`);
}

async function expectHeld(broker: LogReading, previous: Mark, mark: Mark): Promise<void> {
  if (previous.sequence === 0) return;
  const stored = await broker.at(streamNames.events, previous.sequence);
  if (stored && hashOf(stored.payload) === previous.hash) return;
  throw new Fault(
    "log.lost",
    `Cannot read from record ${mark.sequence}: it follows ${previous.sequence}, which is ${
      stored ? "another one" : "gone"
    }`,
  );
}
