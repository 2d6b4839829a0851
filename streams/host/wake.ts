import type { ActorId } from "../../actors/ids.ts";
import type { AnyActor } from "../../actors/actor.ts";
import type { Broker, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { type Entry, streamNames, subjects } from "../record.ts";
import { decodeEntries } from "../record_text.ts";
import type { Origin } from "./partition_state.ts";
import { type Found, readSnapshots } from "./snapshots.ts";
import type { ActorStore } from "./store.ts";
import { initialSlot, type Slot } from "./turn_context.ts";

export interface Wake {
  readonly broker: Broker;
  readonly partition: number;
  /** Where its actors' history lies that is older than the partition, the nearest first. */
  readonly origins: readonly Origin[];
  readonly store: ActorStore;
  actorOf(id: ActorId): AnyActor | undefined;
  /** The last record that counts. */
  headSequence(): number;
  /** The records that hold events of this actor, if an index of them can be asked; undefined: read the whole log. */
  recordsOf?(id: ActorId): Promise<readonly number[] | undefined>;
}

export const wakeLimits = { actorsAtOnceMax: 1_000 } as const;

/**
 * Brings actors into memory: snapshot, or the record of their birth, plus their own part of the tail; or a replay when none of these
 * will do. The turn and the checkpoint may both be waking the same actor: whoever comes second must not put back what the first has
 * gone on from.
 */
export async function wakeAll(wake: Wake, ids: readonly ActorId[]): Promise<void> {
  for (let from = 0; from < ids.length; from += wakeLimits.actorsAtOnceMax) {
    const some = ids.slice(from, from + wakeLimits.actorsAtOnceMax);
    const tails = some.map((id) => wake.store.tail.get(id));
    const found = await snapshotsOf(wake, some);
    const born = await readBirths(
      wake,
      some.filter((id, i) => !found.has(id) && tails[i]?.[0]?.version !== 1),
    );
    for (const [i, id] of some.entries()) await wakeOne(wake, id, found.get(id) ?? born.get(id), tails[i]);
  }
}

function snapshotsOf({ broker, partition, origins, actorOf, store }: Wake, ids: readonly ActorId[]) {
  const before = origins.map((origin) => origin.partition);
  return readSnapshots(broker, { partition, origins: before, ids, actorOf, atLeast: store.savedUpTo });
}

/** The actors as the records of their births left them; each record is read once. Those that have none are not in the answer. */
async function readBirths(wake: Wake, ids: readonly ActorId[]): Promise<Map<ActorId, Found>> {
  const bySequence = new Map<number, Set<ActorId>>();
  for (const id of ids) {
    const birth = wake.actorOf(id)?.restsAfterBirth ? wake.store.known.birthOf(id) : undefined;
    if (birth === undefined || birth > wake.headSequence()) continue;
    const together = bySequence.get(birth);
    if (together) together.add(id);
    else bySequence.set(birth, new Set([id]));
  }
  const found = new Map<ActorId, Found>();
  for (const [sequence, born] of bySequence) {
    const stored = await wake.broker.at(streamNames.events, sequence);
    if (!stored) throw new Fault("log.lost", `Cannot wake ${[...born][0]}: turn record ${sequence} is gone`);
    const { entries: all } = decodeEntries(stored, (actor) => born.has(actor as ActorId));
    for (const [id, entries] of byActor(all)) {
      const actor = wake.actorOf(id)!;
      const slot = foldEntries(actor, initialSlot(actor, id), entries);
      found.set(id, { slot, turn: sequence, sequence: 0 });
    }
  }
  return found;
}

function byActor(entries: readonly Entry[]): Map<ActorId, Entry[]> {
  const sorted = new Map<ActorId, Entry[]>();
  for (const entry of entries) {
    const own = sorted.get(entry.actor);
    if (own) own.push(entry);
    else sorted.set(entry.actor, [entry]);
  }
  return sorted;
}

async function wakeOne(wake: Wake, id: ActorId, found: Found | undefined, tail?: Entry[]): Promise<void> {
  const actor = wake.actorOf(id);
  if (!actor) throw new Fault("record.undecodable", `Cannot wake ${id}: no such kind of actor`);
  const base = found?.slot ?? initialSlot(actor, id);
  const entries = (tail ?? []).filter((entry) => entry.version > base.version);
  const whole = found?.slot !== undefined || entries[0]?.version === 1;
  const slot = whole && isNext(base, entries[0])
    ? foldEntries(actor, base, entries)
    : await replay(wake, actor, id, initialSlot(actor, id), wake.store.known.birthOf(id) ?? 1);
  if (wake.store.holds(id)) return;
  // Woken, saved and let go since we looked: what we read is older than that.
  if (wake.store.tail.get(id) !== tail) return await wakeAll(wake, [id]);
  wake.store.put(id, slot, { version: found?.slot?.version ?? 0, sequence: found?.sequence ?? 0 });
  wake.store.tail.delete(id);
}

const isNext = (slot: Slot, entry: Entry | undefined) =>
  entry === undefined || entry.version === slot.version + 1;

/**
 * Builds one actor anew from what is durable, whatever memory says: after its decision threw. Until then the old one stays, because a
 * checkpoint that is being written promises to save what is in memory.
 */
export async function reload(wake: Wake, id: ActorId): Promise<void> {
  const actor = wake.actorOf(id);
  if (!actor) return;
  const found = (await snapshotsOf(wake, [id])).get(id);
  const base = found?.slot ?? initialSlot(actor, id);
  const from = found?.slot ? found.turn + 1 : wake.store.known.birthOf(id) ?? 1;
  const slot = await replay(wake, actor, id, base, from);
  wake.store.tail.delete(id);
  if (slot.version === 0) return;
  wake.store.put(id, slot, { version: found?.slot?.version ?? 0, sequence: found?.sequence ?? 0 });
}

/** Folds the actor's events from the log's records `fromSequence` … head. */
async function replay(
  wake: Wake,
  actor: AnyActor,
  id: ActorId,
  base: Slot,
  fromSequence: number,
): Promise<Slot> {
  const head = wake.headSequence();
  const only = await wake.recordsOf?.(id);
  let slot = base;
  if (fromSequence > head) return slot;
  const fold = (stored: Stored) => {
    const { entries } = decodeEntries(stored, (found) => found === id);
    slot = foldEntries(actor, slot, entries.filter(({ version }) => version > slot.version));
  };
  if (only) {
    for (const sequence of only.filter((sequence) => sequence >= fromSequence && sequence <= head)) {
      const stored = await wake.broker.at(streamNames.events, sequence);
      if (!stored) throw new Fault("log.lost", `Cannot replay ${id}: turn record ${sequence} is gone`);
      fold(stored);
    }
    return slot;
  }
  for (const { partition, sequence } of [...wake.origins].reverse()) {
    await readRecords(wake.broker, { partition, fromSequence, toSequence: sequence }, fold);
  }
  const begun = head !== wake.origins[0]?.sequence;
  if (begun) {
    await readRecords(wake.broker, { partition: wake.partition, fromSequence, toSequence: head }, fold);
  }
  return slot;
}

/** Hands out the partition's records of a range whose last one is there. */
async function readRecords(
  broker: Broker,
  { partition, fromSequence, toSequence }: { partition: number; fromSequence: number; toSequence: number },
  take: (stored: Stored) => void,
): Promise<void> {
  if (fromSequence > toSequence) return;
  const subject = subjects.events(partition);
  for await (const stored of broker.read(streamNames.events, { subject, fromSequence })) {
    if (stored.sequence <= toSequence) take(stored);
    if (stored.sequence >= toSequence) return;
  }
  throw new Fault("log.unavailable", `Cannot replay: reading the log ended before record ${toSequence}`);
}

export function foldEntries(actor: AnyActor, base: Slot, entries: readonly Entry[]): Slot {
  let { state, version } = base;
  for (const { actor: id, version: next, type, v, data } of entries) {
    if (next !== version + 1) {
      throw new Fault("log.lost", `Cannot fold ${id}: version ${next} follows ${version}`);
    }
    try {
      state = actor.evolve(state, { type, version: v, data });
    } catch (error) {
      throw new Fault("record.undecodable", `Cannot fold ${id}: ${type}/${v}, its version ${next}`, error);
    }
    version = next;
  }
  return { state, version };
}
