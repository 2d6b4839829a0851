import type { Broker } from "../../streams/broker/broker.ts";
import { Fault } from "../../streams/faults.ts";
import { restMs } from "../../streams/pace.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { type Mark, streamNames, subjects } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { Courses } from "../courses.ts";
import type { Sql, Tx } from "../database.ts";
import { keepGoing } from "../keep_going.ts";
import { type FollowLimits, LogFollower } from "../log_follower.ts";
import type { LogRecord } from "../log_record.ts";
import { expectReached } from "../origin.ts";
import type { Pace } from "../pace.ts";
import { postgresRows } from "../postgres_rows.ts";
import type { Projection } from "../projection.ts";
import type { ProjectorObserver } from "../projector_observer.ts";
import type { StoredPosition } from "../row_store.ts";

/** What became rows: of one partition, the records behind sequence `from` up to `to`. */
export interface FilledBatch {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly records: number;
  readonly events: number;
}
/** Told while rows are built. */
export interface FillObserver extends Pick<ProjectorObserver, "interrupted"> {
  filled(batch: FilledBatch): void;
}

export interface FillOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "elapsedMs" | "after" | "random" | "sleep">;
  readonly sql: Sql;
  /** With the schema that its rows are built in. */
  readonly projection: Projection<Sql, Tx>;
  readonly partitions: readonly Partition[];
  /** Orders come first: how much of the time may be taken while they flow. */
  readonly pace: Pace & { readonly busy: () => boolean };
  readonly observer: FillObserver;
}

/** While one partition's rows are written, the next one's records are read. */
const partitionsAtOnce = 2;
/** About a tenth of a second of work at a time: orders that come meanwhile wait no longer for their turn. */
const limits: FollowLimits = { messagesMax: 256, bytesMax: 8 * 1024 * 1024, eventsMax: 2_000 };

/** Brings the rows of every partition exactly to these positions. May be stopped anywhere: the next run goes on. */
export async function fill(options: FillOptions, targets: readonly StoredPosition[]): Promise<void> {
  const waiting = [...targets].sort((one, other) => one.partition - other.partition); // Before those that were split from it.
  const stop = new AbortController();
  const work = async () => {
    for (let target = waiting.shift(); target && !stop.signal.aborted; target = waiting.shift()) {
      await fillPartition(options, target, stop.signal);
    }
  };
  const workers = Array.from({ length: partitionsAtOnce }, () =>
    work().catch((error) => {
      stop.abort();
      throw error;
    }));
  const ended = await Promise.allSettled(workers);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}

/** Again after each interruption by a log or database that does not answer. */
async function fillPartition(options: FillOptions, target: StoredPosition, stop: AbortSignal): Promise<void> {
  const { runtime, observer } = options, { partition } = target, done = new AbortController();
  await keepGoing(async (progressed) => {
    await fillOnce(options, target, () => (progressed(), stop.aborted));
    done.abort();
  }, {
    ...{ runtime, partition, signal: AbortSignal.any([done.signal, stop]) },
    observer: { interrupted: observer.interrupted, stopped: () => {} },
  });
}

async function fillOnce(options: FillOptions, target: StoredPosition, stopped: () => boolean): Promise<void> {
  const { broker, sql, projection } = options, { partition } = target, rows = postgresRows(sql);
  const courses = await Courses.open({ broker, rows, projections: [projection], partition });
  const { mark, streamCreatedMs } = courses.last;
  if (mark.sequence >= target.mark.sequence) return expectSame(mark, target);
  await expectInLog(broker, target);
  const { origin } = options.partitions.find((one) => one.partition === partition) ?? {};
  const from = mark.sequence === 0 && origin ? origin : mark;
  if (from === origin) await expectReached({ rows, projections: [projection] }, origin, streamCreatedMs);
  const follower = await LogFollower.open(broker, { partition, from, streamCreatedMs }, limits);
  try {
    for await (const batch of follower.batches()) {
      const last = await storeUpTo(options, courses, { batch, target });
      if (last.sequence === target.mark.sequence) return expectSame(last, target);
      if (stopped()) return;
    }
  } finally {
    await follower.stop();
  }
  throw new Fault("log.unavailable", `Cannot read partition ${partition} on: the log ended its answer`);
}

async function storeUpTo(
  { runtime, pace, observer }: FillOptions,
  courses: Courses<Sql, Tx>,
  { batch, target }: { readonly batch: readonly LogRecord[]; readonly target: StoredPosition },
): Promise<Mark> {
  const startedMs = runtime.elapsedMs();
  const wanted = batch.filter(({ sequence }) => sequence <= target.mark.sequence);
  const last = wanted.at(-1);
  // The record there is another partition's: this log is not the one that the rows were made from.
  if (last === undefined) throw otherLog(target);
  const from = courses.sequence;
  await stored(courses, wanted);
  const events = wanted.reduce((sum, { record }) => sum + record.entries.length, 0);
  observer.filled({ partition: target.partition, from, to: last.sequence, records: wanted.length, events });
  if (wanted.length < batch.length && last.sequence < target.mark.sequence) throw otherLog(target);
  if (pace.busy()) await runtime.sleep(restMs(runtime.elapsedMs() - startedMs, pace));
  return { sequence: last.sequence, hash: last.hash };
}

/** All at once; if that fails, one after another, so that the record to blame is named. */
async function stored(courses: Courses<Sql, Tx>, records: readonly LogRecord[]): Promise<void> {
  try {
    return await courses.store(records);
  } catch (error) {
    if (error instanceof Fault) throw error;
  }
  for (const record of records) {
    try {
      await courses.store([record]);
    } catch (error) {
      if (error instanceof Fault) throw error;
      const { sequence, record: { partition } } = record;
      const what = `Cannot apply record ${sequence} of partition ${partition}: ${messageOf(error)}`;
      throw new Fault("record.undecodable", what, error);
    }
  }
}

function expectSame(mark: Mark, target: StoredPosition): void {
  const { partition, mark: { sequence, hash } } = target;
  if (mark.sequence > sequence) {
    throw new Error(
      `Cannot compare: in partition ${partition} the rows that are read stand at ${sequence}, and those being built ` +
        `at ${mark.sequence} already; the projector must catch up first`,
    );
  }
  if (mark.hash !== hash) throw otherLog(target);
}

async function expectInLog(broker: Broker, { partition, mark }: StoredPosition): Promise<void> {
  const last = await broker.last(streamNames.events, subjects.events(partition));
  if ((last?.sequence ?? 0) >= mark.sequence) return;
  const what =
    `Cannot build rows up to ${mark.sequence} of partition ${partition}, where those that are read stand: ` +
    `the log ends at ${last?.sequence ?? 0}`;
  throw new Fault("log.lost", what);
}

function otherLog({ partition, mark: { sequence } }: StoredPosition): Fault {
  const what =
    `Cannot build rows up to ${sequence} of partition ${partition}: those that are read were made from ` +
    "another record there than this log holds";
  return new Fault("log.lost", what);
}

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error);
