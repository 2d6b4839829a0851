import type { Broker, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import { type Mark, streamNames } from "../record.ts";
import { decodeSends } from "../record_text.ts";
import { Chains } from "./chains.ts";

/** Checks records from outside as they pass: from the first one on, without a gap, each on the one before it of its partition. */
export async function* checkedRecords(records: AsyncIterable<Stored>): AsyncGenerator<Stored> {
  const chains = new Chains([], { fromBeginning: true });
  let next = 1;
  for await (const stored of records) {
    const { sequence, payload } = stored;
    if (sequence !== next) {
      throw new Fault(
        "log.lost",
        `Cannot use these records: ${next} is missing, the next one is ${sequence}; a log is all of its records from the first on`,
      );
    }
    chains.take(decodeSends(stored), { sequence, hash: hashOf(payload) });
    yield stored;
    next++;
  }
}

const ackMsMax = 5_000, triesMax = 10, pauseMs = 200;

/**
 * Writes records to EVENTS that have been checked, each at the place that it names: chains name places, and an empty stream gives them
 * out from 1 on without gaps. What is there already must be the same, and is gone on from. Returns how many were written.
 */
export async function refill(
  broker: Broker,
  records: AsyncIterable<Stored>,
  { sleep, written = () => {} }: { sleep(ms: number): Promise<void>; written?(sequence: number): void },
): Promise<number> {
  const { lastSequence } = await broker.info(streamNames.events), lastOfSubject = new Map<string, number>();
  let count = 0;
  for await (const stored of records) {
    const { sequence, subject } = stored;
    if (sequence <= lastSequence) await expectSame(broker, stored);
    else {
      await append(broker, stored, { after: lastOfSubject.get(subject) ?? 0, sleep });
      count++;
    }
    lastOfSubject.set(subject, sequence);
    written(sequence);
  }
  return count;
}

/** The log that records are to be written to: without any, or with the first of these alone. */
export async function expectSame(broker: Broker, { sequence, payload }: Stored): Promise<void> {
  const there = await broker.at(streamNames.events, sequence);
  if (there && hashOf(there.payload) === hashOf(payload)) return;
  throw new Fault(
    "log.lost",
    `Cannot write to this log: it holds ${
      there ? "another record" : "no record"
    } at ${sequence}; only a fresh one can be written to`,
  );
}

async function append(
  broker: Broker,
  { sequence, subject, payload, headers }: Stored,
  { after, sleep }: { readonly after: number; sleep(ms: number): Promise<void> },
): Promise<void> {
  const options = { expectedLastSubjectSequence: after, headers, ackMsMax };
  for (let tried = 0; tried < triesMax; tried++) {
    const outcome = await broker.publish(subject, payload, options);
    if (outcome.kind === "stored") return expectPlace({ sequence, hash: "" }, outcome.sequence);
    // A lost ack: it is there.
    if (outcome.kind === "conflict") return expectPlace({ sequence, hash: "" }, outcome.actual);
    if (outcome.kind === "full") {
      throw new Fault("log.unavailable", `Cannot write record ${sequence}: EVENTS is full`);
    }
    await sleep(pauseMs);
  }
  throw new Fault("log.unavailable", `Cannot write record ${sequence}: the log did not answer`);
}

function expectPlace({ sequence }: Mark, place: number): void {
  if (place === sequence) return;
  throw new Fault(
    "log.lost",
    `Cannot write record ${sequence}: the log gave it place ${place}; somebody else writes to it, or it was not fresh`,
  );
}
