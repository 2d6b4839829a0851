import { expect } from "vitest";
import type { Accepted, Actor, Cause, Decision, Event, Message, Rejection } from "../actor.ts";

/**
 * Given / when / then for an actor:
 *
 * @example
 * given(sku, received(10), reserved("A", 4))
 *   .when(hold("B", 7))
 *   .thenNothing()
 *   .thenSends({ to: "order:B", message: refused(7, 6) });
 */
export function given<S, C extends { readonly type: string }, E extends Event, R extends Rejection>(
  actor: Actor<S, C, E, R>,
  ...events: readonly E[]
): Given<S, C, E, R> {
  return givenKey(actor, "KEY", ...events);
}

/** The same for actors to which their own key matters. */
export function givenKey<S, C extends { readonly type: string }, E extends Event, R extends Rejection>(
  actor: Actor<S, C, E, R>,
  key: string,
  ...events: readonly E[]
): Given<S, C, E, R> {
  return new Given(actor, fold(actor, actor.initial(key), events));
}

/** Evolves through what storage makes of the events, and checks the invariants after each, as the runtime does. */
export function fold<S, C extends { readonly type: string }, E extends Event, R extends Rejection>(
  actor: Actor<S, C, E, R>,
  state: S,
  events: readonly E[],
): S {
  let next = state;
  for (const event of events) {
    next = actor.evolve(next, throughJson(event));
    actor.check?.(next);
  }
  return next;
}

/** What is left of a value once it has been stored and read again. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

export const someCause: Cause = { id: "cmd_1", atMs: Date.UTC(2011, 11, 1, 8, 26) };

export class Given<S, C extends { readonly type: string }, E extends Event, R extends Rejection> {
  readonly actor: Actor<S, C, E, R>;
  readonly state: S;

  constructor(actor: Actor<S, C, E, R>, state: S) {
    this.actor = actor;
    this.state = state;
  }

  /** Commands that must be accepted before the one that is looked at. */
  after(...commands: readonly C[]): Given<S, C, E, R> {
    let next = new Given(this.actor, this.state);
    for (const command of commands) {
      const outcome = next.when(command);
      outcome.thenAccepted();
      next = new Given(this.actor, outcome.state);
    }
    return next;
  }

  when(command: C, cause: Cause = someCause): Outcome<S, C, E, R> {
    return new Outcome(this.actor, this.state, this.actor.decide(this.state, command, cause));
  }
}

type Told = { ok: boolean; value: unknown; rejection: unknown };

/** What one command led to. Every `then…` may be chained. */
export class Outcome<S, C extends { readonly type: string }, E extends Event, R extends Rejection> {
  readonly actor: Actor<S, C, E, R>;
  readonly decision: Decision<E, R>;
  /** After the decision's events. */
  readonly state: S;

  constructor(actor: Actor<S, C, E, R>, before: S, decision: Decision<E, R>) {
    this.actor = actor;
    this.decision = decision;
    this.state = decision.ok ? fold(actor, before, decision.events) : before;
  }

  get accepted(): Accepted<E> {
    if (!this.decision.ok) {
      throw new Error(`Cannot look at an accepted decision: ${JSON.stringify(this.decision.rejection)}`);
    }
    return this.decision;
  }
  get events(): readonly E[] {
    return this.accepted.events;
  }
  get messages(): readonly Message[] {
    return this.accepted.messages ?? [];
  }

  thenAccepted(): this {
    expect(this.decision).toMatchObject({ ok: true });
    return this;
  }
  /** Exactly these events, in this order. */
  thenEvents(...events: readonly E[]): this {
    expect(throughJson(this.events)).toEqual(throughJson(events));
    return this;
  }
  /** Exactly events of these types, in this order. */
  thenEventTypes(...types: readonly E["type"][]): this {
    expect(this.events.map((event) => event.type)).toEqual(types);
    return this;
  }
  /** Accepted, and nothing changes. */
  thenNothing(): this {
    return this.thenEvents();
  }
  /** Refused; the rejection has at least these members. */
  thenRejected(rejection: Partial<R> & { readonly reason: R["reason"] }): this {
    expect(this.decision).toMatchObject({ ok: false, rejection });
    return this;
  }
  /** Exactly these messages, in this order. */
  thenSends(...messages: readonly { readonly to: string; readonly message: unknown }[]): this {
    expect(throughJson(this.messages)).toEqual(throughJson(messages));
    return this;
  }
  /** The asker is told at least this, once the turn is durable. */
  thenReplies(reply: unknown): this {
    expect(throughJson({ reply: this.accepted.reply ?? null })).toMatchObject({ reply });
    return this;
  }
  /** What `answer` tells of the state now. */
  thenAnswers(answer: { readonly [Member in keyof Told]?: unknown }, topic?: string): this {
    expect(throughJson(this.actor.answer(this.state, topic))).toMatchObject(answer);
    return this;
  }
  /** Goes on from here. */
  and(): Given<S, C, E, R> {
    return new Given(this.actor, this.state);
  }
}
