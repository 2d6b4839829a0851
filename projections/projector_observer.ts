import type { FaultCode } from "../streams/faults.ts";
import type { Lag } from "./lag_watch.ts";

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

/** What a projector tells whoever watches it. It knows nothing of spans or metrics; its methods must not throw. */
export interface ProjectorObserver {
  batch(batch: ProjectedBatch): void;
  /** About once a second. */
  lag(lag: Lag & { readonly partition: number }): void;
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
  interrupted() {},
  stopped() {},
};
