import type { ActorId } from "./ids.ts";

/** JSON as it is stored and sent: what events, messages and answers are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A fact. The wire name and version are what the log holds for years: add a version, never edit one. */
export interface Event<Type extends string = string, Version extends number = number, Data = unknown> {
  readonly type: Type;
  readonly version: Version;
  readonly data: Data;
}

/** Where a command comes from: made at the edge, copied to every message that follows from it. */
export interface Cause {
  /** The id of the command from outside that started it all. */
  readonly id: string;
  /** When that command was accepted, milliseconds since 1970. Decisions know no other clock. */
  readonly atMs: number;
}

/** What one actor asks or tells another; `message` is one of the receiver's own commands. */
export interface Message {
  readonly to: ActorId;
  readonly message: { readonly type: string };
}

/** Sets (or with `null` clears) the actor's timer of that name; when due, the actor gets `{ type: "timer", name, dueMs }`. */
export interface TimerChange {
  readonly name: string;
  readonly dueMs: number | null;
}

/** The domain refuses. `reason` is stable and becomes the problem's type; the rest explains. */
export interface Rejection<Reason extends string = string> {
  readonly reason: Reason;
  readonly detail: string;
  readonly errors?: readonly {
    readonly pointer: string;
    readonly detail: string;
    readonly [key: string]: Json;
  }[];
}

/** What the asker is told once the turn is durable. `replayed`: it had been decided before. */
export type Answer =
  | { readonly ok: true; readonly value: Json; readonly replayed?: boolean }
  | { readonly ok: false; readonly rejection: Rejection; readonly replayed?: boolean };

/**
 * How the asker of an accepted command is answered:
 * - `"view"`: with `actor.answer(state)` after this decision's events;
 * - an `Answer`: with exactly that (a replay of an earlier one);
 * - `later`: when some later decision of this actor lists that topic in `settles`.
 */
export type Reply = "view" | Answer | { readonly later: string };

export interface Accepted<E extends Event = Event> {
  readonly ok: true;
  readonly events: readonly E[];
  readonly messages?: readonly Message[];
  readonly timers?: readonly TimerChange[];
  readonly reply?: Reply;
  /** Topics whose waiting askers now get `actor.answer(state, topic)`. */
  readonly settles?: readonly string[];
}
export interface Rejected<R extends Rejection = Rejection> {
  readonly ok: false;
  readonly rejection: R;
}
/** A decision is a value: events, or a named no. */
export type Decision<E extends Event = Event, R extends Rejection = Rejection> = Accepted<E> | Rejected<R>;

/** One kind of actor: pure functions only. No I/O, clock, randomness or `await` anywhere below. */
export interface Actor<
  State,
  Command extends { readonly type: string },
  E extends Event,
  R extends Rejection,
> {
  readonly kind: string;
  /** Raised when `encode`'s shape or `evolve`'s meaning changes: older snapshots are then replayed from events. */
  readonly stateVersion: number;
  initial(key: string): State;
  evolve(state: State, event: E): State;
  decide(state: State, command: Command, cause: Cause): Decision<E, R>;
  /** What an asker is told of the state; `topic` is the one given in `later`/`settles`, if any. */
  answer(state: State, topic?: string): Answer;
  /** Actors that deciding this command will send messages to, so that they can be loaded ahead of the turn. */
  touches?(command: Command): readonly ActorId[];
  /** Joins two messages that stand next to each other in the queue into one, or returns undefined. */
  merge?(first: Command, second: Command): Command | undefined;
  encode(state: State): Json;
  decode(json: Json): State;
  /** For states that may be too large to write at once: `encode` in slices, the first one being the head. */
  encodeChunks?(state: State): Iterable<Json>;
  decodeChunks?(chunks: readonly Json[]): State;
  /**
   * True for kinds of which there are many and which mostly rest after their first turn: no snapshot is written of one until it changes
   * again, because the record of its birth holds all its events.
   */
  readonly restsAfterBirth?: boolean;
  /** Roughly how many bytes the state takes in memory. */
  sizeOf(state: State): number;
  /** Throws when an invariant is broken: a defect, never a refusal. Called after every event. */
  check?(state: State): void;
}

/** An actor whose types are erased, as the runtime holds it. */
// deno-lint-ignore no-explicit-any -- the registry is heterogeneous; each actor is checked where it is defined.
export type AnyActor = Actor<any, any, any, any>;

export function accept<E extends Event>(
  events: readonly E[] = [],
  rest: Omit<Accepted<E>, "ok" | "events"> = {},
): Accepted<E> {
  return { ok: true, events, ...rest };
}

export function reject<R extends Rejection>(rejection: R): Rejected<R> {
  return { ok: false, rejection };
}

/** The compiler proves that this line is unreachable; at run time it is a defect. */
export function never(value: never): never {
  throw new Error(`Cannot handle ${JSON.stringify(value)}: no case for it`);
}

/** States what must hold; a failure is our bug, never the caller's. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
