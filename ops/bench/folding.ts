import { actorFor } from "../../actors/registry.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { decodeEntries } from "../../streams/record_text.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import { keyOf } from "../../actors/ids.ts";

export interface FoldResult {
  readonly records: number;
  readonly events: number;
  readonly actors: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

/** Reads the whole log and folds every actor's events into its state, with no projection: what replay and *what-if* cost. */
export async function foldLog(broker: Broker): Promise<FoldResult> {
  const last = await broker.last(streamNames.events, subjects.events(0));
  if (last === undefined) throw new Error("Cannot fold the log: it is empty");
  const states = new Map<ActorId, unknown>();
  let records = 0, events = 0;
  const startedAtMs = performance.now();
  const reader = broker.read(streamNames.events, { subject: subjects.events(0), fromSequence: 1 });
  for await (const stored of reader) {
    const { entries } = decodeEntries(stored);
    for (const { actor: id, type, v, data } of entries) {
      const actor = actorFor(id);
      const state = states.get(id) ?? actor.initial(keyOf(id));
      states.set(id, actor.evolve(state, { type, version: v, data }));
    }
    records++;
    events += entries.length;
    if (stored.sequence >= last.sequence) break;
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  await reader.stop();
  return { records, events, actors: states.size, seconds, eventsPerSecond: Math.round(events / seconds) };
}
