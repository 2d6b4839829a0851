import type { Answer, AnyActor, Cause, Event, Message, Reply } from "../actor.ts";
import { type ActorId, keyOf, kindOf } from "../ids.ts";
import { someCause, throughJson } from "./given.ts";

/** A command and a message alike: what the actor of that kind decides about. */
type AnyCommand = { readonly type: string };
interface Delivery {
  readonly to: ActorId;
  readonly message: AnyCommand;
}

/**
 * Several kinds of actors talking to each other, as in one turn of a partition: first in, first out, neighbours merged, state and
 * invariants checked after each event. Everything passes through JSON, as it will in the log.
 */
export class World {
  readonly states = new Map<ActorId, unknown>();
  readonly history: { readonly actor: ActorId; readonly event: Event }[] = [];
  readonly #kinds: ReadonlyMap<string, AnyActor>;
  readonly #queue: Delivery[] = [];
  readonly #waiting = new Map<string, ((answer: Answer) => void)[]>();

  constructor(...kinds: readonly AnyActor[]) {
    this.#kinds = new Map(kinds.map((actor) => [actor.kind, actor]));
  }

  /** Decides a command and all that follows from it. Undefined: nothing was answered. */
  send(to: ActorId, message: AnyCommand, cause: Cause = someCause): Answer | undefined {
    const answers = this.open(to, message, cause);
    this.run(cause);
    return answers[0];
  }

  /** Decides only the command; its messages wait. The answer, once there is one, is put into the list that this returns. */
  open(to: ActorId, message: AnyCommand, cause: Cause = someCause): readonly Answer[] {
    const answers: Answer[] = [];
    this.#decide({ to, message }, cause, (answer) => answers.push(answer));
    return answers;
  }

  /** Decides waiting messages, `stepsMax` at most. */
  run(cause: Cause = someCause, stepsMax = Infinity): void {
    for (let step = 0; step < stepsMax && this.#queue.length > 0; step++) this.#decide(this.#next(), cause);
  }

  get idle(): boolean {
    return this.#queue.length === 0;
  }

  #next(): Delivery {
    let { to, message } = this.#queue.shift()!;
    const actor = this.#actorOf(to);
    while (this.#queue[0]?.to === to) {
      const merged: AnyCommand | undefined = actor.merge?.(message, this.#queue[0].message);
      if (merged === undefined) break;
      message = merged;
      this.#queue.shift();
    }
    return { to, message };
  }

  #decide({ to, message }: Delivery, cause: Cause, answered?: (answer: Answer) => void): void {
    const actor = this.#actorOf(to);
    let state = this.states.get(to) ?? actor.initial(keyOf(to));
    const decision = actor.decide(state, throughJson(message), cause);
    if (!decision.ok) return answered?.(decision);
    for (const event of decision.events) {
      state = actor.evolve(state, throughJson(event));
      actor.check?.(state);
      this.history.push({ actor: to, event });
    }
    this.states.set(to, state);
    this.#queue.push(...(decision.messages ?? []).map((sent: Message) => throughJson(sent)));
    if (decision.reply !== undefined && answered !== undefined) {
      this.#answer(to, decision.reply, answered);
    }
    for (const topic of decision.settles ?? []) this.#settle(to, topic);
  }

  #answer(to: ActorId, reply: Reply, answered: (answer: Answer) => void): void {
    if (reply === "view") return answered(this.#actorOf(to).answer(this.states.get(to)));
    if ("ok" in reply) return answered(reply);
    const key = `${to} ${reply.later}`;
    this.#waiting.set(key, [...this.#waiting.get(key) ?? [], answered]);
  }

  #settle(to: ActorId, topic: string): void {
    const key = `${to} ${topic}`;
    for (const answered of this.#waiting.get(key) ?? []) {
      answered(this.#actorOf(to).answer(this.states.get(to), topic));
    }
    this.#waiting.delete(key);
  }

  #actorOf(to: ActorId): AnyActor {
    const actor = this.#kinds.get(kindOf(to));
    if (actor === undefined) throw new Error(`Cannot deliver to ${to}: there is no such kind of actor here`);
    return actor;
  }
}
