import type { Stored } from "./broker.ts";

/** Hands messages to one reader, at once when it waits and else in order; knows how much lies here so that the source can hold back. */
export class Handoff {
  #queue: Stored[] = [];
  #bytes = 0;
  #waiting: { resolve(result: IteratorResult<Stored>): void; reject(error: unknown): void } | undefined;
  #end: { readonly error?: unknown } | undefined;
  /** Called when something was taken. */
  readonly #taken: () => void;

  constructor(taken: () => void) {
    this.#taken = taken;
  }
  get messages(): number {
    return this.#queue.length;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get ended(): boolean {
    return this.#end !== undefined;
  }

  give(message: Stored): void {
    if (this.#end !== undefined) return;
    if (this.#waiting !== undefined) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      return resolve({ done: false, value: message });
    }
    this.#queue.push(message);
    this.#bytes += message.payload.length;
  }

  take(): Promise<IteratorResult<Stored>> {
    const message = this.#queue.shift();
    if (message !== undefined) {
      this.#bytes -= message.payload.length;
      this.#taken();
      return Promise.resolve({ done: false, value: message });
    }
    if (this.#end !== undefined) {
      return "error" in this.#end
        ? Promise.reject(this.#end.error)
        : Promise.resolve({ done: true, value: undefined });
    }
    return new Promise((resolve, reject) => this.#waiting = { resolve, reject });
  }

  /** The reader does not want more: what lies here is dropped. */
  stop(): void {
    if (this.#end !== undefined) return;
    this.#end = {};
    this.#queue = [];
    this.#bytes = 0;
    this.#waiting?.resolve({ done: true, value: undefined });
  }

  /** The source cannot go on: the reader gets what lies here, then the error. */
  fail(error: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    this.#waiting?.reject(error);
  }
}
