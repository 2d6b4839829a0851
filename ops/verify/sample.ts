import { assert } from "../../actors/actor.ts";
import { type ActorId, bucketCount, bucketOf, keyOf } from "../../actors/ids.ts";
import { actorFor } from "../../actors/registry.ts";
import type { Entry } from "../../streams/record.ts";

export interface SampleLimits {
  readonly actorsMax: number;
  readonly entriesMax: number;
  /** Of the entries as they stand in the log; in memory they take several times as much. */
  readonly charsMax: number;
}
export const sampleLimits: SampleLimits = {
  actorsMax: 20_000,
  entriesMax: 400_000,
  charsMax: 64 * 1024 * 1024,
};

/** An actor as its events make it. */
export interface FoldedActor {
  readonly state: unknown;
  readonly version: number;
}
interface Kept {
  readonly sequence: number;
  readonly entry: Entry;
}
interface KeptActor {
  readonly all: Kept[];
  chars: number;
}

/**
 * Keeps all events of all actors, as long as they fit; then of those in half the buckets, and so on. So a small system is looked at
 * whole, and a large one elsewhere each time.
 */
export class Sample {
  readonly #limits: SampleLimits;
  readonly #firstBucket: number;
  readonly #kept = new Map<ActorId, KeptActor>();
  #buckets = bucketCount;
  #entries = 0;
  #chars = 0;

  /** `chance`: at least 0, below 1: where to begin. */
  constructor(chance: number, limits: SampleLimits = sampleLimits) {
    this.#limits = limits;
    this.#firstBucket = Math.floor(chance * bucketCount);
  }

  /** `chars`: how long the entry is, about. */
  take(entry: Entry, sequence: number, chars: number): void {
    let kept = this.#kept.get(entry.actor);
    if (kept === undefined) {
      if (!this.#wants(entry.actor)) return;
      this.#kept.set(entry.actor, kept = { all: [], chars: 0 });
    }
    kept.all.push({ sequence, entry });
    kept.chars += chars;
    this.#entries++;
    this.#chars += chars;
    while (this.#overfull()) this.#halve();
  }

  get actors(): readonly ActorId[] {
    return [...this.#kept.keys()];
  }

  /** Undefined when the actor is not kept, or not any more. */
  life(actor: ActorId): Life | undefined {
    const kept = this.#kept.get(actor);
    return kept && new Life(actor, kept.all);
  }

  #wants(actor: ActorId): boolean {
    return (bucketOf(actor) - this.#firstBucket + bucketCount) % bucketCount < this.#buckets;
  }

  #overfull(): boolean {
    const { actorsMax, entriesMax, charsMax } = this.#limits;
    return this.#buckets > 0 &&
      (this.#kept.size > actorsMax || this.#entries > entriesMax || this.#chars > charsMax);
  }

  #halve(): void {
    this.#buckets = Math.floor(this.#buckets / 2);
    for (const [actor, { all, chars }] of this.#kept) {
      if (this.#wants(actor)) continue;
      this.#kept.delete(actor);
      this.#entries -= all.length;
      this.#chars -= chars;
    }
  }
}

/** All events of an actor. Asked for later and later moments, it folds each event once. */
export class Life {
  readonly #id: ActorId;
  readonly #kept: readonly Kept[];
  #folded: { readonly count: number; readonly state: unknown } | undefined;

  constructor(id: ActorId, kept: readonly Kept[]) {
    this.#id = id;
    this.#kept = kept;
  }

  /** The actor as its events in records up to `sequence` make it; undefined when it had none by then. */
  at(sequence: number): FoldedActor | undefined {
    const later = this.#kept.findIndex((kept) => kept.sequence > sequence);
    return this.#after(later < 0 ? this.#kept.length : later);
  }

  /** The actor after so many events; undefined when it has not had so many. */
  ofVersion(version: number): FoldedActor | undefined {
    return this.#kept.length < version ? undefined : this.#after(version);
  }

  #after(count: number): FoldedActor | undefined {
    if (count === 0) return undefined;
    const id = this.#id, actor = actorFor(id);
    const known = this.#folded && this.#folded.count <= count ? this.#folded : undefined;
    let state = known ? known.state : actor.initial(keyOf(id));
    for (let i = known?.count ?? 0; i < count; i++) {
      const { type, v, data } = this.#kept[i]!.entry;
      state = actor.evolve(state, { type, version: v, data });
    }
    const { version } = this.#kept[count - 1]!.entry;
    assert(version === count, `Cannot fold ${id}: an event is missing`);
    this.#folded = { count, state };
    return { state, version };
  }
}
