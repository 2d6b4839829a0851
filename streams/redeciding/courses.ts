import { isDeepStrictEqual } from "node:util";
import type { ActorId } from "../../actors/ids.ts";
import type { Entry } from "../record.ts";

/** An event, where it stands or would stand, and what it follows from. */
export interface Told {
  readonly entry: Entry;
  readonly partition: number;
  readonly sequence: number;
  readonly atMs: number;
  /** The id of the command or timer. */
  readonly causeId: string;
  readonly causeType?: string;
}
export type Side = "recorded" | "decided";

interface Course {
  readonly recorded: Told[];
  readonly decided: Told[];
  apart: boolean;
}

/** Where an actor's two courses part. A side is empty where it says nothing more. */
export interface Parting {
  readonly actor: ActorId;
  readonly recorded: readonly Told[];
  readonly decided: readonly Told[];
}

/** Of the events right behind the parting, so many are kept as an example. */
const examplesMax = 8;

/**
 * The events of each actor as they are recorded and as they are decided now. As long as both say the same, nothing is kept; that one
 * side is ahead of the other, because turns end elsewhere, is no difference. From the first event that differs on, an actor's courses
 * are apart, and all that follows is told of.
 */
export class Courses {
  readonly #courses = new Map<ActorId, Course>();
  readonly #apart = new Map<ActorId, { recorded: Told[]; decided: Told[] }>();
  readonly #differs: (side: Side, told: Told) => void;

  /** `differs`: told of every event, of either side, from the parting on. */
  constructor(differs: (side: Side, told: Told) => void) {
    this.#differs = differs;
  }

  take(side: Side, told: Told): void {
    const { actor } = told.entry,
      course = this.#courses.get(actor) ?? { recorded: [], decided: [], apart: false };
    this.#courses.set(actor, course);
    if (course.apart) return this.#tell(side, told);
    course[side].push(told);
    while (course.recorded.length > 0 && course.decided.length > 0) {
      if (!same(course.recorded[0]!.entry, course.decided[0]!.entry)) return this.#part(actor, course);
      course.recorded.shift();
      course.decided.shift();
    }
    if (course.recorded.length === 0 && course.decided.length === 0) this.#courses.delete(actor);
  }

  /** True while both sides have said the same, and all of it. */
  together(actor: ActorId): boolean {
    return !this.#courses.has(actor);
  }

  /** Nothing more comes: whoever said less than the other is apart. `aheadCounts` false: saying more than is recorded is no difference. */
  end(aheadCounts: boolean): void {
    for (const [actor, course] of this.#courses) {
      if (!course.apart && (course.recorded.length > 0 || aheadCounts)) this.#part(actor, course);
    }
  }

  partings(): readonly Parting[] {
    return [...this.#apart].map(([actor, sides]) => ({ actor, ...sides }));
  }

  #part(actor: ActorId, course: Course): void {
    course.apart = true;
    this.#apart.set(actor, { recorded: [], decided: [] });
    for (const side of ["recorded", "decided"] as const) {
      for (const told of course[side].splice(0)) this.#tell(side, told);
    }
  }

  #tell(side: Side, told: Told): void {
    const examples = this.#apart.get(told.entry.actor)![side];
    if (examples.length < examplesMax) examples.push(told);
    this.#differs(side, told);
  }
}

const same = (a: Entry, b: Entry) => a.type === b.type && a.v === b.v && isDeepStrictEqual(a.data, b.data);
