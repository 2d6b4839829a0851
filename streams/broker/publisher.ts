import { headers, type Msg, type MsgHdrs } from "nats";
import type { BatchMessage, BatchOutcome, PublishOptions, PublishOutcome } from "./broker.ts";
import { batchMessagesMax } from "./broker.ts";
import type { Link } from "./link.ts";
import type { Requester, Unanswered } from "./requester.ts";
import { assert } from "../../actors/actor.ts";

const expectedHeader = "Nats-Expected-Last-Subject-Sequence",
  expectedOfStreamHeader = "Nats-Expected-Last-Sequence";
const decoder = new TextDecoder();

/** What the server says to a publish. */
interface Ack {
  readonly seq?: number;
  readonly error?: { readonly code: number; readonly err_code?: number; readonly description?: string };
}

export interface Publisher {
  publish(subject: string, payload: Uint8Array, options: PublishOptions): Promise<PublishOutcome>;
  publishBatch(messages: readonly BatchMessage[], ackMsMax: number): Promise<BatchOutcome>;
}

export function createPublisher(link: Link, requester: Requester): Publisher {
  const publish = (subject: string, payload: Uint8Array, options: PublishOptions) => {
    refuseOversize(link, subject, payload);
    return new Promise<PublishOutcome>((resolve) =>
      requester.ask(subject, payload, {
        headers: headersOf(options),
        msMax: options.ackMsMax,
        take: (message) => {
          resolve(outcomeOf(message));
          return true;
        },
        fail: (reason) => resolve({ kind: "unknown", reason: reasonOf(reason) }),
      })
    );
  };

  /**
   * An atomic batch is messages with a batch id and consecutive numbers; the last one commits and is answered for all. The client
   * library's helper drops the expectations, so the headers are ours.
   */
  const publishBatch = (messages: readonly BatchMessage[], ackMsMax: number) => {
    assert(
      messages.length > 0 && messages.length <= batchMessagesMax,
      `Cannot publish a batch of ${messages.length} messages: 1 to ${batchMessagesMax} are possible`,
    );
    for (const { subject, payload } of messages) refuseOversize(link, subject, payload);
    if (!link.connected()) {
      return Promise.resolve<BatchOutcome>({ kind: "unknown", reason: reasonOf("unsent") });
    }
    const id = crypto.randomUUID().replaceAll("-", "");
    const last = messages.length - 1;
    for (const [index, message] of messages.slice(0, last).entries()) {
      link.nc.publish(message.subject, message.payload, { headers: batchHeaders(message, id, index + 1) });
    }
    return new Promise<BatchOutcome>((resolve) => {
      const commit = messages[last]!;
      const commitHeaders = batchHeaders(commit, id, last + 1);
      commitHeaders.set("Nats-Batch-Commit", "1");
      requester.ask(commit.subject, commit.payload, {
        headers: commitHeaders,
        msMax: ackMsMax,
        take: (message) => {
          resolve(batchOutcomeOf(message));
          return true;
        },
        fail: (reason) => resolve({ kind: "unknown", reason: reasonOf(reason) }),
      });
    });
  };
  return { publish, publishBatch };
}

/** The server would close the whole connection over it. */
function refuseOversize(link: Link, subject: string, payload: Uint8Array): void {
  const bytesMax = (link.nc.info?.max_payload ?? 1_048_576) - headerBytesMax;
  assert(
    payload.length <= bytesMax,
    `Cannot publish ${payload.length} bytes on ${subject}: the server takes at most ${bytesMax}`,
  );
}
/** Room for headers in what the server counts as payload. */
const headerBytesMax = 4_096;

type Conditions = Pick<PublishOptions, "headers" | "expectedLastSubjectSequence" | "expectedLastSequence">;

function headersOf(options: Conditions) {
  const { expectedLastSubjectSequence, expectedLastSequence } = options;
  const none = options.headers === undefined && expectedLastSubjectSequence === undefined &&
    expectedLastSequence === undefined;
  return none ? undefined : filledHeaders(options);
}

function filledHeaders(options: Conditions): MsgHdrs {
  const filled = headers(), { expectedLastSubjectSequence, expectedLastSequence } = options;
  for (const [name, value] of options.headers ?? []) filled.set(name, value);
  if (expectedLastSubjectSequence !== undefined) {
    filled.set(expectedHeader, String(expectedLastSubjectSequence));
  }
  if (expectedLastSequence !== undefined) filled.set(expectedOfStreamHeader, String(expectedLastSequence));
  return filled;
}

function batchHeaders(message: BatchMessage, id: string, sequence: number): MsgHdrs {
  const filled = filledHeaders(message);
  filled.set("Nats-Batch-Id", id);
  filled.set("Nats-Batch-Sequence", String(sequence));
  return filled;
}

const reasonOf = (reason: Unanswered): string =>
  ({
    timeout: "no ack in time",
    disconnected: "the connection was lost before the ack",
    unsent: "not sent: no connection",
  })[reason];

function ackOf(message: Msg): Ack | string {
  if (message.data.length === 0) {
    const code = message.headers?.code ?? 0;
    return code === 503 ? "nobody takes messages on this subject" : `an empty ack, status ${code}`;
  }
  return JSON.parse(decoder.decode(message.data)) as Ack;
}

export function outcomeOf(message: Msg): PublishOutcome {
  const ack = ackOf(message);
  if (typeof ack === "string") return { kind: "unknown", reason: ack };
  if (ack.error === undefined && ack.seq !== undefined) return { kind: "stored", sequence: ack.seq };
  const { err_code: code, description = "no reason given" } = ack.error ?? {};
  const actual = /wrong last sequence: (\d+)/.exec(description);
  if (code === 10071 && actual !== null) return { kind: "conflict", actual: Number(actual[1]) };
  if (code === 10164 || code === 10071) return { kind: "contended" };
  if (isFull(code, description)) return { kind: "full" };
  return { kind: "unknown", reason: `${code ?? "?"}: ${description}` };
}

/** 10077 tells of every failure to store; only these of its reasons mean a limit, after which nothing is stored. */
const isFull = (code: number | undefined, description: string) =>
  code === 10047 || code === 10023 || (code === 10077 && /^maximum (bytes|messages)/.test(description));

function batchOutcomeOf(message: Msg): BatchOutcome {
  const ack = ackOf(message);
  if (typeof ack === "string") return { kind: "unknown", reason: ack };
  if (ack.error === undefined && ack.seq !== undefined) return { kind: "stored", lastSequence: ack.seq };
  const { err_code: code, description = "no reason given" } = ack.error ?? {};
  return { kind: "refused", reason: `${code ?? "?"}: ${description}` };
}
