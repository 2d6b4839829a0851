import type { Positions } from "./queries.ts";

/** Told of what happens to some actors, by whoever reads the log anyway. */
export interface LogListener {
  /** Asked of every entry that is read: it must be quick. */
  wants(actor: string): boolean;
  /** It happened in the record at this position; the rows come later. */
  heard(actor: string, at: Positions): void;
}

/** Between the one who reads the log and the one who listens, who is made later. */
export class LogNews implements LogListener {
  #listener: LogListener | undefined;

  listen(listener: LogListener): void {
    this.#listener = listener;
  }
  wants(actor: string): boolean {
    return this.#listener?.wants(actor) ?? false;
  }
  heard(actor: string, at: Positions): void {
    this.#listener?.heard(actor, at);
  }
}
