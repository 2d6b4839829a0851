import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import { type Delivery, pendingOf } from "../host/delivery.ts";
import type { Step } from "../host/command_order.ts";
import { decideArrived } from "../host/inbox.ts";
import type { Draft } from "../host/ledger.ts";
import { type PartitionState, within } from "../host/partition_state.ts";
import { Turn } from "../host/turn.ts";
import type { Slot } from "../host/turn_context.ts";
import type { Waiters } from "../host/waiters.ts";
import type { Pending, TurnRecord } from "../record.ts";
import type { Given, TimerFired } from "./arrivals_of.ts";

/** What a turn decides on. */
export interface Ground {
  /** The partition's, before the turn. */
  readonly state: PartitionState;
  readonly waiters: Waiters;
  actorOf(id: ActorId): AnyActor | undefined;
  slotOf(id: ActorId): Slot;
}
/** The recorded turn whose place it takes. */
export type InPlaceOf = Pick<TurnRecord, "turn" | "partition" | "epoch" | "atMs">;

export interface Decided {
  readonly draft: Draft;
  readonly changed: ReadonlyMap<ActorId, Slot>;
  /** Steps and timers that were not decided: the turn ended in front of them. */
  readonly left: number;
}

const noLimits = { recordBytesMax: Infinity, deliveriesMax: Infinity, cpuMsMax: Infinity } as const;

/**
 * Decides what a recorded turn was given, with the host's own turn and no I/O. `endsWith`: what waited when it ended; it ends there
 * again, and not because of limits that nobody knows any more. Left out: everything is decided to its end.
 */
export function decideAgain(
  ground: Ground,
  place: InPlaceOf,
  given: Given,
  endsWith?: readonly Pending[],
): Decided {
  const { state, waiters, actorOf, slotOf } = ground, { partition, atMs } = place;
  const deciding = [...given.steps.filter((step) => !("until" in step)), ...given.timers].length;
  let decided = 0;
  const endedAt = endsWith !== undefined && endsWith.length > 0
    ? (queue: readonly Pending[], next: number) => decided === deciding && isLeft(queue, next, endsWith)
    : undefined;
  const turn: Turn = new Turn({
    ...{ partition, state, waiters, actorOf, limits: noLimits, build: "decided again" },
    nowMs: () => atMs,
    owns: within(state.range),
    resident: slotOf,
    // It has nothing to be loaded anew from: what throws once is dead.
    isSuspect: () => true,
    ...(endedAt && { endedAt }),
  });
  const take = (one: Step | TimerFired) => {
    if (!("until" in one)) decided++;
    return "dueMs" in one ? turn.timer(one.actor, one.name, one.dueMs) : decideArrived(turn, [one]);
  };
  const all = [...given.steps, ...given.timers], stoppedAt = all.findIndex((one) => !take(one));
  const draft = turn.finish(place.turn, place.epoch);
  return { draft, changed: turn.changed, left: stoppedAt < 0 ? 0 : all.length - stoppedAt };
}

function isLeft(queue: readonly Pending[], next: number, wanted: readonly Pending[]): boolean {
  if (queue.length - next !== wanted.length) return false;
  return wanted.every((pending, i) => {
    const { input: _, ...found } = queue[next + i] as Delivery;
    return JSON.stringify(pendingOf({ ...found, input: 0 })) ===
      JSON.stringify(pendingOf({ ...pending, input: 0 }));
  });
}
