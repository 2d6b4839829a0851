import { assert, type Event } from "../actors/actor.ts";
import { type ActorKind, keyOf, kindOf } from "../actors/ids.ts";
import type { Entry } from "../streams/record.ts";
import type { LogRecord } from "./log_record.ts";

/** An actor as far as it was folded. */
export interface Folded<State> {
  readonly state: State;
  readonly version: number;
}

/** The actor after one more event. Throws for one that this code does not know, or that is not the next. */
export function folded<State, E extends Event>(
  actor: { initial(key: string): State; evolve(state: State, event: E): State },
  before: Folded<State> | undefined,
  { actor: id, version: next, type, v, data }: Entry,
  isKnown: (type: string, v: number) => boolean,
): Folded<State> {
  const { state, version } = before ?? { state: actor.initial(keyOf(id)), version: 0 };
  assert(
    next === version + 1,
    `Cannot apply event ${next} of ${id}: its last event was ${version}`,
  );
  assert(isKnown(type, v), `Cannot read event ${next} of ${id}: ${type} version ${v} is not known`);
  return { state: actor.evolve(state, { type, version: v, data } as E), version: next };
}

/** Keys of the actors whose first event in this batch is not their first: the only ones that must be read. */
export function begunEarlier(kind: ActorKind, records: readonly LogRecord[]): string[] {
  const earlier = new Set<string>(), here = new Set<string>();
  for (const { record } of records) {
    for (const { actor, version } of record.entries) {
      if (kindOf(actor) !== kind || here.has(actor)) continue;
      here.add(actor);
      if (version > 1) earlier.add(keyOf(actor));
    }
  }
  return [...earlier];
}
