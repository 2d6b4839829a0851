import type { ActorId } from "../../actors/ids.ts";
import { bucketCount } from "../../actors/ids.ts";
import type { BucketRange, CommandMark, Dead, Mark, Pending, RecordHead } from "../record.ts";
import { Agenda } from "./agenda.ts";

/** What a partition remembers beside its actors. The same fold serves the turn that just became durable and the log when it is read again. */
export interface PartitionState {
  /** The partition's last turn record. */
  head: Mark;
  turn: string;
  atMs: number;
  read: CommandMark;
  /** Everything that other partitions' records up to here say to our actors has been taken. */
  peers: Mark;
  /** The buckets that are ours. */
  range: BucketRange;
  /** Local messages that have not run yet, oldest first. */
  waiting: Pending[];
  readonly agenda: Agenda;
  /** Actors that could not decide something, and what it was. */
  readonly stopped: Map<ActorId, Dead>;
  /** What arrived for stopped actors since. */
  parked: Pending[];
}

export const nothingRead: CommandMark = { sequence: 0, hash: "", taken: 0, of: 0 };
export const nothingYet: Mark = { sequence: 0, hash: "" };
export const allBuckets: BucketRange = [0, bucketCount];

export function emptyPartition(range: BucketRange = allBuckets): PartitionState {
  return {
    head: nothingYet,
    turn: "",
    atMs: 0,
    read: nothingRead,
    peers: nothingYet,
    range,
    waiting: [],
    agenda: new Agenda(),
    stopped: new Map(),
    parked: [],
  };
}

export function foldRecord(state: PartitionState, record: RecordHead, mark: Mark): void {
  state.head = mark;
  state.turn = record.turn;
  state.atMs = record.atMs;
  state.read = record.read.commands;
  state.peers = record.read.peers;
  state.range = record.range;
  if (record.took > 0 || record.out.length > 0) {
    state.waiting = state.waiting.slice(record.took).concat(record.out);
  }
  for (const row of record.timers) state.agenda.apply(row);
  for (const dead of record.dead) state.stopped.set(dead.actor, dead);
  if (record.parked.length > 0) state.parked = state.parked.concat(record.parked);
}
