import type { Stored } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import type { Partition } from "../streams/partition_map.ts";
import type { TurnRecord } from "../streams/record.ts";
import type { Happened } from "../streams/record_text.ts";
import type { Runtime } from "../streams/runtime.ts";
import { Courses, type CoursesOptions } from "./courses.ts";
import { keepGoing } from "./keep_going.ts";
import { type FollowLimits, LogFollower } from "./log_follower.ts";
import type { LogRecord } from "./log_record.ts";
import { expectReached } from "./origin.ts";
import type { ProjectedBatch, ProjectorObserver } from "./projector_observer.ts";
import { isSlow, type StoredPosition, type Unprojected } from "./row_store.ts";
import { expectHeld } from "./witness.ts";

export interface ReaderOptions<Db, Tx, Read extends Happened = TurnRecord>
  extends CoursesOptions<Db, Tx, Read> {
  /** Reads of a record what the projections need. */
  readonly decode: (stored: Stored) => Read;
  readonly runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after" | "random" | "build">;
  /** The record of another partition behind which this one's log begins. */
  readonly origin?: Partition["origin"];
  readonly limits?: FollowLimits;
  /** Tells the partition's host when the log does not hold what the rows are made of. */
  readonly witness?: boolean;
}

export interface GroupOptions<Db, Tx, Read extends Happened = TurnRecord>
  extends ReaderOptions<Db, Tx, Read> {
  readonly observer: ProjectorObserver;
  /** Its projections, where they stand. */
  readonly courses: Courses<Db, Tx, Read>;
  /** Those in front meet a record that cannot be read before anybody else: then nobody can go on. */
  readonly isFront: boolean;
  /** Ends it, between two batches. */
  readonly signal: AbortSignal;
  /** Called before and after each batch: time to end it. */
  readonly look: () => void;
  /** Rests after so much work, where others need the machine. */
  readonly rest: (workedMs: number) => Promise<void>;
  /** One of its projections cannot go on: it must be ended, and go on without it. */
  readonly stopped: (at: StoredPosition, isSlow: boolean) => void;
}

/** While nothing happens, rows that a crash of the database took away are missed after so long. */
const checkEveryMs = 5_000;

/** A batch that fails is tried so often before each projection has to show whether it can do it alone. */
const triesMax = 2;
/** What is slow now may be fast in a moment: a lock is let go, another's work is done. */
const slowTriesMax = 3;

const begunAgain: readonly string[] = [
  "database.unavailable",
  "projection.replaced",
] satisfies Fault["code"][];

/**
 * Projections of one partition that read the log together. It keeps nothing in memory that the database does not have, so whatever
 * happens it starts again from the stored positions.
 */
export class ProjectionGroup<Db, Tx, Read extends Happened = TurnRecord> {
  readonly #options: GroupOptions<Db, Tx, Read>;
  #courses: Courses<Db, Tx, Read>;
  #areFresh = true;
  #waiting: readonly LogRecord<Read>[] = [];
  #beginAgain: () => void = () => {};
  /** When it was last certain that the rows are where we left them. */
  #checkedMs = 0;

  constructor(options: GroupOptions<Db, Tx, Read>) {
    this.#options = options;
    this.#courses = options.courses;
    this.#checkedMs = options.runtime.elapsedMs();
  }

  get positions(): readonly StoredPosition[] {
    return this.#courses.all.map(({ position }) => position);
  }
  /** The last record that all its rows include. */
  get sequence(): number {
    return this.#courses.sequence;
  }
  /** The last record that any of its rows include. */
  get foremost(): number {
    return Math.max(...this.positions.map(({ mark }) => mark.sequence));
  }
  /** False while it has yet to get past a record that it could not apply. */
  get isSound(): boolean {
    return this.#courses.all.every(({ unprojected }) => unprojected === undefined);
  }
  /** When the oldest record that was read but not applied was stored, if there is one. */
  get oldestWaitingMs(): number | undefined {
    return this.#waiting[0]?.storedAtMs;
  }

  /** Runs until the signal; rejects when going on is not possible or not safe. */
  run(): Promise<void> {
    const { runtime, partition, signal, observer } = this.#options;
    return keepGoing((progressed) => this.#follow(progressed), { runtime, partition, signal, observer });
  }

  /** A crash of the database may take the last rows, and the next record may be long in coming. */
  async checkRows(): Promise<void> {
    const nowMs = this.#options.runtime.elapsedMs();
    if (nowMs - this.#checkedMs <= checkEveryMs) return;
    this.#checkedMs = nowMs;
    try {
      await this.#courses.expectThere();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // Further on than we left them: a batch of ours was faster, or another projector, which the next batch will meet.
      if (begunAgain.includes(error.code)) this.#beginAgain();
    }
  }

  async #follow(progressed: () => void): Promise<void> {
    const { broker, partition, decode, limits, origin, signal } = this.#options;
    if (!this.#areFresh) {
      this.#courses = await Courses.open(this.#options);
      await expectHeld(this.#options, this.positions);
    }
    this.#areFresh = false;
    const courses = this.#courses, { mark, streamCreatedMs } = courses.last;
    const from = mark.sequence === 0 && origin ? origin : mark;
    if (from === origin) await expectReached(this.#options, origin, streamCreatedMs);
    const follower = await LogFollower.reading(broker, { partition, from, streamCreatedMs }, decode, limits);
    const stop = this.#beginAgain = () => void follower.stop();
    signal.addEventListener("abort", stop);
    try {
      if (!signal.aborted) await this.#applyAll(follower, courses, progressed);
    } catch (error) {
      const { unreadable } = follower;
      if (this.#options.isFront || unreadable === undefined || unreadable.error !== error) throw error;
      for (const one of courses.apart()) {
        if (one.sequence < unreadable.sequence) await this.#stopBefore(unreadable, one.last);
      }
    } finally {
      this.#waiting = [];
      signal.removeEventListener("abort", stop);
      await follower.stop();
    }
  }

  async #applyAll(
    follower: LogFollower<Read>,
    courses: Courses<Db, Tx, Read>,
    progressed: () => void,
  ): Promise<void> {
    const { runtime, signal, look, rest } = this.#options;
    for await (const batch of follower.batches()) {
      look();
      if (signal.aborted) return;
      const startedMs = runtime.elapsedMs();
      this.#waiting = batch;
      await this.#apply(courses, batch);
      this.#waiting = [];
      this.#checkedMs = runtime.elapsedMs();
      progressed();
      look();
      if (signal.aborted) return;
      await rest(this.#checkedMs - startedMs);
    }
  }

  /** All records of all projections in one transaction; if that fails again and again, each projection as far as it gets. */
  async #apply(courses: Courses<Db, Tx, Read>, batch: readonly LogRecord<Read>[]): Promise<void> {
    for (let tries = 1;; tries++) {
      const failed = await this.#attempted(courses, batch);
      if (failed === undefined || (isSlow(failed.error) && this.#options.signal.aborted)) return;
      if (tries >= (isSlow(failed.error) ? slowTriesMax : triesMax)) break;
    }
    for (const one of courses.apart()) {
      const failed = await this.#applyAlone(one, batch);
      if (failed !== undefined) await this.#stopBefore(failed, one.last);
    }
  }

  /** The first record that cannot be applied, with everything before it applied. */
  async #applyAlone(
    one: Courses<Db, Tx, Read>,
    batch: readonly LogRecord<Read>[],
  ): Promise<{ readonly sequence: number; readonly error: unknown } | undefined> {
    const whole = await this.#attempted(one, batch);
    if (whole === undefined) return undefined;
    for (const record of batch) {
      if (isSlow(whole.error) && this.#options.signal.aborted) return undefined;
      const failed = await this.#attempted(one, [record]);
      if (failed !== undefined) return { sequence: record.sequence, error: failed.error };
    }
    return undefined;
  }

  /**
   * What we did wrong, and what took too long where the rows can be reached; throws what the world did, and what is no reason to blame a
   * record: rows that are not ours.
   */
  async #attempted(
    courses: Courses<Db, Tx, Read>,
    batch: readonly LogRecord<Read>[],
  ): Promise<{ readonly error: unknown } | undefined> {
    try {
      await this.#observed(batch, () => courses.store(batch));
      return undefined;
    } catch (error) {
      if (error instanceof Fault && !isSlow(error)) throw error;
      await courses.expectThere();
      return { error };
    }
  }

  async #stopBefore(
    { sequence, error }: { readonly sequence: number; readonly error: unknown },
    at: StoredPosition,
  ): Promise<void> {
    const { rows, runtime: { build }, observer, stopped } = this.#options;
    const problem = error instanceof Error ? error.message : String(error);
    const { projection, partition } = at;
    const what: Unprojected = { projection, partition, sequence, problem, build };
    await rows.noteUnprojected(what);
    stopped(at, isSlow(error));
    observer.unprojected(what);
  }

  async #observed(batch: readonly LogRecord<Read>[], store: () => Promise<void>): Promise<void> {
    const { runtime, partition, observer } = this.#options;
    const startedAtMs = runtime.nowMs(), started = runtime.elapsedMs();
    let outcome: ProjectedBatch["outcome"] = "failed";
    try {
      await store();
      outcome = "stored";
    } catch (error) {
      if (error instanceof Fault && error.code === "projection.fenced") outcome = "fenced";
      throw error;
    } finally {
      observer.batch({
        partition,
        firstSequence: batch[0]!.sequence,
        lastSequence: batch.at(-1)!.sequence,
        records: batch.length,
        events: batch.reduce((sum, { record }) => sum + record.entries.length, 0),
        bytes: batch.reduce((sum, { bytes }) => sum + bytes, 0),
        startedAtMs,
        ms: runtime.elapsedMs() - started,
        outcome,
        headers: batch.map(({ headers }) => headers).filter((headers) => headers.size > 0),
      });
    }
  }
}
