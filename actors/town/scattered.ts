import type { Answer, AnyActor, Cause, Event, Message } from "../actor.ts";
import { type ActorId, keyOf } from "../ids.ts";
import type { TimerDue } from "../protocol.ts";
import { actorFor } from "../registry.ts";
import type { Call } from "./town.ts";

type AnyCommand = { readonly type: string };
interface Letter {
  readonly message: AnyCommand;
  readonly cause: Cause;
  readonly call?: number;
}

/** A choice among so many, the same for the same seed (Park and Miller's generator with the multiplier 48271). */
export function picks(seed: number): (count: number) => number {
  let random = seed * 7_919;
  return (count) => (random = (random * 48_271) % 2_147_483_647) % count;
}

/**
 * The same actors, each in a partition of its own: only messages between the same two keep their order, commands come while others
 * are under way, and a timer may fire at any moment after it was set.
 */
export class Scattered {
  readonly events = new Map<ActorId, Event[]>();
  readonly answers = new Map<number, Answer>();
  readonly #states = new Map<ActorId, unknown>();
  /** Letters on their way, by sender and receiver. */
  readonly #roads = new Map<string, { readonly to: ActorId; readonly letters: Letter[] }>();
  readonly #waiting = new Map<string, number[]>();
  readonly #timers = new Map<string, { readonly actor: ActorId; readonly due: TimerDue }>();

  /** Runs until nothing is left to do; `pick(n)` chooses among n things that could happen next. */
  run(calls: readonly Call[], pick: (count: number) => number): void {
    calls.forEach(({ to, command, atMs }, call) =>
      this.#post("outside", to, { message: command, cause: { id: `cmd_${call}`, atMs }, call })
    );
    for (;;) {
      const roads = [...this.#roads.values()], timers = [...this.#timers.values()];
      if (roads.length + timers.length === 0) return;
      const next = pick(roads.length + timers.length);
      if (next < roads.length) this.#travel(roads[next]!, pick);
      else this.#fire(timers[next - roads.length]!);
    }
  }

  state<S>(actor: AnyActor, id: ActorId): S {
    return (this.#states.get(id) ?? actor.initial(keyOf(id))) as S;
  }

  actors(kind: string): ActorId[] {
    return [...this.#states.keys()].filter((id) => id.startsWith(`${kind}:`));
  }

  #post(from: string, to: ActorId, letter: Letter): void {
    const key = `${from} > ${to}`;
    const road = this.#roads.get(key);
    if (road) road.letters.push(letter);
    else this.#roads.set(key, { to, letters: [letter] });
  }

  #travel({ to, letters }: { to: ActorId; letters: Letter[] }, pick: (count: number) => number): void {
    let letter = letters.shift()!;
    while (letters.length > 0 && letter.call === undefined && pick(2) === 0) {
      const joined: AnyCommand | undefined = actorFor(to).merge?.(letter.message, letters[0]!.message);
      if (joined === undefined) break;
      letter = { ...letter, message: joined };
      letters.shift();
    }
    for (const [key, road] of this.#roads) if (road.letters.length === 0) this.#roads.delete(key);
    this.#perform(to, letter);
  }

  #fire({ actor, due }: { actor: ActorId; due: TimerDue }): void {
    this.#timers.delete(`${actor} ${due.name}`);
    this.#perform(actor, { message: due, cause: { id: `timer:${actor}`, atMs: due.dueMs } });
  }

  #perform(to: ActorId, { message, cause, call }: Letter): void {
    const actor = actorFor(to);
    let state = this.state<unknown>(actor, to);
    const decision = actor.decide(state, message, cause);
    if (!decision.ok) return this.#answer(call, { ok: false, rejection: decision.rejection });
    for (const event of decision.events) {
      state = actor.evolve(state, event);
      actor.check?.(state);
    }
    this.#states.set(to, state);
    this.events.set(to, [...this.events.get(to) ?? [], ...decision.events]);
    for (const sent of decision.messages ?? [] as Message[]) {
      this.#post(to, sent.to, { message: sent.message, cause });
    }
    for (const { name, dueMs } of decision.timers ?? []) {
      this.#timers.delete(`${to} ${name}`);
      if (dueMs !== null) {
        this.#timers.set(`${to} ${name}`, { actor: to, due: { type: "timer", name, dueMs } });
      }
    }
    const reply = decision.reply ?? "view";
    if (reply === "view") this.#answer(call, actor.answer(state));
    else if ("ok" in reply) this.#answer(call, reply);
    else if (call !== undefined) {
      const key = `${to} ${reply.later}`;
      this.#waiting.set(key, [...this.#waiting.get(key) ?? [], call]);
    }
    for (const topic of decision.settles ?? []) this.#settle(actor, to, topic);
  }

  #settle(actor: AnyActor, to: ActorId, topic: string): void {
    for (const call of this.#waiting.get(`${to} ${topic}`) ?? []) {
      this.#answer(call, actor.answer(this.#states.get(to), topic));
    }
    this.#waiting.delete(`${to} ${topic}`);
  }

  #answer(call: number | undefined, answer: Answer): void {
    if (call !== undefined) this.answers.set(call, answer);
  }
}
