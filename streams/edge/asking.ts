import type { Json, Rejection } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";

/** How far a partition's log was when something was answered. */
export interface Position {
  readonly partition: number;
  /** The stream sequence of the turn record. */
  readonly sequence: number;
  /** Records of other partitions that the answer builds on, one for each. */
  readonly sources?: readonly (readonly [partition: number, sequence: number])[];
}

export interface Question {
  readonly to: ActorId;
  readonly command: { readonly type: string };
  /** Never stored in EVENTS. */
  readonly personal?: Json;
  /** How long the caller is willing to wait for the answer. */
  readonly patienceMs: number;
  /** W3C trace context. */
  readonly traceparent?: string;
}

/** What an actor answered; `json` is the value as JSON text, as most callers want it. */
export type Told =
  | { readonly ok: true; readonly json: string; readonly replayed?: boolean }
  | { readonly ok: false; readonly rejection: Rejection; readonly replayed?: boolean };

export type Asked =
  /** Decided and durable. */
  | { readonly kind: "answered"; readonly answer: Told; readonly position: Position }
  /** The actor could not decide because of a bug of ours; it is recorded, and nothing else happened. */
  | { readonly kind: "defect"; readonly position: Position }
  /** Durable, but not decided within the caller's patience. */
  | { readonly kind: "accepted" }
  /** It may or may not have been accepted; safe to repeat. */
  | { readonly kind: "in-doubt" }
  /** Not accepted: the intake is full, or too many requests wait here. */
  | { readonly kind: "overloaded"; readonly retryAfterS: number }
  /** Not accepted: there is no connection to the log. */
  | { readonly kind: "unavailable"; readonly retryAfterS: number };

/** Asks the actor, through durable intake. Never rejects for a reason that the caller could see coming. */
export type Ask = (question: Question) => Promise<Asked>;
