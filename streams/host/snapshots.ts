import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import type { AnyActor, Json } from "../../actors/actor.ts";
import { type BatchMessage, batchMessagesMax, type Broker, type Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { subjectToken } from "../subject_token.ts";
import type { Slot } from "./turn_context.ts";

export const snapshotLimits = {
  partBytesMax: 1024 * 1024,
  batchBytesMax: 2 * 1024 * 1024,
  ackMsMax: 10_000,
} as const;

/** A snapshot is a cache: whatever is wrong with one, the log still has it all. */
interface SnapshotHead {
  readonly format: 1;
  readonly actor: ActorId;
  /** `stateVersion` of the actor that wrote it. Another one's snapshot is not read. */
  readonly stateVersion: number;
  /** The actor's version that it includes. */
  readonly version: number;
  /** The stream sequence of the turn that it includes at least. */
  readonly turn: number;
  /** How many further messages `<subject>.1`, `<subject>.2` … belong to it. */
  readonly parts: number;
  readonly state: Json;
}
interface SnapshotPart {
  readonly version: number;
  readonly chunks: readonly Json[];
}

export interface Found {
  /** Undefined when there is a snapshot that cannot be used. */
  readonly slot: Slot | undefined;
  readonly turn: number;
  /** The stream sequence of the subject's last message: what the next write states. */
  readonly sequence: number;
}

export interface ToWrite {
  readonly id: ActorId;
  readonly slot: Slot;
  readonly expectedSequence: number;
}

export const checkpointSubject = (partition: number) => `checkpoints.${partition}`;

export function snapshotSubject(partition: number, id: ActorId): string {
  return `snapshots.${partition}.${kindOf(id)}.${subjectToken(keyOf(id))}`;
}

export interface SnapshotsToRead {
  readonly partition: number;
  /** Partitions that this one's buckets were part of before, the nearest first. */
  readonly origins?: readonly number[];
  readonly ids: readonly ActorId[];
  actorOf(id: ActorId): AnyActor | undefined;
  /** The stream sequence of the last snapshot or checkpoint that counts: a replica that does not have it is not believed. */
  readonly atLeast: number;
}

/** Reads the actors' snapshots; those that have none are not in the answer. */
export async function readSnapshots(
  broker: Broker,
  { partition, origins = [], ...asked }: SnapshotsToRead,
): Promise<Map<ActorId, Found>> {
  const found = await readOwn(broker, partition, asked);
  for (const origin of origins) {
    const ids = asked.ids.filter((id) => !found.has(id));
    // One of a partition of before is not ours to write over: ours is a new subject.
    for (const [id, one] of await readOwn(broker, origin, { ...asked, ids })) {
      found.set(id, { ...one, sequence: 0 });
    }
  }
  return found;
}

async function readOwn(
  broker: Broker,
  partition: number,
  { ids, actorOf, atLeast }: Omit<SnapshotsToRead, "partition" | "origins">,
): Promise<Map<ActorId, Found>> {
  const found = new Map<ActorId, Found>();
  if (ids.length === 0) return found;
  // There is a checkpoint by then: a replica that finds nothing at all does not say how much it knows.
  const also = atLeast > 0 ? [checkpointSubject(partition)] : [];
  const subjects = ids.map((id) => snapshotSubject(partition, id));
  const stored = await broker.lastOfMany(streamNames.snapshots, [...subjects, ...also], atLeast);
  const bySubject = new Map(stored.map((message) => [message.subject, message]));
  for (const [i, id] of ids.entries()) {
    const message = bySubject.get(subjects[i]!), actor = actorOf(id);
    if (message && actor) found.set(id, await open(broker, message, actor));
  }
  return found;
}

async function open(broker: Broker, message: Stored, actor: AnyActor): Promise<Found> {
  const { sequence } = message, unusable: Found = { slot: undefined, turn: 0, sequence };
  try {
    const head = parse(message) as SnapshotHead;
    if (head.format !== 1 || head.stateVersion !== actor.stateVersion) return unusable;
    const chunks = await readParts(broker, message, head);
    if (!chunks) return unusable;
    const state = actor.decodeChunks ? actor.decodeChunks([head.state, ...chunks]) : actor.decode(head.state);
    return { slot: { state, version: head.version }, turn: head.turn, sequence };
  } catch (error) {
    if (error instanceof Fault) throw error; // The log does not answer; whatever else is wrong, events are replayed.
    return unusable;
  }
}

/** Undefined when the parts are not all of this snapshot: a newer one is being written over it. */
async function readParts(
  broker: Broker,
  { subject, sequence }: Stored,
  head: SnapshotHead,
): Promise<Json[] | undefined> {
  if (head.parts === 0) return [];
  const subjects = Array.from({ length: head.parts }, (_, i) => `${subject}.${i + 1}`);
  const stored = await broker.lastOfMany(streamNames.snapshots, subjects, sequence + head.parts);
  const parts = new Map(stored.map((message) => [message.subject, parse(message) as SnapshotPart]));
  const ordered = subjects.map((name) => parts.get(name));
  if (ordered.some((part) => part?.version !== head.version)) return undefined;
  return ordered.flatMap((part) => part!.chunks);
}

const parse = (message: Stored): unknown => JSON.parse(new TextDecoder().decode(message.payload));

export interface Written {
  /** The sequences that the written heads have now. */
  readonly sequences: ReadonlyMap<ActorId, number>;
  readonly failed: string | undefined;
  readonly bytes: number;
}

/**
 * Writes snapshots in the background: large atomic batches, each message stating its subject's expected last sequence, so that a stale
 * host's batch is refused whole. Yields to the turn between batches.
 */
export class SnapshotWriter {
  readonly #broker: Broker;
  readonly #runtime: Runtime;
  readonly #partition: number;
  readonly #actorOf: (id: ActorId) => AnyActor | undefined;

  constructor(
    broker: Broker,
    runtime: Runtime,
    partition: number,
    actorOf: (id: ActorId) => AnyActor | undefined,
  ) {
    this.#broker = broker;
    this.#runtime = runtime;
    this.#partition = partition;
    this.#actorOf = actorOf;
  }

  async write(snapshots: Iterable<ToWrite>, turn: number): Promise<Written> {
    const sequences = new Map<ActorId, number>();
    let batch: BatchMessage[] = [], heads: [ActorId, number][] = [], bytes = 0, written = 0;
    const flush = async (): Promise<string | undefined> => {
      if (batch.length === 0) return undefined;
      const outcome = await this.#broker.publishBatch(batch, snapshotLimits.ackMsMax);
      if (outcome.kind !== "stored") return outcome.reason;
      const first = outcome.lastSequence - batch.length + 1;
      for (const [id, index] of heads) sequences.set(id, first + index);
      written += bytes;
      batch = [], heads = [], bytes = 0;
      return undefined;
    };
    for (const snapshot of snapshots) {
      const messages = await this.#messagesOf(snapshot, turn);
      const size = messages.reduce((sum, message) => sum + message.payload.length, 0);
      if (batch.length + messages.length > batchMessagesMax || bytes + size > snapshotLimits.batchBytesMax) {
        const failed = await flush();
        if (failed !== undefined) return { sequences, failed, bytes: written };
      }
      heads.push([snapshot.id, batch.length]);
      batch.push(...messages);
      bytes += size;
    }
    const failed = await flush();
    return { sequences, failed, bytes: written };
  }

  /** The head, then its parts. Cutting a large state gives way to the turn between slices. */
  async #messagesOf({ id, slot, expectedSequence }: ToWrite, turn: number): Promise<BatchMessage[]> {
    const actor = this.#actorOf(id)!, subject = snapshotSubject(this.#partition, id);
    const [state, ...rest] = actor.encodeChunks ? await this.#slices(actor.encodeChunks(slot.state)) : [
      JSON.stringify(actor.encode(slot.state)),
    ];
    const parts = packParts(rest);
    const fields = { format: 1, actor: id, stateVersion: actor.stateVersion, version: slot.version, turn };
    const head = `${JSON.stringify({ ...fields, parts: parts.length }).slice(0, -1)},"state":${state}}`;
    const encoder = new TextEncoder();
    return [
      { subject, payload: encoder.encode(head), expectedLastSubjectSequence: expectedSequence },
      ...parts.map((chunks, i) => ({
        subject: `${subject}.${i + 1}`,
        payload: encoder.encode(`{"version":${slot.version},"chunks":[${chunks.join(",")}]}`),
      })),
    ];
  }

  async #slices(chunks: Iterable<Json>): Promise<string[]> {
    const slices: string[] = [];
    for (const chunk of chunks) {
      slices.push(JSON.stringify(chunk));
      if (slices.length > 2) await this.#runtime.sleep(0); // Most states are small: no wait for those.
    }
    return slices;
  }
}

function packParts(chunks: readonly string[]): string[][] {
  const parts: string[][] = [];
  let bytes = Infinity;
  for (const chunk of chunks) {
    if (bytes + chunk.length > snapshotLimits.partBytesMax) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(chunk);
    bytes += chunk.length;
  }
  return parts;
}
