import { setTimeout as sleep } from "node:timers/promises";
import {
  type BatchMessage,
  batchMessagesMax,
  type Broker,
  type PublishOutcome,
  type Stored,
} from "../../../streams/broker/broker.ts";
import { hashOf } from "../../../streams/hash.ts";
import type { StreamName } from "../manifest.ts";
import { Failure } from "../../cli/failure.ts";

/** A message on its way into a restored stream. */
export interface Outgoing {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers?: ReadonlyMap<string, string>;
}
export interface Publishing {
  readonly stream: StreamName;
  /** The sequence that the first message must get, and so on; left out: wherever the stream ends. */
  readonly at?: number;
  readonly done?: (count: number) => void;
}

/** How many are under way at a time. */
const inFlightMax = 64, ackMsMax = 5_000;
/** So often in vain, and somebody has to look: a node that was lost is replaced within seconds. */
const triesMax = 15, retryMs = 500;
const batchBytesMax = 2 * 1024 * 1024;

/**
 * Stores messages one behind the other, and answers with how many. Each is stored at its own sequence or not at all: what a lost node
 * had on its way is sent again, and nothing takes its place meanwhile.
 */
export async function publishAll(
  broker: Broker,
  messages: AsyncIterable<Outgoing>,
  { stream, at, done = () => {} }: Publishing,
): Promise<number> {
  const first = at ?? (await broker.info(stream)).lastSequence + 1;
  let waiting: Outgoing[] = [], count = 0;
  const settle = async () => {
    await storeAll(broker, stream, { at: first + count, messages: waiting });
    count += waiting.length;
    done(waiting.length);
    waiting = [];
  };
  for await (const message of messages) {
    waiting.push(message);
    if (waiting.length >= inFlightMax) await settle();
  }
  if (waiting.length > 0) await settle();
  return count;
}

interface Placed {
  readonly at: number;
  readonly messages: readonly Outgoing[];
}

async function storeAll(broker: Broker, stream: StreamName, all: Placed): Promise<void> {
  let left = all;
  for (let tries = 1;; tries++) {
    const { at, messages } = left;
    const outcomes = await Promise.all(messages.map((one, i) => publishOne(broker, one, at + i)));
    const failed = outcomes.findIndex(({ kind }) => kind !== "stored");
    if (failed < 0) return;
    left = await notStored(broker, stream, { at, messages, outcomes });
    if (left.messages.length === 0) return;
    if (left.at > at) tries = 0;
    const outcome = outcomes[failed]!;
    if (tries >= triesMax || outcome.kind === "full") throw unstored(messages[failed]!.subject, outcome);
    await sleep(retryMs);
  }
}

function publishOne(broker: Broker, { subject, payload, headers }: Outgoing, at: number) {
  const kept = headers && new Map([...headers].filter(([name]) => !name.startsWith(expectations)));
  const options = { ackMsMax, expectedLastSequence: at - 1, ...(kept && { headers: kept }) };
  return broker.publish(subject, payload, options);
}
/** The server keeps what a host expected, and would refuse several messages of a partition that are under way at once. */
const expectations = "Nats-Expected-";

/** What of these the stream does not hold. Of those whose ack did not come, the stream itself is asked which they are. */
async function notStored(
  broker: Broker,
  stream: StreamName,
  { at, messages, outcomes }: Placed & { readonly outcomes: readonly PublishOutcome[] },
): Promise<Placed> {
  const { lastSequence } = await broker.info(stream), stored = lastSequence + 1 - at;
  for (let i = 0; i < stored; i++) {
    const message = messages[i], ours = outcomes[i]?.kind === "stored";
    if (!ours && !isSame(message, await broker.at(stream, at + i))) throw foreign(stream, at + i);
  }
  if (stored < 0) throw foreign(stream, lastSequence);
  return { at: lastSequence + 1, messages: messages.slice(stored) };
}

const isSame = (message: Outgoing | undefined, stored: Stored | undefined) =>
  message !== undefined && stored?.subject === message.subject &&
  hashOf(stored.payload) === hashOf(message.payload);

const foreign = (stream: StreamName, sequence: number) =>
  new Failure(
    `Cannot restore ${stream}: ${sequence} is not the backup's; does somebody else write to this system?`,
  );

function unstored(subject: string, outcome: PublishOutcome) {
  const why = outcome.kind === "unknown" ? outcome.reason : outcome.kind;
  return new Failure(
    `Cannot restore ${subject}: ${why}; run the same command again, as a NATS user who may publish there, and it goes on`,
  );
}

/** The same in atomic batches, where the stream takes these. A batch may be stored twice: it replaces itself. */
export async function publishBatches(
  broker: Broker,
  messages: AsyncIterable<Outgoing>,
  done: (count: number) => void,
): Promise<number> {
  let batch: BatchMessage[] = [], bytes = 0, count = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    await storeBatch(broker, batch);
    done(batch.length);
    count += batch.length;
    [batch, bytes] = [[], 0];
  };
  const inBatch = new Set<string>();
  for await (const { subject, payload } of messages) {
    // A batch names each subject once: an older value goes with an earlier batch.
    const full = batch.length >= batchMessagesMax || bytes + payload.length > batchBytesMax;
    if (full || inBatch.has(subject)) {
      await flush();
      inBatch.clear();
    }
    batch.push({ subject, payload });
    inBatch.add(subject);
    bytes += payload.length;
  }
  await flush();
  return count;
}

async function storeBatch(broker: Broker, batch: readonly BatchMessage[]): Promise<void> {
  for (let tries = 1;; tries++) {
    const outcome = await broker.publishBatch(batch, ackMsMax);
    if (outcome.kind === "stored") return;
    if (tries >= triesMax) throw unstored(batch[0]!.subject, { kind: "unknown", reason: outcome.reason });
    await sleep(retryMs);
  }
}
