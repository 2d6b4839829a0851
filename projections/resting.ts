import { Fault } from "../streams/faults.ts";
import type { Partition } from "../streams/partition_map.ts";
import type { TurnRecord } from "../streams/record.ts";
import type { Happened } from "../streams/record_text.ts";
import type { Runtime } from "../streams/runtime.ts";
import { type Course, Courses, type CoursesOptions } from "./courses.ts";
import { expectReached } from "./origin.ts";
import type { StoredPosition } from "./row_store.ts";

interface RestingOptions<Db, Tx, Read extends Happened> extends CoursesOptions<Db, Tx, Read> {
  readonly runtime: Pick<Runtime, "elapsedMs">;
  readonly origin?: Partition["origin"];
  /** Whether an operator lets the projection of this name rest. */
  readonly paused?: (name: string) => boolean;
}

/** `early`: the rows of the partition that this one was split from are not there yet. */
type Why = "paused" | "stopped" | "early";
interface Rest<Db, Tx, Read extends Happened> {
  readonly course: Course<Db, Tx, Read>;
  readonly why: Why;
}

/** Which projections of a partition do not read, why, and when they may again. */
export class Resting<Db, Tx, Read extends Happened = TurnRecord> {
  readonly #options: RestingOptions<Db, Tx, Read>;
  /** Where those stand that could not go on in this process. Another one tries them again: its code may be mended. */
  readonly #stopped = new Map<string, { readonly at: StoredPosition; readonly untilMs: number }>();
  #all: readonly Rest<Db, Tx, Read>[] = [];
  #early: Fault | undefined;

  constructor(options: RestingOptions<Db, Tx, Read>) {
    this.#options = options;
  }

  get all(): readonly Rest<Db, Tx, Read>[] {
    return this.#all;
  }
  /** Why one of them is early, when one is. */
  get early(): Fault | undefined {
    return this.#early;
  }

  /** Says who of them may read now. */
  async whoReads(courses: Courses<Db, Tx, Read>): Promise<readonly Course<Db, Tx, Read>[]> {
    const resting: Rest<Db, Tx, Read>[] = [], reading: Course<Db, Tx, Read>[] = [];
    let early: Fault | undefined;
    for (const course of courses.all) {
      let why: Why | undefined = this.#isPaused(course)
        ? "paused"
        : this.#isStopped(course)
        ? "stopped"
        : undefined;
      const fault = why === undefined ? await this.#tooEarly(course) : undefined;
      if (fault) why = "early";
      early ??= fault;
      if (why === undefined) reading.push(course);
      else resting.push({ course, why });
    }
    this.#all = resting;
    this.#early = early;
    return reading;
  }

  /** It cannot go on from here; what may mend itself is tried again after so long. */
  stop(at: StoredPosition, retryMs: number): void {
    this.#stopped.set(at.projection, { at, untilMs: this.#options.runtime.elapsedMs() + retryMs });
  }

  /** Whether an operator paused or resumed one since `whoReads`. */
  pauseChanged(): boolean {
    const { paused = () => false, projections } = this.#options;
    const resting = this.#all.filter(({ why }) => why === "paused").map(({ course }) => course.projection);
    return projections.some((one) => paused(one.name) !== resting.includes(one));
  }

  /** Whether one that cannot go on, or could not begin, may now. */
  async mayOneGoOn(): Promise<boolean> {
    const waiting = this.#all.filter(({ why }) => why !== "paused");
    if (waiting.length === 0) return false;
    const projections = waiting.map(({ course }) => course.projection);
    for (const course of (await Courses.open({ ...this.#options, projections })).all) {
      if (!this.#isStopped(course) && !await this.#tooEarly(course)) return true;
    }
    return false;
  }

  #isPaused({ projection }: Course<Db, Tx, Read>): boolean {
    return this.#options.paused?.(projection.name) ?? false;
  }

  /** Until somebody asks for it, its time is over, or its rows are others: a crash of the database took some, or they were built anew. */
  #isStopped({ position, unprojected }: Course<Db, Tx, Read>): boolean {
    const { projection, mark, generation } = position,
      { at, untilMs = 0 } = this.#stopped.get(projection) ?? {};
    const isThere = at?.mark.sequence === mark.sequence && at.generation === generation;
    const isDue = this.#options.runtime.elapsedMs() >= untilMs;
    if (isThere && !isDue && unprojected !== undefined && !unprojected.retryAsked) return true;
    this.#stopped.delete(projection);
    return false;
  }

  async #tooEarly({ projection, position }: Course<Db, Tx, Read>): Promise<Fault | undefined> {
    const { rows, origin } = this.#options;
    if (origin === undefined || position.mark.sequence > 0) return undefined;
    try {
      await expectReached({ rows, projections: [projection] }, origin, position.streamCreatedMs);
      return undefined;
    } catch (error) {
      if (error instanceof Fault && error.code === "projection.early") return error;
      throw error;
    }
  }
}
