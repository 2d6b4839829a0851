import type { ActorId } from "../../actors/ids.ts";
import type { Asker } from "../record.ts";

/**
 * Askers whose command is accepted and not decided yet. Held in memory only: whoever is forgotten in a crash has been told 202 by its
 * edge, or asks again and gets the first answer.
 */
export class Waiters {
  readonly #askers = new Map<string, Asker[]>();
  readonly #waitingMax: number;
  #count = 0;

  constructor(waitingMax = 100_000) {
    this.#waitingMax = waitingMax;
  }

  static key(actor: ActorId, topic: string): string {
    return `${topic} ${actor}`;
  }

  of(key: string): readonly Asker[] {
    return this.#askers.get(key) ?? [];
  }

  /** Beyond the limit those that have waited longest are forgotten: what never settles must not crowd out what does. */
  add(key: string, askers: readonly Asker[]): void {
    this.#count += askers.length;
    this.#askers.set(key, [...this.of(key), ...askers]);
    for (const longest of this.#askers.keys()) {
      if (this.#count <= this.#waitingMax) return;
      this.settle(longest);
    }
  }

  settle(key: string): void {
    this.#count -= this.of(key).length;
    this.#askers.delete(key);
  }
}
