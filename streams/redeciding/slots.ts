import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import { Fault } from "../faults.ts";
import { initialSlot, type Slot } from "../host/turn_context.ts";
import { foldEntries } from "../host/wake.ts";
import type { Entry } from "../record.ts";

/** Actors as their events have made them, all in memory: about 2 KB each. */
export class Slots {
  readonly #slots = new Map<ActorId, Slot>();
  readonly #actorOf: (id: ActorId) => AnyActor | undefined;

  constructor(actorOf: (id: ActorId) => AnyActor | undefined) {
    this.#actorOf = actorOf;
  }

  get count(): number {
    return this.#slots.size;
  }

  /** The initial one of an actor that nothing has happened to. Only for kinds that there are. */
  readonly of = (id: ActorId): Slot => this.#slots.get(id) ?? initialSlot(this.#known(id), id);

  set(id: ActorId, slot: Slot): void {
    this.#slots.set(id, slot);
  }

  adopt(changed: ReadonlyMap<ActorId, Slot>): void {
    for (const [id, slot] of changed) this.#slots.set(id, slot);
  }

  /** Folds a record's events, in which an actor's come in order but not together. */
  fold(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#slots.set(entry.actor, foldEntries(this.#known(entry.actor), this.of(entry.actor), [entry]));
    }
  }

  #known(id: ActorId): AnyActor {
    const actor = this.#actorOf(id);
    if (actor) return actor;
    throw new Fault("record.undecodable", `Cannot fold ${id}: this code has no such kind of actor`);
  }
}
