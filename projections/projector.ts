import type { Broker } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import type { Partition } from "../streams/partition_map.ts";
import { type Mark, streamNames } from "../streams/record.ts";
import type { Runtime } from "../streams/runtime.ts";
import { keepGoing } from "./keep_going.ts";
import { LagWatch } from "./lag_watch.ts";
import { type FollowLimits, followLimits, LogFollower } from "./log_follower.ts";
import type { LogRecord } from "./log_record.ts";
import { defaultPace, type Pace, pause, restMs } from "./pace.ts";
import { expectReached } from "./origin.ts";
import { type Projection, schemaOf, type Write } from "./projection.ts";
import { type ProjectedBatch, type ProjectorObserver, unwatchedProjector } from "./projector_observer.ts";
import type { RowStore, StoredPosition } from "./row_store.ts";

export interface ProjectorOptions<Db, Tx> {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after" | "random">;
  readonly rows: RowStore<Db, Tx>;
  /** One behind the others (a new version, say) is brought up first; those ahead skip what they have. */
  readonly projections: readonly Projection<Db, Tx>[];
  readonly partition: number;
  /** The record of another partition behind which this one's log begins. */
  readonly origin?: Partition["origin"];
  readonly limits?: FollowLimits;
  readonly pace?: Pace;
  readonly observer?: ProjectorObserver;
}

const lookMs = 1_000;

/** One projection and how far its rows are. */
interface Course<Db, Tx> {
  readonly projection: Projection<Db, Tx>;
  position: StoredPosition;
}

/**
 * Turns one partition's log into rows: in order, rows and position in one transaction, and never past an event that it cannot apply.
 * It keeps nothing in memory that the database does not have, so whatever happens it starts again from the stored position.
 */
export class Projector<Db, Tx> {
  readonly #options: ProjectorOptions<Db, Tx>;
  readonly #observer: ProjectorObserver;
  readonly #runtime: ProjectorOptions<Db, Tx>["runtime"];
  readonly #pace: Pace;
  readonly #watch: LagWatch;
  readonly #stopping = new AbortController();
  #courses: Course<Db, Tx>[] = [];
  #waiting: readonly LogRecord[] = [];

  constructor(options: ProjectorOptions<Db, Tx>) {
    this.#options = options;
    this.#observer = options.observer ?? unwatchedProjector;
    this.#runtime = options.runtime;
    this.#pace = options.pace ?? defaultPace;
    this.#watch = new LagWatch(options.broker, options.partition, options.runtime);
  }

  /** The last record that all rows include; 0 before anything is known. */
  get sequence(): number {
    if (this.#courses.length === 0) return 0;
    return Math.min(...this.#courses.map((course) => course.position.mark.sequence));
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Runs until stopped; rejects when going on is not possible or not safe. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    const { partition } = this.#options;
    const following = keepGoing((progressed) => this.#follow(progressed), {
      runtime: this.#runtime,
      partition,
      signal,
      observer: this.#observer,
    });
    await Promise.all([following.finally(() => this.stop()), this.#lookOn()]);
  }

  async #follow(progressed: () => void): Promise<void> {
    const { broker, partition, limits, origin } = this.#options;
    const { mark, streamCreatedMs } = await this.#open();
    const from = mark.sequence === 0 && origin ? origin : mark;
    if (from === origin) await expectReached(this.#options, origin, streamCreatedMs);
    const follower = await LogFollower.open(
      broker,
      { partition, from, streamCreatedMs },
      limits ?? followLimits,
    );
    const stop = () => void follower.stop();
    this.#stopping.signal.addEventListener("abort", stop);
    try {
      if (this.#stopping.signal.aborted) return;
      for await (const batch of follower.batches()) {
        const startedMs = this.#runtime.elapsedMs();
        await this.#apply(batch);
        progressed();
        if (this.#stopping.signal.aborted) return;
        if (this.#busy()) {
          const rest = restMs(this.#runtime.elapsedMs() - startedMs, this.#pace);
          await pause(this.#runtime, rest, this.#stopping.signal);
        }
      }
    } finally {
      this.#waiting = [];
      this.#stopping.signal.removeEventListener("abort", stop);
      await follower.stop();
    }
  }

  #busy(): boolean {
    if (this.#pace.busy) return this.#pace.busy();
    return this.#watch.recordsPerSecond >= this.#pace.busyRecordsPerSecond;
  }

  /** Reads where every projection stands; answers with the position furthest behind. */
  async #open(): Promise<StoredPosition> {
    const { broker, rows, partition, projections } = this.#options;
    const { createdAtMs: streamCreatedMs } = await broker.info(streamNames.events);
    const courses: Course<Db, Tx>[] = [];
    for (const projection of projections) {
      const wanted = {
        projection: schemaOf(projection),
        partition,
        streamCreatedMs,
        shape: projection.shape,
      };
      courses.push({ projection, position: await rows.openPosition(wanted) });
    }
    const byAge = courses.map((course) => course.position).sort((a, b) => a.mark.sequence - b.mark.sequence);
    const last = byAge[0];
    if (last === undefined) throw new Error("Cannot project: no projection is given");
    this.#courses = courses;
    return last;
  }

  /** All records in one transaction; if one of them cannot be applied, those before it alone. */
  async #apply(batch: readonly LogRecord[], again = false): Promise<void> {
    this.#waiting = batch;
    try {
      await this.#observed(batch, () => this.#store(batch));
    } catch (error) {
      if (error instanceof Fault) throw error;
      await this.#stillThere(); // Rows that are not ours are no reason to blame a record.
      if (!again) return await this.#apply(batch, true);
      if (batch.length > 1) {
        for (const record of batch) await this.#apply([record]);
        throw error; // Each of them alone could be applied: it is the batch that is wrong.
      }
      const { sequence, record } = batch[0]!;
      const what = `Cannot apply record ${sequence} of partition ${record.partition}: ${messageOf(error)}`;
      throw new Fault("record.undecodable", what, error);
    }
    this.#waiting = [];
  }

  /** Throws when another projector moved a position, or a crash of the database set one back. */
  async #stillThere(): Promise<void> {
    const { rows } = this.#options;
    await rows.transact(async (tx) => {
      for (const { position } of this.#courses) await rows.movePosition(tx, position, position.mark);
    });
  }

  async #store(batch: readonly LogRecord[]): Promise<void> {
    const { rows } = this.#options;
    const writes: { course: Course<Db, Tx>; to: Mark; write: Write<Tx> }[] = [];
    for (const course of this.#courses) {
      const records = recordsAfter(course.position.mark, batch);
      const last = records.at(-1);
      if (last === undefined) continue;
      const write = await rows.read((db) => course.projection.project(records, db));
      writes.push({ course, to: { sequence: last.sequence, hash: last.hash }, write });
    }
    if (writes.length === 0) return;
    await rows.transact(async (tx) => {
      for (const { course, to } of writes) await rows.movePosition(tx, course.position, to);
      for (const { write } of writes) await write(tx);
    });
    for (const { course, to } of writes) course.position = { ...course.position, mark: to };
  }

  async #observed(batch: readonly LogRecord[], store: () => Promise<void>): Promise<void> {
    const startedAtMs = this.#runtime.nowMs();
    const started = this.#runtime.elapsedMs();
    let outcome: ProjectedBatch["outcome"] = "failed";
    try {
      await store();
      outcome = "stored";
    } catch (error) {
      if (error instanceof Fault && error.code === "projection.fenced") outcome = "fenced";
      throw error;
    } finally {
      this.#observer.batch({
        partition: this.#options.partition,
        firstSequence: batch[0]!.sequence,
        lastSequence: batch.at(-1)!.sequence,
        records: batch.length,
        events: batch.reduce((sum, { record }) => sum + record.entries.length, 0),
        bytes: batch.reduce((sum, { bytes }) => sum + bytes, 0),
        startedAtMs,
        ms: this.#runtime.elapsedMs() - started,
        outcome,
        headers: batch.map(({ headers }) => headers).filter((headers) => headers.size > 0),
      });
    }
  }

  async #lookOn(): Promise<void> {
    try {
      while (!this.#stopping.signal.aborted) {
        await this.#look();
        await pause(this.#runtime, lookMs, this.#stopping.signal);
      }
    } finally {
      this.stop();
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#watch.look();
    } catch (error) {
      // The follower meets the same trouble and reports it; the lag that was known stands until then.
      if (!(error instanceof Fault)) throw error;
    }
    if (this.#courses.length === 0) return;
    const applied = { sequence: this.sequence, oldestWaitingMs: this.#waiting[0]?.storedAtMs };
    this.#observer.lag({ partition: this.#options.partition, ...this.#watch.lag(applied) });
  }
}

/** Those after the mark; the one at the mark must be the one that was seen there. */
function recordsAfter(mark: Mark, batch: readonly LogRecord[]): readonly LogRecord[] {
  const seen = batch.find(({ sequence }) => sequence === mark.sequence);
  if (seen !== undefined && seen.hash !== mark.hash) {
    throw new Fault(
      "log.lost",
      `Cannot go on at ${mark.sequence}: the rows were made from another record there`,
    );
  }
  return batch.filter(({ sequence }) => sequence > mark.sequence);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
