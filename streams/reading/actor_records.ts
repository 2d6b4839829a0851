import type { ActorId } from "../../actors/ids.ts";
import type { Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import { streamNames, type TurnRecord } from "../record.ts";
import { decodeRecord, headOf, holds } from "../record_text.ts";
import { type LogReading, scanLog } from "./scan.ts";
import type { Segment } from "./segments.ts";

/** A turn record in which something is said about an actor. */
export interface ActorRecord {
  readonly sequence: number;
  readonly hash: string;
  readonly record: TurnRecord;
}

/** What an index knows of where an actor is spoken of: all of a partition's records up to `upTo` are in it. */
export interface KnownPlaces {
  /** How far the index goes in the partition; 0 where it knows nothing. */
  upTo(partition: number): number;
  /** In order. */
  readonly places: readonly { readonly partition: number; readonly sequence: number }[];
}

export interface ActorSearch {
  readonly actor: ActorId;
  readonly segments: readonly Segment[];
  readonly known?: KnownPlaces;
  /** Told how far the search is, and of how far, where no index helps. */
  progress?(sequence: number, end: number): void;
}

/** Records read at a time, where an index says which. */
const togetherMax = 16;

/** Every record that speaks of the actor, oldest first: those that the index names are read one by one, and only what lies behind it is searched. */
export async function* recordsOfActor(broker: LogReading, search: ActorSearch): AsyncGenerator<ActorRecord> {
  const { segments, known } = search;
  let after = 0;
  for (const segment of segments) {
    const { partition, toSequence } = segment, upTo = Math.min(known?.upTo(partition) ?? 0, toSequence);
    const places = (known?.places ?? []).filter((one) =>
      one.partition === partition && one.sequence > after && one.sequence <= upTo
    );
    for (let from = 0; from < places.length; from += togetherMax) {
      const some = places.slice(from, from + togetherMax);
      yield* await Promise.all(some.map(({ sequence }) => recordAt(broker, sequence)));
    }
    yield* searched(broker, search, { partition, toSequence, after: Math.max(after, upTo) });
    after = Math.max(after, toSequence === Infinity ? upTo : toSequence);
  }
}

async function recordAt(broker: LogReading, sequence: number): Promise<ActorRecord> {
  const stored = await broker.at(streamNames.events, sequence);
  if (!stored) throw new Fault("log.lost", `Cannot read record ${sequence}: it is gone`);
  return { sequence, hash: hashOf(stored.payload), record: decodeRecord(stored) };
}

async function* searched(
  broker: LogReading,
  { actor, progress }: ActorSearch,
  { partition, toSequence, after }: Segment & { readonly after: number },
): AsyncGenerator<ActorRecord> {
  const decode = (stored: Stored) => {
    const speaks = speaksOf(stored, actor), head = speaks ? undefined : headOf(stored.payload);
    return head ? { ...head, whole: undefined } : wholeOf(stored);
  };
  const range = { partition, fromSequence: after + 1, toSequence, decode, ...(progress && { progress }) };
  for await (const { mark, record: { whole } } of scanLog(broker, range)) {
    if (whole) yield { ...mark, record: whole };
  }
}

function wholeOf(stored: Stored) {
  const whole = decodeRecord(stored);
  return { ...whole, whole };
}

/** False for a record that says nothing of the actor: an id is a string of its own wherever one does, and nothing need be parsed to see that. */
export function speaksOf({ payload }: Stored, actor: string): boolean {
  return holds(payload, JSON.stringify(actor));
}
