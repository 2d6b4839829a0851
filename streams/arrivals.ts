import type { Reader, Stored } from "./broker/broker.ts";

export interface BatchLimits {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

/**
 * Whatever has arrived since the last batch was taken, as one batch: under load batches grow by themselves. At most one batch waits
 * here; then the reader is left alone until it is taken.
 */
export async function* arrivals(reader: Reader, limits: BatchLimits): AsyncGenerator<readonly Stored[]> {
  const inbox = new Inbox(limits);
  const pumping = pump(reader, inbox);
  try {
    for (;;) {
      const batch = await inbox.take();
      if (batch.length === 0) break;
      yield batch;
    }
    await pumping;
  } finally {
    inbox.close();
    await reader.stop();
  }
}

async function pump(reader: Reader, inbox: Inbox): Promise<void> {
  try {
    for await (const stored of reader) {
      inbox.put(stored);
      if (inbox.full) await inbox.room();
      if (inbox.closed) return;
    }
    inbox.close();
  } catch (error) {
    inbox.fail(error);
  }
}

/** A bounded hand-over between one that puts and one that takes. */
class Inbox {
  readonly #limits: BatchLimits;
  #messages: Stored[] = [];
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;
  #wakeTaker: () => void = () => {};
  #wakePutter: () => void = () => {};
  closed = false;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get full(): boolean {
    return this.#messages.length >= this.#limits.messagesMax || this.#bytes >= this.#limits.bytesMax;
  }

  put(stored: Stored): void {
    this.#messages.push(stored);
    this.#bytes += stored.payload.byteLength;
    this.#wakeTaker();
  }

  async room(): Promise<void> {
    while (this.full && !this.closed) await new Promise<void>((resolve) => this.#wakePutter = resolve);
  }

  close(): void {
    this.closed = true;
    this.#wakeTaker();
    this.#wakePutter();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.close();
  }

  /** All that is here, once there is something; nothing when there will never be more. */
  async take(): Promise<readonly Stored[]> {
    while (this.#messages.length === 0) {
      if (this.#failure) throw this.#failure.error;
      if (this.closed) return [];
      await new Promise<void>((resolve) => this.#wakeTaker = resolve);
    }
    const batch = this.#messages;
    this.#messages = [];
    this.#bytes = 0;
    this.#wakePutter();
    return batch;
  }
}
