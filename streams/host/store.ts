import type { ActorId } from "../../actors/ids.ts";
import type { AnyActor } from "../../actors/actor.ts";
import type { Entry } from "../record.ts";
import type { KnownActors } from "./known.ts";
import { initialSlot, type Slot } from "./turn_context.ts";

/** May change at any time: asked for at each use. */
export interface StoreLimits {
  readonly cacheBytesMax: number;
  /** Of those that rest since their birth: most are never asked for again, and each is garbage to be walked over. */
  readonly newbornBytesMax: number;
}

/** An actor in memory, and what is known of its snapshot; one that rests after its birth counts as saved by the record of it. */
interface Resident {
  slot: Slot;
  bytes: number;
  /** Set on every use, cleared when the hand of the clock passes: what is not used for a whole round leaves. */
  used: boolean;
  snapshotVersion: number;
  snapshotSequence: number;
  /** What of its bytes counts as dirty. */
  dirtyBytes: number;
}

/**
 * The partition's actors: a cache bounded by bytes over snapshots and the log's tail. An actor whose last change is in no snapshot of
 * its own stays (dirty), so what is not here is either new, in the tail, or whole in its snapshot.
 */
export class ActorStore {
  readonly known: KnownActors;
  /** Entries after the checkpoint of actors that were not woken since the partition opened. */
  readonly tail: Map<ActorId, Entry[]>;
  /** The stream sequence of the last snapshot or checkpoint that we know of: what is read of them must be no older. */
  savedUpTo = 0;
  /** Set from when a turn loads what it needs until its changes are adopted: nothing may leave. */
  frozen = false;
  readonly #residents = new Map<ActorId, Resident>();
  readonly #dirty = new Set<ActorId>();
  #dirtyBytes = 0;
  /** Those that rest since their birth and were not asked for again, oldest first. */
  readonly #newborn = new Set<ActorId>();
  readonly #actorOf: (id: ActorId) => AnyActor | undefined;
  readonly #limits: StoreLimits;
  #bytes = 0;
  #newbornBytes = 0;

  constructor(
    { known, tail }: { readonly known: KnownActors; readonly tail: Map<ActorId, Entry[]> },
    actorOf: (id: ActorId) => AnyActor | undefined,
    limits: StoreLimits,
  ) {
    this.known = known;
    this.tail = tail;
    this.#actorOf = actorOf;
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }
  get count(): number {
    return this.#residents.size;
  }
  /** Of actors whose last change is in no snapshot: these cannot leave. */
  get dirtyBytes(): number {
    return this.#dirtyBytes;
  }
  get dirtyCount(): number {
    return this.#dirty.size;
  }

  /** True when the actor is in memory. */
  holds(id: ActorId): boolean {
    return this.#residents.has(id);
  }

  /** The state to decide on: what is in memory, or the initial one of an actor nobody has seen. Undefined: load it first. */
  resident(id: ActorId): Slot | undefined {
    const resident = this.#residents.get(id);
    if (resident) {
      resident.used = true;
      this.#forgetBirth(id, resident);
      return resident.slot;
    }
    if (this.known.has(id)) return undefined;
    const actor = this.#actorOf(id);
    return actor && initialSlot(actor, id);
  }

  /** Takes over what the turn recorded at `sequence` changed. */
  adopt(changed: ReadonlyMap<ActorId, Slot>, sequence: number): void {
    for (const [id, slot] of changed) {
      const resident = this.#residents.get(id);
      if (resident) {
        this.#replace(id, resident, slot);
        this.#soil(id, resident);
      } else {
        this.known.add(id, sequence);
        this.#bear(id, slot);
      }
    }
  }

  /** What rests after its birth counts as saved by the record of it. */
  #bear(id: ActorId, slot: Slot): void {
    const rests = this.#actorOf(id)?.restsAfterBirth === true;
    this.put(id, slot, { version: rests ? slot.version : 0, sequence: 0 });
    if (!rests) return;
    this.#newborn.add(id);
    this.#newbornBytes += this.#residents.get(id)!.bytes;
  }

  #forgetBirth(id: ActorId, { bytes }: Resident): void {
    if (this.#newborn.delete(id)) this.#newbornBytes -= bytes;
  }

  /** Puts a woken actor in memory; of two snapshots of it the one written later is there. */
  put(id: ActorId, slot: Slot, snapshot: { version: number; sequence: number }): void {
    const before = this.#residents.get(id);
    const known = before && { version: before.snapshotVersion, sequence: before.snapshotSequence };
    this.drop(id);
    const bytes = this.#sizeOf(id, slot);
    this.#bytes += bytes;
    const later = known && known.sequence > snapshot.sequence ? known : snapshot;
    const { version: snapshotVersion, sequence: snapshotSequence } = later;
    const resident = { slot, bytes, used: true, snapshotVersion, snapshotSequence, dirtyBytes: 0 };
    this.#residents.set(id, resident);
    if (slot.version > snapshotVersion) this.#soil(id, resident);
  }

  /** Lets go of an actor. */
  drop(id: ActorId): void {
    const resident = this.#residents.get(id);
    if (!resident) return;
    this.#bytes -= resident.bytes;
    this.#forgetBirth(id, resident);
    this.#residents.delete(id);
    this.#clean(id, resident);
  }

  dirty(): ActorId[] {
    return [...this.#dirty];
  }

  /** What a snapshot of this actor would hold now; undefined when it is not in memory or its snapshot is up to date. */
  unsaved(id: ActorId): { slot: Slot; expectedSequence: number } | undefined {
    const resident = this.#residents.get(id);
    if (!resident || resident.slot.version === resident.snapshotVersion) return undefined;
    return { slot: resident.slot, expectedSequence: resident.snapshotSequence };
  }

  saved(id: ActorId, version: number, sequence: number): void {
    this.savedUpTo = Math.max(this.savedUpTo, sequence);
    const resident = this.#residents.get(id);
    if (!resident) return;
    resident.snapshotVersion = version;
    resident.snapshotSequence = sequence;
    if (resident.slot.version <= version) this.#clean(id, resident);
  }

  /** Lets go of what rests since its birth, then of what was not used lately, until the cache fits; what is dirty stays. */
  evict(): void {
    if (this.frozen) return;
    for (const id of this.#newborn) {
      if (this.#newbornBytes <= this.#limits.newbornBytesMax) break;
      this.drop(id);
    }
    let looksLeft = this.#residents.size * 2;
    for (const [id, resident] of this.#residents) {
      if (this.#bytes <= this.#limits.cacheBytesMax || looksLeft-- === 0) return;
      if (!resident.used && !this.#dirty.has(id)) {
        this.drop(id);
        continue;
      }
      resident.used = false; // To the back of the queue: deleting and setting again is how a Map is reordered.
      this.#residents.delete(id);
      this.#residents.set(id, resident);
    }
  }

  #soil(id: ActorId, resident: Resident): void {
    this.#dirty.add(id);
    this.#dirtyBytes += resident.bytes - resident.dirtyBytes;
    resident.dirtyBytes = resident.bytes;
  }

  #clean(id: ActorId, resident: Resident): void {
    this.#dirty.delete(id);
    this.#dirtyBytes -= resident.dirtyBytes;
    resident.dirtyBytes = 0;
  }

  #replace(id: ActorId, resident: Resident, slot: Slot): void {
    const bytes = this.#sizeOf(id, slot);
    this.#bytes += bytes - resident.bytes;
    resident.slot = slot;
    resident.bytes = bytes;
    resident.used = true;
  }

  #sizeOf(id: ActorId, slot: Slot): number {
    return id.length * 2 + 200 + (this.#actorOf(id)?.sizeOf(slot.state) ?? 0);
  }
}
