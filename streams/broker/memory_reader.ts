import type { Reader, Stored } from "./broker.ts";
import { Handoff } from "./handoff.ts";
import type { MemoryStream } from "./memory_stream.ts";

/** As many messages may lie ready for a reader that does not take them. */
const readyMax = 500;

export interface MemoryReading {
  /** Throws when there is no such stream. */
  readonly stream: () => MemoryStream;
  readonly subject?: string;
  readonly fromSequence: number;
  readonly connected: () => boolean;
  readonly later: (run: () => void) => void;
  /** The last sequence that whoever serves the reader has. */
  readonly servedTo: (stream: MemoryStream) => number;
  readonly stopped: () => void;
}

/** Follows a stream of the in-memory server. */
export class MemoryReader implements Reader {
  readonly #handoff = new Handoff(() => this.wake());
  readonly #reading: MemoryReading;
  #next: number;
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
    this.#reading.stopped();
    return Promise.resolve();
  }

  /** There may be something new to hand out. */
  wake(): void {
    if (this.#awake || this.#handoff.ended) return;
    this.#awake = true;
    this.#reading.later(() => {
      this.#awake = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const { stream, subject, connected, servedTo } = this.#reading;
    if (this.#handoff.ended || !connected()) return; // Woken again once there is a connection.
    try {
      this.#watch ??= stream().watch(() => this.wake());
      while (this.#handoff.messages < readyMax) {
        const message = stream().next(this.#next, subject);
        if (message === undefined || message.sequence > servedTo(stream())) return;
        this.#next = message.sequence + 1;
        this.#handoff.give(message);
      }
    } catch (error) {
      this.#handoff.fail(error);
    }
  }
}
