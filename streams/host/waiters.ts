import type { ActorId } from "../../actors/ids.ts";
import type { Asker } from "../record.ts";

/**
 * Askers whose command is accepted and not decided yet. Held in memory only: whoever is forgotten in a crash has been told 202 by its
 * edge, or asks again and gets the first answer.
 */
export class Waiters {
  readonly #askers = new Map<string, Asker[]>();
  /** What was heard of other partitions by actors that somebody waits for: the last record of each. */
  readonly #sources = new Map<ActorId, Map<number, number>>();
  readonly #waitingMax: number;
  #count = 0;

  constructor(waitingMax = 100_000) {
    this.#waitingMax = waitingMax;
  }

  static key(actor: ActorId, topic: string): string {
    return `${topic}\n${actor}`;
  }

  /** Notes that the actor heard something from that record, if somebody waits for it. */
  heard(actor: ActorId, partition: number, sequence: number): void {
    this.#sources.get(actor)?.set(partition, sequence);
  }

  /** The records that an answer under this key builds on. */
  sourcesOf(key: string): ReadonlyMap<number, number> {
    return this.#sources.get(actorOf(key)) ?? new Map();
  }

  of(key: string): readonly Asker[] {
    return this.#askers.get(key) ?? [];
  }

  /** Beyond the limit those that have waited longest are forgotten: what never settles must not crowd out what does. */
  add(key: string, askers: readonly Asker[]): void {
    this.#count += askers.length;
    this.#askers.set(key, [...this.of(key), ...askers]);
    const actor = actorOf(key);
    if (!this.#sources.has(actor)) this.#sources.set(actor, new Map());
    for (const longest of this.#askers.keys()) {
      if (this.#count <= this.#waitingMax) return;
      this.settle(longest);
    }
  }

  settle(key: string): void {
    this.#count -= this.of(key).length;
    this.#askers.delete(key);
    this.#sources.delete(actorOf(key));
  }
}

const actorOf = (key: string) => key.slice(key.indexOf("\n") + 1) as ActorId;
