import type {
  BatchMessage,
  Broker,
  PublishOptions,
  PublishOutcome,
  Reader,
  Stored,
} from "../../../streams/broker/broker.ts";
import { hashOf } from "../../../streams/hash.ts";
import { type Mark, streamNames } from "../../../streams/record.ts";
import { withCalls } from "../../../streams/broker/with_calls.ts";
import type { Sabotage } from "./sabotage.ts";

type Publish = (subject: string, payload: Uint8Array, options: PublishOptions) => Promise<PublishOutcome>;
type Json = Record<string, unknown>;

const isTurn = (subject: string) => subject.startsWith("events.");
const withoutExpectation = ({ expectedLastSubjectSequence: _, ...rest }: PublishOptions): PublishOptions =>
  rest;

function publishing(change: (broker: Broker) => Publish): Sabotage {
  return { view: (broker) => withCalls(broker, { publish: change(broker) }) };
}
function batching(change: (message: BatchMessage) => BatchMessage): Sabotage {
  return {
    view: (broker) =>
      withCalls(broker, {
        publishBatch: (messages, ackMsMax) => broker.publishBatch(messages.map(change), ackMsMax),
      }),
  };
}

/** Turns are appended whatever is there. */
export const withoutFence = publishing((broker) => (subject, payload, options) =>
  broker.publish(subject, payload, isTurn(subject) ? withoutExpectation(options) : options)
);

/** No ack is as good as an ack. */
export const withoutDoubt = publishing((broker) => async (subject, payload, options) => {
  const outcome = await broker.publish(subject, payload, options);
  if (!isTurn(subject) || outcome.kind !== "unknown") return outcome;
  return { kind: "stored", sequence: (options.expectedLastSubjectSequence ?? 0) + 1 };
});

/** The ack is not waited for. */
export const withoutAck = publishing((broker) => (subject, payload, options) => {
  const publishing = broker.publish(subject, payload, options);
  if (!isTurn(subject)) return publishing;
  return Promise.resolve({ kind: "stored", sequence: (options.expectedLastSubjectSequence ?? 0) + 1 });
});

/** A heartbeat counts as heard as soon as it is sent. */
export const withoutLease = publishing((broker) => (subject, payload, options) => {
  const publishing = broker.publish(subject, payload, options);
  return subject.startsWith("registry.cluster.host.")
    ? Promise.resolve({ kind: "stored", sequence: 1 })
    : publishing;
});

/** A stale host's snapshots overwrite newer ones. */
export const withoutConditions = batching(({ expectedLastSubjectSequence, ...message }) =>
  message.subject.startsWith("snapshots.") || expectedLastSubjectSequence === undefined
    ? message
    : { ...message, expectedLastSubjectSequence }
);

function checkpointing(change: (head: Json) => Json): Sabotage {
  return batching((message) => {
    if (!/^checkpoints\.\d+$/.test(message.subject)) return message;
    const head = JSON.parse(new TextDecoder().decode(message.payload)) as Json;
    return { ...message, payload: new TextEncoder().encode(JSON.stringify(change(head))) };
  });
}
export const withoutWaiting = checkpointing((head) => ({ ...head, waiting: [] }));
export const withoutTimers = checkpointing((head) => ({ ...head, timers: 0 }));
/** After an opening, what others said is taken again. */
export const withoutMessageMark = checkpointing((head) => ({ ...head, peers: { sequence: 0, hash: "" } }));

/** Timers look at nothing but the clock. */
export const withoutTimerRule: Sabotage = {
  view: (broker) =>
    withCalls(broker, {
      last: (stream, subject) =>
        stream === streamNames.commands ? Promise.resolve(undefined) : broker.last(stream, subject),
    }),
};

/** Whatever a replica says is believed. */
export const withoutFreshness: Sabotage = {
  view: (broker) =>
    withCalls(broker, { lastOfMany: (stream, subjects) => broker.lastOfMany(stream, subjects) }),
};

/** Nobody has seen how far the log was but the checkpoint. */
export const withoutWitness: Sabotage = {
  view: (broker) =>
    withCalls(broker, {
      last: (stream, subject) =>
        subject.startsWith("registry.head.") ? Promise.resolve(undefined) : broker.last(stream, subject),
    }),
};

/** A log that ends too early is one that nobody has written to since. */
export const withoutLossAtAppend = publishing((broker) => async (subject, payload, options) => {
  const outcome = await broker.publish(subject, payload, options);
  const { expectedLastSubjectSequence: expected = 0 } = options;
  if (!isTurn(subject) || outcome.kind !== "conflict" || outcome.actual >= expected) return outcome;
  return await broker.publish(subject, payload, { ...options, expectedLastSubjectSequence: outcome.actual });
});

/** Whatever record comes next is taken for the one that follows. */
export const withoutChain: Sabotage = {
  view: (broker) =>
    withCalls(broker, {
      read: (stream, options) => {
        const reader = broker.read(stream, options);
        return stream === streamNames.events ? relinked(reader) : reader;
      },
    }),
};

/** Each record says that it follows the one that was read before it. */
function relinked(reader: Reader): Reader {
  const last = new Map<string, Mark>();
  const link = (stored: Stored): Stored => {
    const before = last.get(stored.subject);
    const text = new TextDecoder().decode(stored.payload);
    const payload = before === undefined ? stored.payload : new TextEncoder().encode(
      text.replace(/"previous":\{[^}]*\}/, `"previous":${JSON.stringify(before)}`),
    );
    last.set(stored.subject, { sequence: stored.sequence, hash: hashOf(payload) });
    return { ...stored, payload };
  };
  return {
    stop: () => reader.stop(),
    async *[Symbol.asyncIterator]() {
      for await (const stored of reader) yield link(stored);
    },
  };
}
