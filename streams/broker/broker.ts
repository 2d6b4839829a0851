/**
 * What the rest of `streams/` knows of JetStream. Two implementations pass one contract suite: the real one (`jetstream.ts`) and an
 * in-memory model (`memory.ts`) that simulation and fast tests run on.
 */

export interface Stored {
  readonly subject: string;
  /** The stream sequence. */
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  /** When the server stored it, milliseconds since 1970. */
  readonly storedAtMs: number;
}

export type PublishOutcome =
  | { readonly kind: "stored"; readonly sequence: number }
  /** Error 10071: the subject's last message has the stream sequence `actual`, not the expected one. */
  | { readonly kind: "conflict"; readonly actual: number }
  /** Error 10164: another proposal for this subject is in flight (replicated streams). Try again. */
  | { readonly kind: "contended" }
  /** The stream is at its limit and discards new messages. Nothing was stored. */
  | { readonly kind: "full" }
  /** No ack came: it may or may not have been stored. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface PublishOptions {
  /** Store only if the subject's last message has this **stream** sequence; 0: only if there is none. */
  readonly expectedLastSubjectSequence?: number;
  /** Store only if this is the last sequence that the stream has given; a conflict then names that of the stream. */
  readonly expectedLastSequence?: number;
  readonly headers?: ReadonlyMap<string, string>;
  /** How long to wait for the ack. */
  readonly ackMsMax: number;
}

export interface BatchMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly expectedLastSubjectSequence?: number;
  readonly headers?: ReadonlyMap<string, string>;
}
export type BatchOutcome =
  /** All are stored; `lastSequence` is the last one's, and they are consecutive. */
  | { readonly kind: "stored"; readonly lastSequence: number }
  /** None is stored. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** The most messages that one atomic batch may hold (a limit of the server's). */
export const batchMessagesMax = 1000;

export interface StreamConfig {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly discard: "new" | "old";
  readonly bytesMax?: number;
  readonly ageMsMax?: number;
  readonly messagesPerSubjectMax?: number;
  readonly denyDelete?: boolean;
  readonly denyPurge?: boolean;
  readonly atomicBatches?: boolean;
  /** Messages may carry a `Nats-TTL` header, after which the server forgets them. */
  readonly messageTtl?: boolean;
  readonly compress?: boolean;
  readonly replicas: number;
}

export interface StreamInfo {
  readonly createdAtMs: number;
  /** The sequence of the first message still there; `lastSequence + 1` when there is none. */
  readonly firstSequence: number;
  /** The highest sequence ever given in this stream; 0 when nothing was ever stored. */
  readonly lastSequence: number;
  readonly messages: number;
  readonly bytes: number;
}

/** Messages in order, without gaps of its own making; ends when `stop` is called or the broker closes. */
export interface Reader extends AsyncIterable<Stored> {
  stop(): Promise<void>;
}

export interface Broker {
  /** Creates the stream, or brings an existing one's limits up to date. */
  ensureStream(config: StreamConfig): Promise<void>;
  /** Throws a `Fault` "log.missing" when there is no such stream. */
  info(stream: string): Promise<StreamInfo>;

  publish(subject: string, payload: Uint8Array, options: PublishOptions): Promise<PublishOutcome>;
  /** All or nothing, at most `batchMessagesMax` messages. */
  publishBatch(messages: readonly BatchMessage[], ackMsMax: number): Promise<BatchOutcome>;

  /** The subject's last message as the stream's leader has it (never a stale replica's), or undefined. The subject may end in `.>`. */
  last(stream: string, subject: string): Promise<Stored | undefined>;
  /** The message with this stream sequence as the leader has it, or undefined when it is gone or not yet there. */
  at(stream: string, sequence: number): Promise<Stored | undefined>;
  /**
   * The last message of each of these subjects that has one; fast, because any replica may answer. It is as the stream was when it held
   * at least the message `atLeast`; left out, it may be older than anything known.
   */
  lastOfMany(stream: string, subjects: readonly string[], atLeast?: number): Promise<Stored[]>;
  /** Reads on from `fromSequence` (inclusive), live. Survives reconnects and leader changes without losing its place. */
  read(stream: string, options: { subject?: string; fromSequence: number }): Reader;
  /** Deletes every message with a sequence below `sequence`. */
  purgeBelow(stream: string, sequence: number): Promise<void>;
  /** Deletes all that the stream holds, and gives its next message this sequence, or a later one where it had counted further already. */
  skipTo(stream: string, sequence: number): Promise<void>;
  /** Deletes one message; `secure` overwrites its bytes. */
  deleteMessage(stream: string, sequence: number, secure: boolean): Promise<void>;

  /** Core messages, at most once: replies and notices. */
  send(subject: string, payload: Uint8Array): void;
  receive(subject: string, handle: (payload: Uint8Array, subject: string) => void): { stop(): void };

  /** True while there is a connection to a server. */
  connected(): boolean;
  /** Sends what is buffered, then closes. */
  close(): Promise<void>;
}
