import { type Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import { type Mark, streamNames } from "../record.ts";

/** A record that a reader had read, and no longer finds. */
export interface LossTold extends Mark {
  /** Of the stream that it was read from. */
  readonly eventsCreatedAtMs: number;
}

const subject = (partition: number) => `registry.lost.${partition}`;
const ackMsMax = 2_000;

/**
 * Readers are witnesses of the log, too (DESIGN 8): where all of the log's server was set back to an older copy, nobody else knows of
 * what is gone. The partition's host stops until the record is there again.
 */
export async function tellLoss(broker: Broker, partition: number, told: LossTold): Promise<void> {
  await broker.publish(subject(partition), new TextEncoder().encode(JSON.stringify(told)), { ackMsMax });
}

/** The reader's rows fit to the log: those that it missed something for are gone, or the log is back. */
export async function clearLoss(broker: Broker, partition: number): Promise<void> {
  const stored = await broker.last(streamNames.registry, subject(partition));
  if (stored === undefined || toldIn(stored.payload) === null) return;
  const nothing = new TextEncoder().encode("null"), { sequence } = stored;
  await broker.publish(subject(partition), nothing, { ackMsMax, expectedLastSubjectSequence: sequence });
}

/** Throws `Fault("log.doubted")` while the log does not hold what a reader had read. */
export async function expectNoLossTold(broker: Broker, partition: number): Promise<void> {
  const stored = await broker.last(streamNames.registry, subject(partition));
  const told = stored && toldIn(stored.payload);
  if (!told) return;
  const { sequence, hash, eventsCreatedAtMs } = told, { createdAtMs } = await broker.info(streamNames.events);
  const record = await broker.at(streamNames.events, sequence);
  if (record && hashOf(record.payload) === hash && createdAtMs === eventsCreatedAtMs) return;
  throw new Fault(
    "log.doubted",
    `Cannot go on with partition ${partition}: the database has rows of record ${sequence}, and the log ` +
      (record === undefined ? "does not hold it" : "holds another one, or is another log"),
  );
}

const toldIn = (payload: Uint8Array) => JSON.parse(new TextDecoder().decode(payload)) as LossTold | null;
