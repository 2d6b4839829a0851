import type { AnyActor, Event } from "../../actors/actor.ts";
import { type ActorId, keyOf } from "../../actors/ids.ts";
import { actorFor } from "../../actors/registry.ts";
import type { Audited } from "../../actors/town/audit.ts";
import type { Broker } from "../broker/broker.ts";
import { hashOf } from "../hash.ts";
import { type Entry, type Mark, streamNames, type TurnRecord } from "../record.ts";
import { decodeRecord } from "../record_text.ts";

/** What a log says happened, folded with nothing but the actors' own `evolve`; chains and versions are checked on the way. */
export interface TownOfLog extends Audited {
  readonly records: readonly { readonly sequence: number; readonly record: TurnRecord }[];
}

export async function readTown(broker: Broker): Promise<TownOfLog> {
  const { lastSequence } = await broker.info(streamNames.events);
  const records: { sequence: number; record: TurnRecord }[] = [], heads = new Map<number, Mark>();
  const origins = new Map<number, Mark>();
  const events = new Map<ActorId, Event[]>(), states = new Map<ActorId, unknown>();
  for (let sequence = 1; sequence <= lastSequence; sequence++) {
    const stored = (await broker.at(streamNames.events, sequence))!, record = decodeRecord(stored);
    const before = heads.get(record.partition) ?? origins.get(record.partition) ?? { sequence: 0, hash: "" };
    const { previous } = record;
    if (previous.sequence !== before.sequence || previous.hash !== before.hash) {
      throw new Error(`Record ${sequence} does not follow ${before.sequence}`);
    }
    const mark = { sequence, hash: hashOf(stored.payload) };
    heads.set(record.partition, mark);
    if (record.split) origins.set(record.split.child, mark);
    for (const entry of record.entries) fold(entry, events, states);
    records.push({ sequence, record });
  }
  return {
    records,
    events,
    actors: (kind) => [...states.keys()].filter((id) => id.startsWith(`${kind}:`)),
    state: <S>(actor: AnyActor, id: ActorId) => (states.get(id) ?? actor.initial(keyOf(id))) as S,
  };
}

function fold(
  { actor: id, version, type, v, data }: Entry,
  events: Map<ActorId, Event[]>,
  states: Map<ActorId, unknown>,
): void {
  const own = events.get(id) ?? [], actor = actorFor(id);
  if (version !== own.length + 1) {
    throw new Error(`${type} of ${id} has version ${version} after ${own.length}`);
  }
  const event = { type, version: v, data },
    state = actor.evolve(states.get(id) ?? actor.initial(keyOf(id)), event);
  actor.check?.(state);
  states.set(id, state);
  events.set(id, [...own, event]);
}
