import type { ActorId } from "../../actors/ids.ts";
import type { FaultCode } from "../faults.ts";

/**
 * What a host tells whoever watches it. Telemetry wraps and never weaves: the host calls these few methods and knows nothing of spans
 * or metrics. Wrap an observer in `unfailing` so that watching can never break a turn.
 */

export type AppendOutcome = "stored" | "conflict" | "contended" | "full" | "unknown";

/** A turn that has decided and is not durable yet. */
export interface TurnStart {
  readonly partition: number;
  readonly startedAtMs: number;
  /** The sampled requests that it goes on with; empty in the usual case. */
  readonly traced: readonly TracedRequest[];
}
/** What a turn decided for a request that somebody traces. */
export interface TracedRequest {
  /** The context that it goes on from. */
  readonly traceparent: string;
  /** The type of the first message, where it is not the request's command that was decided but what followed from it. */
  readonly message?: string;
}
export interface TurnSummary {
  /** The stream sequence of the record; 0 when it was not stored. */
  readonly sequence: number;
  /** When deciding ended, milliseconds since 1970. */
  readonly decidedMs: number;
  /** How long the append took, retries included. */
  readonly appendMs: number;
  /** Commands from outside. */
  readonly commands: number;
  /** Commands, messages and timers that were decided. */
  readonly deliveries: number;
  readonly entries: number;
  /** How many of them by type. */
  readonly events: ReadonlyMap<string, number>;
  readonly bytes: number;
  readonly outcome: AppendOutcome;
  /** The reason of each command from outside that was refused. */
  readonly rejections: readonly string[];
}
export interface ObservedTurn {
  /** Goes into the record's message headers: `traceHeaders.turn` and, for the requests, `traceHeaders.requests`. */
  readonly traceparent?: string;
  /**
   * One context for each of the `traced`, in their order, so that readers can go on in each request's own trace; undefined for
   * one that is malformed, and those at the end may be missing.
   */
  readonly requests?: readonly (string | undefined)[];
  /** Called once, when it is certain how the append ended. */
  end(summary: TurnSummary): void;
}

export interface HostObserver {
  startTurn(start: TurnStart): ObservedTurn;
  /** One try to append a turn record; a record in doubt takes several. */
  appendTried(what: { readonly partition: number; readonly outcome: AppendOutcome }): void;
  /** A delivery could not be decided; its actor is stopped. */
  dead(what: { readonly partition: number; readonly actor: ActorId; readonly error: string }): void;
  timerFired(what: { readonly partition: number; readonly actor: ActorId; readonly lateMs: number }): void;
  checkpoint(what: {
    readonly partition: number;
    /** The turn that the checkpoint includes. */
    readonly sequence: number;
    readonly snapshots: number;
    readonly ms: number;
    readonly outcome: "stored" | "conflict" | "failed";
    /** Why it was not stored. */
    readonly reason?: string;
  }): void;
  /** The partition answers; `tail` is how many records after the checkpoint it had to read. */
  opened(what: { readonly partition: number; readonly ms: number; readonly tail: number }): void;
  fenced(what: { readonly partition: number; readonly sequence: number }): void;
  /** A fault closed the partition, or kept it from opening; it is claimed and opened again. */
  reopening(what: { readonly partition: number; readonly code: FaultCode; readonly reason: string }): void;
  /** The partition stopped for good: trying again cannot help. */
  stopped(what: { readonly partition: number; readonly code: FaultCode; readonly reason: string }): void;
}

/** What can be read of a partition at any moment; asked for when somebody scrapes. */
export interface PartitionGauges {
  readonly partition: number;
  /** COMMANDS messages not read yet. */
  readonly commandsLag: number;
  /** How long the oldest command has waited that has arrived and is not decided; 0 when there is none. */
  readonly commandsAgeMs: number;
  /** Local messages that wait for the next turn. */
  readonly queue: number;
  readonly cacheBytes: number;
  readonly cacheActors: number;
  /** Timers past their due time that have not fired. */
  readonly timersOverdue: number;
  readonly actorsStopped: number;
  /** Actors and kinds that an operator has paused. */
  readonly paused: number;
  /** What waits for actors that are stopped or paused. */
  readonly parked: number;
}

const unobserved: ObservedTurn = { end() {} };

/** Watches nothing. */
export const unwatched: HostObserver = {
  startTurn: () => unobserved,
  appendTried() {},
  dead() {},
  timerFired() {},
  checkpoint() {},
  opened() {},
  fenced() {},
  reopening() {},
  stopped() {},
};

/** The same observer, whose failures go to `report` and never reach the turn. */
export function unfailing(observer: HostObserver, report: (error: unknown) => void): HostObserver {
  const safely = <T>(call: () => T, otherwise: T): T => {
    try {
      return call();
    } catch (error) {
      report(error);
      return otherwise;
    }
  };
  return {
    startTurn: (start) => {
      const turn = safely(() => observer.startTurn(start), unobserved);
      const { traceparent, requests } = turn;
      return { traceparent, requests, end: (summary) => safely(() => turn.end(summary), undefined) };
    },
    appendTried: (what) => safely(() => observer.appendTried(what), undefined),
    dead: (what) => safely(() => observer.dead(what), undefined),
    timerFired: (what) => safely(() => observer.timerFired(what), undefined),
    checkpoint: (what) => safely(() => observer.checkpoint(what), undefined),
    opened: (what) => safely(() => observer.opened(what), undefined),
    fenced: (what) => safely(() => observer.fenced(what), undefined),
    reopening: (what) => safely(() => observer.reopening(what), undefined),
    stopped: (what) => safely(() => observer.stopped(what), undefined),
  };
}
