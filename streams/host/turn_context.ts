import type { AnyActor } from "../../actors/actor.ts";
import { type ActorId, keyOf } from "../../actors/ids.ts";
import type { Pending } from "../record.ts";
import type { PartitionState } from "./partition_state.ts";
import type { Waiters } from "./waiters.ts";

/** An actor as the runtime holds it: a state that is never changed, only replaced. */
export interface Slot {
  readonly state: unknown;
  /** How many events made it. */
  readonly version: number;
}

/** An actor to which nothing has happened. */
export const initialSlot = (actor: AnyActor, id: ActorId): Slot => ({
  state: actor.initial(keyOf(id)),
  version: 0,
});

export interface TurnLimits {
  /** Ends a turn softly: what has not run yet starts the next one. */
  readonly recordBytesMax: number;
  readonly deliveriesMax: number;
  readonly cpuMsMax: number;
}
export const turnLimits: TurnLimits = { recordBytesMax: 512 * 1024, deliveriesMax: 8192, cpuMsMax: 20 };

export interface TurnContext {
  readonly partition: number;
  readonly state: PartitionState;
  readonly limits: TurnLimits;
  readonly waiters: Waiters;
  readonly build: string;
  nowMs(): number;
  actorOf(id: ActorId): AnyActor | undefined;
  /** True when the actor lives in this partition. */
  owns(id: ActorId): boolean;
  /** The actor's durable state, its initial one when it has none, undefined when it must be loaded first. */
  resident(id: ActorId): Slot | undefined;
  /** True when deciding for this actor threw once and it has been reloaded since. */
  isSuspect(id: ActorId): boolean;
  /** Of a turn that is decided again: true where it ended, in front of what is left of its queue from `next` on. */
  endedAt?(queue: readonly Pending[], next: number): boolean;
}
