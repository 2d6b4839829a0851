/** What was read, good for a while; whoever asks while it is read again gets the same. A failure is not kept. */
export class Kept<T> {
  readonly #read: () => Promise<T>;
  readonly #forMs: number;
  readonly #elapsedMs: () => number;
  #held: { readonly value: T; readonly atMs: number } | undefined;
  #running: Promise<T> | undefined;

  constructor(read: () => Promise<T>, forMs: number, elapsedMs: () => number) {
    this.#read = read;
    this.#forMs = forMs;
    this.#elapsedMs = elapsedMs;
  }

  get(): Promise<T> {
    const held = this.#held;
    if (held !== undefined && this.#elapsedMs() - held.atMs < this.#forMs) return Promise.resolve(held.value);
    return this.#running ??= this.#begin();
  }

  /** What was read so far is old, and so is what is being read now. */
  forget(): void {
    this.#held = undefined;
    this.#running = undefined;
  }

  #begin(): Promise<T> {
    const running: Promise<T> = this.#read().then((value) => {
      if (this.#running === running) this.#held = { value, atMs: this.#elapsedMs() };
      return value;
    }).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    return running;
  }
}
