import { type ActorId, bucketCount, bucketOf } from "../../actors/ids.ts";
import { assert } from "../../actors/actor.ts";
import type { BucketRange, CommandMark, Dead, Mark, Pending, RecordHead, TimerRow } from "../record.ts";
import { Agenda } from "./agenda.ts";
import { foldOperation, type HeldBack, isWholeKind } from "./operation.ts";

/** What a partition remembers beside its actors. The same fold serves the turn that just became durable and the log when it is read again. */
export interface PartitionState extends HeldBack {
  /** The partition's last turn record. */
  head: Mark;
  /** The sequence of the last record on the partition's own subject: the head, unless that is still the record of the split that made it. */
  appended: number;
  turn: string;
  atMs: number;
  read: CommandMark;
  /** Everything that other partitions' records up to here say to our actors has been taken. */
  peers: Mark;
  /** The buckets that are ours. */
  range: BucketRange;
  /** The partitions that these were part of before, the nearest first: what happened until then is in their records. */
  readonly origins: readonly Origin[];
  /** Set while the last record is the one that gave buckets away: what goes with them. */
  split: GivenAway | undefined;
  /** Local messages that have not run yet, oldest first. */
  waiting: Pending[];
  readonly agenda: Agenda;
}

/** A partition that was split: its records up to this one are also the child's history. */
export interface Origin {
  readonly partition: number;
  readonly sequence: number;
  readonly atMs: number;
}

interface GivenAway {
  readonly child: number;
  readonly range: BucketRange;
  readonly waiting: readonly Pending[];
  readonly timers: readonly TimerRow[];
  readonly stopped: readonly Dead[];
  readonly paused: readonly ActorId[];
  readonly parked: readonly Pending[];
}

export const nothingRead: CommandMark = { sequence: 0, hash: "", taken: 0, of: 0 };
export const nothingYet: Mark = { sequence: 0, hash: "" };
export const allBuckets: BucketRange = [0, bucketCount];

export function emptyPartition(range: BucketRange = allBuckets): PartitionState {
  return {
    head: nothingYet,
    appended: 0,
    turn: "",
    atMs: 0,
    read: nothingRead,
    peers: nothingYet,
    range,
    origins: [],
    split: undefined,
    waiting: [],
    agenda: new Agenda(),
    stopped: new Map(),
    paused: new Set(),
    parked: [],
  };
}

export function foldRecord(state: PartitionState, record: RecordHead, mark: Mark): void {
  state.head = mark;
  state.appended = mark.sequence;
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
  for (const operation of record.operations ?? []) foldOperation(state, operation);
  state.split = record.split && giveAway(state, record.split);
}

export const ownsAll = ([from, to]: BucketRange) => to - from === bucketCount;

/** True for the actors that live in these buckets. */
export function within(range: BucketRange): (id: ActorId) => boolean {
  if (ownsAll(range)) return () => true;
  const [from, to] = range;
  return (id) => {
    const bucket = bucketOf(id);
    return from <= bucket && bucket < to;
  };
}

function giveAway(state: PartitionState, { child, range }: NonNullable<RecordHead["split"]>): GivenAway {
  const moved = within(range), { waiting, parked, agenda } = state;
  const given = {
    child,
    range,
    waiting: waiting.filter(({ to }) => moved(to)),
    timers: agenda.rows().filter(({ actor }) => moved(actor)),
    stopped: [...state.stopped.values()].filter(({ actor }) => moved(actor)),
    paused: [...state.paused].filter((target) => isWholeKind(target) || moved(target)),
    parked: parked.filter(({ to }) => moved(to)),
  };
  state.waiting = waiting.filter(({ to }) => !moved(to));
  state.parked = parked.filter(({ to }) => !moved(to));
  for (const row of given.timers) agenda.apply({ ...row, dueMs: null });
  for (const { actor } of given.stopped) state.stopped.delete(actor);
  for (const target of given.paused) if (!isWholeKind(target)) state.paused.delete(target);
  return given;
}

/** The state in which the child of a split begins: the parent's at that turn, as far as it concerns the child's buckets. */
export function childOf(parent: PartitionState, partition: number): PartitionState {
  const { split, head, turn, atMs, peers, origins } = parent;
  assert(split !== undefined, `Cannot begin a child of partition ${partition}: its last record is no split`);
  const agenda = new Agenda();
  for (const row of split.timers) agenda.apply(row);
  return {
    ...emptyPartition(split.range),
    head,
    turn,
    atMs,
    peers,
    origins: [{ partition, sequence: head.sequence, atMs }, ...origins],
    waiting: [...split.waiting],
    agenda,
    stopped: new Map(split.stopped.map((dead) => [dead.actor, dead])),
    paused: new Set(split.paused),
    parked: [...split.parked],
  };
}
