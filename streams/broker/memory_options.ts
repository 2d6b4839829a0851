import type { Timer } from "../runtime.ts";

/** What may go wrong with one publish, chosen by a test or a simulation. */
export type PublishFault =
  /** Stored, but the ack does not arrive. */
  | "lose-ack"
  /** Never arrives at the server. */
  | "lose-message"
  /** Stored (if it still may be) after the caller gave up on it, as a proposal that a new leader finds in its log. */
  | "delay"
  /** Answered with 10164; nothing is stored. */
  | "contended"
  /** A leader that does not know yet that it is none refuses it, naming an earlier sequence; nothing is stored. */
  | "outdated";

/**
 * One client's connection. Each direction keeps its order. What the client did not get when it was cut off is lost, and whatever is on
 * its way while the client's process stands still waits for it.
 */
export interface Wire {
  /** Towards the server. */
  up(what: string, run: () => void): void;
  /** Towards the client. */
  down(what: string, run: () => void): void;
  /** A new reader's way from its stream's leader, by its consumer, to the server that the client is connected to. */
  feed(what: string): Feed;
  /** A timer of the client's own, with which it gives up on an answer. */
  after(ms: number, run: () => void): Timer;
}

/** What one reader is sent keeps its order; what others are sent, and acks, may pass it or fall behind before they are on the wire. */
export interface Feed {
  carry(run: () => void): void;
  /** The reader has stopped. */
  close(): void;
}

export interface MemoryOptions {
  /** Milliseconds since 1970, as the server knows them. */
  readonly nowMs?: () => number;
  /** Runs a delivery or an answer of a client without a wire a little later. */
  readonly later?: (run: () => void) => void;
  /** Runs something after a time; only lost acks and delayed messages need it. */
  readonly after?: (ms: number, run: () => void) => void;
  readonly publishFault?: (subject: string, payload: Uint8Array) => PublishFault | undefined;
  /** True: this core message is lost. */
  readonly dropCore?: (subject: string) => boolean;
  readonly payloadBytesMax?: number;
  /** Has the stream's leader do something: in order, perhaps later. Left out: at once. */
  readonly lead?: (stream: string, run: () => void) => void;
  /** How many messages the replicas lag behind the leader which serve readers, or direct gets (`lastOfMany`). */
  readonly lag?: (stream: string, use: "read" | "get") => number;
}
