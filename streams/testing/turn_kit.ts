import type { AnyActor } from "../../actors/actor.ts";
import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import { emptyPartition, foldRecord } from "../host/partition_state.ts";
import { Turn } from "../host/turn.ts";
import { type Slot, type TurnContext, type TurnLimits, turnLimits } from "../host/turn_context.ts";
import { Waiters } from "../host/waiters.ts";
import type { Entry, TurnRecord } from "../record.ts";
import { toys } from "./toys.ts";

/** A partition without a log: what a turn decides is adopted at once. */
export function partition(
  limits: Partial<TurnLimits> = {},
  actors: { readonly [kind: string]: AnyActor } = toys,
) {
  const state = emptyPartition(), waiters = new Waiters(), slots = new Map<ActorId, Slot>();
  const records: TurnRecord[] = [], replies: unknown[] = [];
  const asleep = new Set<ActorId>(), suspects = new Set<ActorId>(), moved = new Set<ActorId>();
  let sequence = 0;
  const context: TurnContext = {
    partition: 0,
    state,
    waiters,
    limits: { ...turnLimits, cpuMsMax: Infinity, ...limits },
    build: "test",
    nowMs: () => 1_000,
    actorOf: (id) => actors[kindOf(id)],
    owns: (id) => !moved.has(id),
    resident: (id) =>
      asleep.has(id) ? undefined : slots.get(id) ?? { state: actors.toy!.initial(keyOf(id)), version: 0 },
    isSuspect: (id) => suspects.has(id),
  };
  const settle = (turn: Turn) => {
    if (turn.suspect) suspects.add(turn.suspect);
    if (turn.empty) return;
    const draft = turn.finish(`turn-${records.length + 1}`, 1);
    foldRecord(state, draft.head, { sequence: records.length + 1, hash: "" });
    for (const [id, slot] of turn.changed) slots.set(id, slot);
    for (const key of draft.settled) waiters.settle(key);
    for (const [key, askers] of draft.waiting) waiters.add(key, askers);
    for (const list of draft.replies.values()) replies.push(...list);
    records.push(JSON.parse(new TextDecoder().decode(draft.bytes)) as TurnRecord);
  };
  const command = (turn: Turn, to: ActorId, message: { type: string }) => {
    sequence += 1;
    const taken = turn.command(
      { id: `c${sequence}`, atMs: 5, at: [sequence, 0], to, command: message },
      { id: `c${sequence}`, edge: "e" },
      { sequence, hash: "", taken: 1, of: 1 },
    );
    if (!taken) sequence -= 1;
    return taken;
  };
  const begin = () => new Turn(context);
  /** Decides the commands one by one, in as many turns as the limits need. */
  const run = (commands: readonly [ActorId, { type: string }][]) => {
    const left = [...commands];
    for (let turns = 0; left.length > 0 || state.waiting.length > 0; turns++) {
      if (turns > 10_000) throw new Error("no end in sight");
      const turn = begin();
      while (left.length > 0 && command(turn, ...left[0]!)) left.shift();
      settle(turn);
    }
  };
  const entries = () => records.flatMap((record): readonly Entry[] => record.entries);
  return { state, records, replies, asleep, moved, slots, begin, settle, command, run, entries, context };
}
