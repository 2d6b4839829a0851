import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";

export interface FencedAppend {
  readonly broker: Broker;
  readonly stream: string;
  readonly subject: string;
  /** Our own is recognized by it: another writer's must differ, or mean the same. */
  readonly payload: Uint8Array;
  /** The stream sequence of the subject's last message. */
  readonly after: number;
  readonly ackMsMax: number;
  /** May throw to give up. */
  readonly waitToRetry: (reason: string) => Promise<void>;
}

/**
 * Appends behind the message that we believe to be the last: the same bytes with the same expectation until it is certain how it
 * ended. Resolves with the sequence; throws "partition.fenced" when somebody else appended.
 */
export async function appendFenced(append: FencedAppend): Promise<number> {
  const { broker, subject, payload, after, ackMsMax, waitToRetry } = append;
  while (true) {
    const outcome = await broker.publish(subject, payload, { ackMsMax, expectedLastSubjectSequence: after });
    if (outcome.kind === "stored") return outcome.sequence;
    if (outcome.kind === "conflict") return await settleConflict(append, outcome.actual);
    const reason = outcome.kind === "unknown" ? outcome.reason : outcome.kind;
    await waitToRetry(`Cannot append to ${subject}: ${reason}`);
  }
}

/** Either an earlier try of ours was stored, or there is another writer. */
async function settleConflict({ broker, stream, subject, payload }: FencedAppend, actual: number) {
  const stored = actual === 0 ? undefined : await broker.at(stream, actual);
  if (stored !== undefined && hashOf(stored.payload) === hashOf(payload)) return actual;
  throw new Fault("partition.fenced", `Cannot append to ${subject}: message ${actual} is somebody else's`);
}
