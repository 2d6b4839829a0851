import type { FaultCode } from "../streams/faults.ts";
import type { Lag } from "./lag_watch.ts";
import type { Unprojected } from "./row_store.ts";

/** A transaction that wrote rows, or should have. */
export interface ProjectedBatch {
  readonly partition: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly records: number;
  readonly events: number;
  readonly bytes: number;
  readonly startedAtMs: number;
  readonly ms: number;
  readonly outcome: "stored" | "fenced" | "failed";
  /** The message headers of its records, with the trace contexts of the turns. */
  readonly headers: readonly ReadonlyMap<string, string>[];
}

/**
 * How one projection is in one partition. `behind`: it reads the log apart from those in front, until it is near them. `stopped`: it has
 * yet to get past a record that it could not apply, whether it rests or is tried again.
 */
export interface ProjectionStanding {
  /** The name of its position. */
  readonly projection: string;
  readonly state: "going" | "behind" | "paused" | "stopped" | "early";
  /** Turn records that its rows do not hold yet: at most so many. */
  readonly records: number;
}

/** What a projector tells whoever watches it. It knows nothing of spans or metrics; its methods must not throw. */
export interface ProjectorObserver {
  batch(batch: ProjectedBatch): void;
  /** About once a second: how far those in front are, whom nobody holds up. */
  lag(lag: Lag & { readonly partition: number }): void;
  /** About once a second: each of them. */
  standing(of: { readonly partition: number; readonly projections: readonly ProjectionStanding[] }): void;
  /** One projection cannot apply a record; it stands before it, and the others go on. */
  unprojected(what: Unprojected): void;
  /** The log or the database does not answer; tried again after `retryMs`. */
  interrupted(what: {
    readonly partition: number;
    readonly code: FaultCode;
    readonly reason: string;
    readonly retryMs: number;
  }): void;
  /** Trying again cannot help. */
  stopped(
    what: { readonly partition: number; readonly code: FaultCode | "defect"; readonly reason: string },
  ): void;
}

export const unwatchedProjector: ProjectorObserver = {
  batch() {},
  lag() {},
  standing() {},
  unprojected() {},
  interrupted() {},
  stopped() {},
};
