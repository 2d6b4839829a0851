import { Fault } from "../streams/faults.ts";
import { clearLoss } from "../streams/host/loss_told.ts";
import { restMs } from "../streams/pace.ts";
import type { TurnRecord } from "../streams/record.ts";
import type { Happened } from "../streams/record_text.ts";
import { Courses } from "./courses.ts";
import { defaultNearness, grouped, type Nearness } from "./grouped.ts";
import { keepGoing } from "./keep_going.ts";
import { LagWatch } from "./lag_watch.ts";
import { defaultPace, type Pace, pause } from "./pace.ts";
import { ProjectionGroup, type ReaderOptions } from "./projection_group.ts";
import { type ProjectionStanding, type ProjectorObserver, unwatchedProjector } from "./projector_observer.ts";
import { Resting } from "./resting.ts";
import type { StoredPosition } from "./row_store.ts";
import { expectHeld } from "./witness.ts";

export interface ProjectorOptions<Db, Tx, Read extends Happened = TurnRecord>
  extends ReaderOptions<Db, Tx, Read> {
  readonly pace?: Pace;
  readonly observer?: ProjectorObserver;
  /** Whether an operator lets the projection of this name rest. */
  readonly paused?: (name: string) => boolean;
  readonly nearness?: Nearness;
  /** One whose statements take too long is tried again after so long. */
  readonly slowRetryMs?: number;
}

const lookMs = 1_000, defaultSlowRetryMs = 60_000;

/**
 * Turns one partition's log into rows: in order, rows and position in one transaction, and never past an event that it cannot apply.
 * Projections that are near each other read together; one that is far behind reads apart until it is near, and one that is paused or
 * cannot apply a record rests, so that none of them holds up the others.
 */
export class Projector<Db, Tx, Read extends Happened = TurnRecord> {
  readonly #options: ProjectorOptions<Db, Tx, Read>;
  readonly #observer: ProjectorObserver;
  readonly #watch: LagWatch;
  readonly #resting: Resting<Db, Tx, Read>;
  readonly #stopping = new AbortController();
  #groups: readonly ProjectionGroup<Db, Tx, Read>[] = [];
  /** Ends the groups, which are made anew from where everybody stands. */
  #regroup: () => void = () => {};

  constructor(options: ProjectorOptions<Db, Tx, Read>) {
    this.#options = options;
    this.#observer = options.observer ?? unwatchedProjector;
    this.#resting = new Resting(options);
    this.#watch = new LagWatch(options.broker, options.partition, options.runtime);
  }

  /** The last record that all rows include; 0 before anything is known. */
  get sequence(): number {
    const all = [...this.#groups, ...this.#resting.all.map(({ course }) => course.position.mark)];
    return all.length === 0 ? 0 : Math.min(...all.map(({ sequence }) => sequence));
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Runs until stopped; rejects when going on is not possible or not safe. */
  async run(): Promise<void> {
    await Promise.all([this.#read().finally(() => this.stop()), this.#lookOn()]);
  }

  async #read(): Promise<void> {
    const { runtime, partition } = this.#options, { signal } = this.#stopping, observer = this.#observer;
    while (!signal.aborted) {
      const round = new AbortController(), opened = new AbortController();
      const either = AbortSignal.any([signal, round.signal]);
      this.#regroup = () => round.abort();
      await keepGoing(async () => {
        await this.#open(either);
        opened.abort();
      }, { runtime, partition, signal: AbortSignal.any([signal, opened.signal]), observer });
      if (!signal.aborted) await ended(this.#groups, either, this.#regroup);
    }
  }

  /** Reads where every projection stands, and says who reads with whom. */
  async #open(signal: AbortSignal): Promise<void> {
    const { origin, nearness = defaultNearness, broker, partition, witness = false } = this.#options;
    const opened = await Courses.open(this.#options);
    // Also of those that rest: all of them know what the log held.
    await expectHeld(this.#options, opened.all.map(({ position }) => position));
    if (witness) await clearLoss(broker, partition);
    const reading = await this.#resting.whoReads(opened);
    const groups = grouped(
      reading.map((course) => ({
        course,
        sequence: Math.max(course.position.mark.sequence, origin?.sequence ?? 0),
        isTroubled: course.unprojected !== undefined,
      })),
      nearness,
    );
    this.#groups = groups.map((members, index) =>
      this.#group(opened.only(members.map(({ course }) => course)), {
        index,
        behind: groups.length - 1,
        signal,
      })
    );
    const { early } = this.#resting;
    if (early && reading.length === 0) throw early;
  }

  #group(
    courses: Courses<Db, Tx, Read>,
    { index, behind, signal }: {
      readonly index: number;
      readonly behind: number;
      readonly signal: AbortSignal;
    },
  ): ProjectionGroup<Db, Tx, Read> {
    const { runtime, pace = defaultPace } = this.#options, isFront = index === 0;
    // Those behind share what those in front have alone.
    const share = { ...pace, shareMax: isFront ? pace.shareMax : pace.shareMax / behind };
    const group: ProjectionGroup<Db, Tx, Read> = new ProjectionGroup({
      ...this.#options,
      projections: courses.all.map(({ projection }) => projection),
      courses,
      observer: this.#observer,
      isFront,
      signal,
      look: () => {
        if (this.#resting.pauseChanged() || (!isFront && this.#isNear(group))) this.#regroup();
      },
      rest: async (workedMs) => {
        if (this.#busy()) await pause(runtime, restMs(workedMs, share), signal);
      },
      stopped: (at, isSlow) => {
        this.#resting.stop(at, isSlow ? this.#options.slowRetryMs ?? defaultSlowRetryMs : Infinity);
        this.#regroup();
      },
    });
    return group;
  }

  #isNear(group: ProjectionGroup<Db, Tx, Read>): boolean {
    const { joinMax } = this.#options.nearness ?? defaultNearness, front = this.#groups[0];
    return group.isSound && front !== undefined && group.sequence + joinMax >= front.foremost;
  }

  #busy(): boolean {
    const { pace = defaultPace } = this.#options;
    return pace.busy ? pace.busy() : this.#watch.recordsPerSecond >= pace.busyRecordsPerSecond;
  }

  async #lookOn(): Promise<void> {
    try {
      while (!this.#stopping.signal.aborted) {
        await this.#look();
        await pause(this.#options.runtime, lookMs, this.#stopping.signal);
      }
    } finally {
      this.stop();
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#watch.look();
      if (this.#resting.pauseChanged() || await this.#resting.mayOneGoOn()) this.#regroup();
    } catch (error) {
      // Who reads meets the same trouble and reports it; what was known stands until then.
      if (!(error instanceof Fault)) throw error;
    }
    if (this.#groups.length + this.#resting.all.length === 0) return;
    for (const group of this.#groups) await group.checkRows();
    this.#tell();
  }

  #tell(): void {
    const { partition } = this.#options, front = this.#groups[0];
    const applied = { sequence: front?.sequence ?? this.sequence, oldestWaitingMs: front?.oldestWaitingMs };
    const lag = this.#watch.lag(applied);
    const standing = (
      { projection, mark }: StoredPosition,
      state: ProjectionStanding["state"],
    ): ProjectionStanding => ({ projection, state, records: Math.max(0, lag.head - mark.sequence) });
    const stateOf = (group: ProjectionGroup<Db, Tx, Read>) =>
      !group.isSound ? "stopped" : group === front ? "going" : "behind";
    const going = this.#groups.flatMap((group) =>
      group.positions.map((position) => standing(position, stateOf(group)))
    );
    const resting = this.#resting.all.map(({ course, why }) => standing(course.position, why));
    this.#observer.lag({ partition, ...lag });
    this.#observer.standing({ partition, projections: [...going, ...resting] });
  }
}

/** Runs the groups until the signal: what ends one of them ends all. Throws the first thing that went wrong. */
async function ended<Db, Tx, Read extends Happened>(
  groups: readonly ProjectionGroup<Db, Tx, Read>[],
  signal: AbortSignal,
  endAll: () => void,
): Promise<void> {
  const over = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
  const ends = await Promise.allSettled([over, ...groups.map((group) => group.run().finally(endAll))]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
