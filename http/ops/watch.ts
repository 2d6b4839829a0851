import type { ConsoleDesk, Reading } from "./console.ts";

export interface ConsoleWatchOptions {
  readonly readEveryMs: number;
  readonly nowMs: () => number;
  readonly closing: AbortSignal | undefined;
}
type Viewer = (reading: Reading) => void;

/** One reading for all who look, every few seconds, and only while somebody does. */
export class ConsoleWatch {
  readonly #desk: Pick<ConsoleDesk, "read">;
  readonly #options: ConsoleWatchOptions;
  readonly #viewers = new Set<Viewer>();
  #running: Promise<Reading> | undefined;
  #latest: Reading | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Pick<ConsoleDesk, "read">, options: ConsoleWatchOptions) {
    this.#desk = desk;
    this.#options = options;
    options.closing?.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** The latest reading while it is young, else a new one; whoever asks meanwhile gets the same. */
  reading(): Promise<Reading> {
    const { readEveryMs, nowMs } = this.#options;
    const latest = this.#latest;
    if (latest !== undefined && nowMs() - latest.atMs < readEveryMs) return Promise.resolve(latest);
    return this.#running ??= this.#read();
  }

  /** After an act: what was read before it is old, and so is what is being read now. */
  forget(): void {
    this.#latest = undefined;
    this.#running = undefined;
  }

  #read(): Promise<Reading> {
    const running: Promise<Reading> = this.#desk.read().then((reading) => {
      if (this.#running === running) this.#latest = reading;
      return reading;
    }).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    return running;
  }

  /** Tells of every reading until it is told to stop. */
  listen(viewer: Viewer): () => void {
    this.#viewers.add(viewer);
    if (this.#viewers.size === 1) this.#plan();
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) clearTimeout(this.#timer);
    };
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#viewers.size === 0 || this.#options.closing?.aborted) return;
    this.#timer = setTimeout(() => void this.#tell(), this.#options.readEveryMs);
  }

  async #tell(): Promise<void> {
    const reading = await this.reading();
    for (const viewer of this.#viewers) viewer(reading);
    this.#plan();
  }
}
