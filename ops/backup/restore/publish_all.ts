import { type BatchMessage, batchMessagesMax, type Broker } from "../../../streams/broker/broker.ts";
import { Failure } from "../../cli/failure.ts";

/** A message on its way into a restored stream. */
export interface Outgoing {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers?: ReadonlyMap<string, string>;
}

/** How many are under way at a time; one connection keeps them in order. */
const inFlightMax = 64, ackMsMax = 20_000;
const batchBytesMax = 2 * 1024 * 1024;

/** Stores messages one behind the other, and answers with how many. `at`: the sequence that the first of them must get, and so on. */
export async function publishAll(
  broker: Broker,
  messages: AsyncIterable<Outgoing>,
  { at, done = () => {} }: { readonly at?: number; readonly done?: (count: number) => void } = {},
): Promise<number> {
  let waiting: Promise<void>[] = [], count = 0, failure: unknown;
  const settle = async () => {
    await Promise.all(waiting);
    if (failure !== undefined) throw failure;
    done(waiting.length);
    waiting = [];
  };
  for await (const message of messages) {
    const expected = at === undefined ? undefined : at + count;
    count++;
    waiting.push(publishOne(broker, message, expected).catch((error) => void (failure ??= error)));
    if (waiting.length >= inFlightMax) await settle();
  }
  await settle();
  return count;
}

async function publishOne(
  broker: Broker,
  { subject, payload, headers }: Outgoing,
  expected: number | undefined,
): Promise<void> {
  const outcome = await broker.publish(subject, payload, { ackMsMax, ...(headers && { headers }) });
  if (outcome.kind !== "stored") {
    const why = outcome.kind === "unknown" ? outcome.reason : outcome.kind;
    throw new Failure(`Cannot restore ${subject}: ${why}; run the same command again, and it goes on`);
  }
  if (expected === undefined || outcome.sequence === expected) return;
  throw new Failure(
    `Cannot restore ${subject}: ${expected} was stored as ${outcome.sequence}; does somebody else write to this system?`,
  );
}

/** The same in atomic batches, where the stream takes these. */
export async function publishBatches(
  broker: Broker,
  messages: AsyncIterable<Outgoing>,
  done: (count: number) => void,
): Promise<number> {
  let batch: BatchMessage[] = [], bytes = 0, count = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const outcome = await broker.publishBatch(batch, ackMsMax);
    if (outcome.kind !== "stored") {
      throw new Failure(
        `Cannot restore ${batch[0]!.subject}: ${outcome.reason}; run the same command again, and it goes on`,
      );
    }
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
