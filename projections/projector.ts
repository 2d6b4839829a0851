import { Fault } from "../streams/faults.ts";
import { restMs } from "../streams/pace.ts";
import type { Partition } from "../streams/partition_map.ts";
import type { Runtime } from "../streams/runtime.ts";
import { Courses, type CoursesOptions } from "./courses.ts";
import { keepGoing } from "./keep_going.ts";
import { LagWatch } from "./lag_watch.ts";
import { type FollowLimits, followLimits, LogFollower } from "./log_follower.ts";
import type { LogRecord } from "./log_record.ts";
import { defaultPace, type Pace, pause } from "./pace.ts";
import { expectReached } from "./origin.ts";
import { type ProjectedBatch, type ProjectorObserver, unwatchedProjector } from "./projector_observer.ts";

export interface ProjectorOptions<Db, Tx> extends CoursesOptions<Db, Tx> {
  readonly runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after" | "random">;
  /** The record of another partition behind which this one's log begins. */
  readonly origin?: Partition["origin"];
  readonly limits?: FollowLimits;
  readonly pace?: Pace;
  readonly observer?: ProjectorObserver;
}

const lookMs = 1_000;
/** While nothing happens, rows that a crash of the database took away are missed after so long. */
const checkEveryMs = 5_000;

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
  readonly #courses: Courses<Db, Tx>;
  #waiting: readonly LogRecord[] = [];
  #beginAgain: () => void = () => {};
  /** When it was last certain that the rows are where we left them. */
  #checkedMs = 0;

  constructor(options: ProjectorOptions<Db, Tx>) {
    this.#options = options;
    this.#observer = options.observer ?? unwatchedProjector;
    this.#runtime = options.runtime;
    this.#courses = new Courses(options);
    this.#pace = options.pace ?? defaultPace;
    this.#watch = new LagWatch(options.broker, options.partition, options.runtime);
  }

  /** The last record that all rows include; 0 before anything is known. */
  get sequence(): number {
    return this.#courses.sequence;
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
    const { mark, streamCreatedMs } = await this.#courses.open();
    const from = mark.sequence === 0 && origin ? origin : mark;
    if (from === origin) await expectReached(this.#options, origin, streamCreatedMs);
    const follower = await LogFollower.open(
      broker,
      { partition, from, streamCreatedMs },
      limits ?? followLimits,
    );
    const stop = this.#beginAgain = () => void follower.stop();
    this.#stopping.signal.addEventListener("abort", stop);
    try {
      if (this.#stopping.signal.aborted) return;
      for await (const batch of follower.batches()) {
        const startedMs = this.#runtime.elapsedMs();
        await this.#apply(batch);
        this.#checkedMs = this.#runtime.elapsedMs();
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

  /** All records in one transaction; if one of them cannot be applied, those before it alone. */
  async #apply(batch: readonly LogRecord[], again = false): Promise<void> {
    this.#waiting = batch;
    try {
      await this.#observed(batch, () => this.#courses.store(batch));
    } catch (error) {
      if (error instanceof Fault) throw error;
      await this.#courses.expectThere(); // Rows that are not ours are no reason to blame a record.
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

  /** A crash of the database may take the last rows, and the next record may be long in coming. */
  async #checkRows(): Promise<void> {
    this.#checkedMs = this.#runtime.elapsedMs();
    try {
      await this.#courses.expectThere();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // Further on than we left them: a batch of ours was faster, or another projector, which the next batch will meet.
      if (error.code === "database.unavailable") this.#beginAgain();
    }
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
    if (!this.#courses.opened) return;
    if (this.#runtime.elapsedMs() - this.#checkedMs > checkEveryMs) await this.#checkRows();
    const applied = { sequence: this.sequence, oldestWaitingMs: this.#waiting[0]?.storedAtMs };
    this.#observer.lag({ partition: this.#options.partition, ...this.#watch.lag(applied) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
