import type { ActorId } from "../../actors/ids.ts";
import { type BatchMessage, batchMessagesMax, type Broker, type Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import {
  type BucketRange,
  type CommandMark,
  type Dead,
  type Mark,
  type Pending,
  streamNames,
  type TimerRow,
} from "../record.ts";
import { KnownActors } from "./known.ts";
import { Agenda } from "./agenda.ts";
import { readPages } from "./checkpoint_pages.ts";
import { pagesOfWaiting, readWaiting } from "./checkpoint_waiting.ts";
import { checkpointSubject } from "./snapshots.ts";
import {
  allBuckets,
  emptyPartition,
  nothingYet,
  type Origin,
  type PartitionState,
} from "./partition_state.ts";

export const checkpointLimits = { timersPerPage: 5_000, knownPerPage: 32_768, ackMsMax: 30_000 } as const;

/**
 * 2: known actors have births. 3: what waits, is parked and is stopped lies in pages; written only when there is that much of it. A
 * checkpoint of another format is not used: it only saves reading the log.
 */
const checkpointFormats = [2, 3] as const;

/**
 * The partition's own state at a turn, together with the promise that every actor changed up to that turn has a snapshot that includes
 * its last change up to it, or rests: all its events up to there lie in the record of its birth (DESIGN 6). Written by compare-and-set
 * as one atomic batch with its pages.
 */
interface CheckpointHead {
  readonly format: typeof checkpointFormats[number];
  readonly partition: number;
  readonly epoch: number;
  readonly turn: string;
  readonly head: Mark;
  readonly atMs: number;
  readonly read: CommandMark;
  /** Absent in checkpoints of a build that knew one partition. */
  readonly peers?: Mark;
  readonly range?: BucketRange;
  readonly origins?: readonly Origin[];
  readonly waiting: readonly Pending[];
  readonly stopped: readonly Dead[];
  /** Absent in checkpoints of a build that knew no pausing. */
  readonly paused?: readonly ActorId[];
  readonly parked: readonly Pending[];
  /** How many pages what waits fills; then the three lists here are empty. Absent when they stand here. */
  readonly waitingPages?: number;
  /** How many timers there are; they lie in pages of `timersPerPage`. */
  readonly timers: number;
  /** How many actors ever; their fingerprints and births lie in pages of `knownPerPage`. */
  readonly known: number;
  /** When the streams were created: a stream made anew is another history. */
  readonly eventsCreatedAtMs: number;
  readonly commandsCreatedAtMs: number;
}

/** A frozen copy of what a checkpoint says, taken between two turns. */
export interface Capture extends Omit<CheckpointHead, "format" | "timers" | "known" | "waitingPages"> {
  readonly timerRows: readonly TimerRow[];
  readonly knownCount: number;
}

export interface Opened {
  readonly state: PartitionState;
  readonly known: KnownActors;
  /** How many fingerprints the checkpoint's pages hold. */
  readonly knownWritten: number;
  /** The checkpoint's own stream sequence; 0 when there is none. */
  readonly sequence: number;
  readonly eventsCreatedAtMs: number | undefined;
  readonly commandsCreatedAtMs: number | undefined;
}

/** A partition before its first record; `sequence` is that of a checkpoint that cannot be used. */
export function beginning(sequence = 0): Opened {
  return {
    state: emptyPartition(),
    known: new KnownActors(),
    knownWritten: 0,
    sequence,
    eventsCreatedAtMs: undefined,
    commandsCreatedAtMs: undefined,
  };
}

export function capture(
  partition: number,
  state: PartitionState,
  known: KnownActors,
  more: { epoch: number; eventsCreatedAtMs: number; commandsCreatedAtMs: number },
): Capture {
  const { head, turn, atMs, read, peers, range, origins, waiting, parked } = state;
  return {
    ...more,
    partition,
    head,
    turn,
    atMs,
    read,
    peers,
    range,
    origins,
    waiting: [...waiting],
    parked: [...parked],
    stopped: [...state.stopped.values()],
    paused: [...state.paused],
    timerRows: state.agenda.rows(),
    knownCount: known.count,
  };
}

export type CheckpointWritten =
  | { readonly kind: "stored"; readonly sequence: number }
  | { readonly kind: "failed"; readonly reason: string };

/** Writes the capture; refused when somebody else wrote a checkpoint since `expectedSequence`. */
export async function writeCheckpoint(
  broker: Broker,
  captured: Capture,
  known: KnownActors,
  options: { expectedSequence: number; knownWritten: number },
): Promise<CheckpointWritten> {
  const { timerRows, knownCount, ...fields } = captured, subject = checkpointSubject(captured.partition);
  const waiting = pagesOfWaiting(captured);
  const head: CheckpointHead = {
    format: 2,
    ...fields,
    ...(waiting.length > 0 &&
      { format: 3, waitingPages: waiting.length, waiting: [], parked: [], stopped: [] }),
    timers: timerRows.length,
    known: knownCount,
  };
  const pages = [
    ...waiting.map((payload, i) => ({ subject: `${subject}.waiting.${i}`, payload })),
    ...timerPages(subject, timerRows),
    ...knownPages(subject, known, options.knownWritten, knownCount),
  ];
  if (pages.length >= batchMessagesMax) return { kind: "failed", reason: `too many pages: ${pages.length}` };
  const payload = new TextEncoder().encode(JSON.stringify(head));
  const batch = [...pages, { subject, payload, expectedLastSubjectSequence: options.expectedSequence }];
  const outcome = await broker.publishBatch(batch, checkpointLimits.ackMsMax);
  return outcome.kind === "stored"
    ? { kind: "stored", sequence: outcome.lastSequence }
    : { kind: "failed", reason: outcome.reason };
}

function timerPages(subject: string, rows: readonly TimerRow[]): BatchMessage[] {
  const { timersPerPage } = checkpointLimits;
  const count = Math.ceil(rows.length / timersPerPage);
  return Array.from({ length: count }, (_, i) => ({
    subject: `${subject}.timers.${i}`,
    payload: new TextEncoder().encode(JSON.stringify(rows.slice(i * timersPerPage, (i + 1) * timersPerPage))),
  }));
}

/** Only pages with something new: a page is never rewritten with less. */
function knownPages(subject: string, known: KnownActors, written: number, count: number): BatchMessage[] {
  const { knownPerPage } = checkpointLimits;
  const pages: BatchMessage[] = [];
  for (let page = Math.floor(written / knownPerPage); page * knownPerPage < count; page++) {
    const payload = known.slice(page * knownPerPage, Math.min(count, (page + 1) * knownPerPage));
    pages.push({ subject: `${subject}.known.${page}`, payload });
  }
  return pages;
}

const readTriesMax = 10;

/** Reads the partition's checkpoint; undefined when none was ever written. */
export async function readCheckpoint(
  broker: Pick<Broker, "last">,
  partition: number,
): Promise<Opened | undefined> {
  const subject = checkpointSubject(partition);
  const last = () => broker.last(streamNames.snapshots, subject);
  let stored = await last();
  for (let tries = 0; tries < readTriesMax; tries++) {
    if (!stored) return undefined;
    const opened = await readPagesOf(broker, subject, stored);
    const after = await last();
    if (after?.sequence === stored.sequence) return opened;
    stored = after; // Another host is still writing: its pages may have taken the place of those that belong to this head.
  }
  throw new Fault("log.unavailable", `Cannot read ${subject}: it is written again and again`);
}

/** The turn that the partition's last checkpoint includes, when that was, and its own stream sequence; undefined when there is none. */
export async function checkpointedTurn(
  broker: Pick<Broker, "last">,
  partition: number,
): Promise<{ readonly head: number; readonly atMs: number; readonly sequence: number } | undefined> {
  const stored = await broker.last(streamNames.snapshots, checkpointSubject(partition));
  if (!stored) return undefined;
  const { head, atMs } = JSON.parse(new TextDecoder().decode(stored.payload)) as CheckpointHead;
  return { head: head.sequence, atMs, sequence: stored.sequence };
}

async function readPagesOf(broker: Pick<Broker, "last">, subject: string, stored: Stored): Promise<Opened> {
  const head = JSON.parse(new TextDecoder().decode(stored.payload)) as CheckpointHead;
  if (!checkpointFormats.includes(head.format)) return beginning(stored.sequence);
  const { timersPerPage, knownPerPage } = checkpointLimits;
  const agenda = new Agenda(), known = new KnownActors();
  for (const page of await readPages(broker, `${subject}.timers`, Math.ceil(head.timers / timersPerPage))) {
    for (const row of JSON.parse(new TextDecoder().decode(page)) as TimerRow[]) agenda.apply(row);
  }
  for (const page of await readPages(broker, `${subject}.known`, Math.ceil(head.known / knownPerPage))) {
    known.addPage(page);
  }
  const { sequence } = stored, { eventsCreatedAtMs, commandsCreatedAtMs } = head;
  const state = stateOf({ ...head, ...await readWaiting(broker, subject, head) }, agenda);
  return { state, known, knownWritten: known.count, sequence, eventsCreatedAtMs, commandsCreatedAtMs };
}

function stateOf(head: CheckpointHead, agenda: Agenda): PartitionState {
  return {
    head: head.head,
    appended: head.origins?.[0]?.sequence === head.head.sequence ? 0 : head.head.sequence,
    turn: head.turn,
    atMs: head.atMs,
    read: head.read,
    peers: head.peers ?? nothingYet,
    range: head.range ?? allBuckets,
    origins: head.origins ?? [],
    split: undefined,
    waiting: [...head.waiting],
    agenda,
    stopped: new Map(head.stopped.map((dead): [ActorId, Dead] => [dead.actor, dead])),
    paused: new Set(head.paused),
    parked: [...head.parked],
  };
}
