import type { Reader, Stored } from "./broker.ts";
import { Handoff } from "./handoff.ts";
import type { Feed } from "./memory_options.ts";
import type { MemoryStream } from "./memory_stream.ts";

/** As many messages may lie ready for a reader that does not take them. */
const readyMax = 500;

export interface MemoryReading {
  /** Throws when there is no such stream. */
  readonly stream: () => MemoryStream;
  readonly subject?: string;
  readonly fromSequence: number;
  /** Which connection there is; undefined: none. What is on its way on another one never arrives. */
  readonly connection: () => number | undefined;
  /** From the stream to the client's server. */
  readonly feed: Feed;
  /** From there to the client. */
  readonly hand: (run: () => void) => void;
  /** The last sequence that whoever serves the reader has. */
  readonly servedTo: (stream: MemoryStream) => number;
  readonly stopped: () => void;
}

/** Follows a stream of the in-memory server. */
export class MemoryReader implements Reader {
  readonly #handoff = new Handoff(() => this.wake());
  readonly #reading: MemoryReading;
  /** The first message that the client has not got. */
  #next: number;
  /** The first message that was not sent on this connection, and how many are on their way. */
  #unsent = 0;
  #underWay = 0;
  #connection: number | undefined;
  #awake = false;
  #watch: { stop(): void } | undefined;

  constructor(reading: MemoryReading) {
    this.#reading = reading;
    this.#next = reading.fromSequence;
    this.wake();
  }

  [Symbol.asyncIterator](): AsyncIterator<Stored> {
    return {
      next: () => this.#handoff.take(),
      return: async () => {
        await this.stop();
        return { done: true, value: undefined };
      },
    };
  }
  stop(): Promise<void> {
    this.#handoff.stop();
    this.#watch?.stop();
    this.#reading.feed.close();
    this.#reading.stopped();
    return Promise.resolve();
  }

  /** There may be something new to hand out. */
  wake(): void {
    if (this.#awake || this.#handoff.ended) return;
    this.#awake = true;
    this.#reading.feed.carry(() => {
      this.#awake = false;
      this.#serve();
    });
  }

  /** The server sends what is new. */
  #serve(): void {
    const { stream, connection, hand } = this.#reading, current = connection();
    if (this.#handoff.ended || current === undefined) return; // Woken again once there is a connection.
    if (current !== this.#connection) this.#begin(current);
    try {
      this.#watch ??= stream().watch(() => this.wake());
      const messages = this.#pull(stream());
      if (messages.length === 0) return;
      this.#underWay += messages.length;
      hand(() => current === connection() && this.#arrive(messages));
    } catch (error) {
      hand(() => this.#handoff.fail(error));
    }
  }
  /** Another connection: what was on its way on the last one is sent again. */
  #begin(connection: number): void {
    this.#connection = connection;
    this.#unsent = this.#next;
    this.#underWay = 0;
  }
  #pull(stream: MemoryStream): Stored[] {
    const { subject, servedTo } = this.#reading, messages: Stored[] = [];
    while (this.#handoff.messages + this.#underWay + messages.length < readyMax) {
      const message = stream.next(this.#unsent, subject);
      if (message === undefined || message.sequence > servedTo(stream)) break;
      this.#unsent = message.sequence + 1;
      messages.push(message);
    }
    return messages;
  }
  #arrive(messages: readonly Stored[]): void {
    this.#underWay -= messages.length;
    for (const message of messages) {
      this.#next = message.sequence + 1;
      this.#handoff.give(message);
    }
  }
}
