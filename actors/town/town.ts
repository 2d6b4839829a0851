import type { Accepted, Answer, AnyActor, Cause, Event } from "../actor.ts";
import { type ActorId, keyOf } from "../ids.ts";
import type { TimerDue } from "../protocol.ts";
import { actorFor } from "../registry.ts";

type AnyCommand = { readonly type: string };

/** A command from outside. */
export interface Call {
  readonly to: ActorId;
  readonly command: AnyCommand;
  readonly atMs: number;
}
interface Delivery {
  readonly to: ActorId;
  readonly message: AnyCommand;
  readonly cause: Cause;
}
interface Asker {
  readonly call: number;
}
interface Timer {
  readonly actor: ActorId;
  readonly name: string;
  readonly dueMs: number;
}

/**
 * All actors in one memory, run as a partition runs them: commands in order, each with every message that follows from it, first in,
 * first out, neighbours joined. A turn ends after `deliveriesMax` deliveries; what has not run is carried over, and everything in
 * memory goes through its snapshot, as if another host went on.
 */
export class Town {
  /** Each actor's events, in order. */
  readonly events = new Map<ActorId, Event[]>();
  /** What each call was answered, by its number; a call may wait for its answer. */
  readonly answers = new Map<number, Answer>();
  turns = 1;

  readonly #deliveriesMax: number;
  #deliveries = 0;
  #calls = 0;
  #nowMs = 0;
  readonly #states = new Map<ActorId, unknown>();
  readonly #waiting = new Map<string, Asker[]>();
  readonly #timers = new Map<string, Timer>();
  #queue: Delivery[] = [];

  constructor(deliveriesMax = Infinity) {
    this.#deliveriesMax = deliveriesMax;
  }

  /** Decides a command and all that follows; timers that are due by then fire first. Returns its answer, if there is one. */
  call({ to, command, atMs }: Call): Answer | undefined {
    this.advance(atMs);
    const call = this.#calls++;
    this.#start({ to, message: command, cause: { id: `cmd_${call}`, atMs } }, { call });
    return this.answers.get(call);
  }

  /** Fires every timer that is due, in the order of their times. */
  advance(toMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, toMs);
    for (;;) {
      const due = [...this.#timers.values()].filter((timer) => timer.dueMs <= this.#nowMs);
      const first = due.sort((a, b) => a.dueMs - b.dueMs || (a.actor < b.actor ? -1 : 1))[0];
      if (!first) return;
      const { actor, name, dueMs } = first;
      this.#timers.delete(timerKey(actor, name));
      const cause = { id: `timer:${actor}:${name}:${dueMs}`, atMs: dueMs };
      const message: TimerDue = { type: "timer", name, dueMs };
      this.#start({ to: actor, message, cause });
    }
  }

  state<S>(actor: AnyActor, id: ActorId): S {
    return (this.#states.get(id) ?? actor.initial(keyOf(id))) as S;
  }

  actors(kind: string): ActorId[] {
    return [...this.#states.keys()].filter((id) => id.startsWith(`${kind}:`));
  }

  eventCount(): number {
    let count = 0;
    for (const events of this.events.values()) count += events.length;
    return count;
  }

  #start(delivery: Delivery, asker?: Asker): void {
    this.#perform(delivery, asker);
    let next = 0;
    while (next < this.#queue.length) {
      if (this.#deliveries >= this.#deliveriesMax) {
        this.#queue = stored(this.#queue.slice(next));
        next = 0;
        this.#endTurn();
      }
      let { to, message, cause } = this.#queue[next++]!;
      const { merge } = actorFor(to);
      while (merge && this.#queue[next]?.to === to) {
        const joined: AnyCommand | undefined = merge(message, this.#queue[next]!.message);
        if (joined === undefined) break;
        message = joined;
        next++;
      }
      this.#perform({ to, message, cause });
    }
    this.#queue = [];
  }

  #endTurn(): void {
    this.turns++;
    this.#deliveries = 0;
    for (const [id, state] of this.#states) {
      const actor = actorFor(id);
      this.#states.set(id, actor.decode(stored(actor.encode(state))));
    }
  }

  #perform({ to, message, cause }: Delivery, asker?: Asker): void {
    this.#deliveries++;
    const actor = actorFor(to);
    const before = this.state(actor, to);
    const decision = actor.decide(before, message, cause);
    if (!decision.ok) return this.#answer(asker, { ok: false, rejection: decision.rejection });
    let after: unknown = before;
    for (const event of decision.events) {
      after = actor.evolve(after, stored(event));
      actor.check?.(after);
    }
    this.#states.set(to, after);
    if (decision.events.length > 0) this.events.set(to, [...this.events.get(to) ?? [], ...decision.events]);
    for (const sent of decision.messages ?? []) this.#queue.push({ ...sent, cause });
    for (const { name, dueMs } of decision.timers ?? []) {
      if (dueMs === null) this.#timers.delete(timerKey(to, name));
      else this.#timers.set(timerKey(to, name), { actor: to, name, dueMs });
    }
    this.#reply(actor, to, decision, asker);
  }

  #reply(actor: AnyActor, to: ActorId, { reply = "view", settles = [] }: Accepted, asker?: Asker): void {
    const state = this.#states.get(to);
    if (asker && typeof reply === "object" && "later" in reply) {
      const key = `${to} ${reply.later}`;
      this.#waiting.set(key, [...this.#waiting.get(key) ?? [], asker]);
    } else this.#answer(asker, reply === "view" ? actor.answer(state) : reply as Answer);
    for (const topic of settles) {
      const key = `${to} ${topic}`;
      for (const waiting of this.#waiting.get(key) ?? []) this.#answer(waiting, actor.answer(state, topic));
      this.#waiting.delete(key);
    }
  }

  #answer(asker: Asker | undefined, answer: Answer): void {
    if (asker) this.answers.set(asker.call, stored(answer));
  }
}

const timerKey = (actor: ActorId, name: string) => `${actor} ${name}`;

/** What is left of a value once it has been stored and read again. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
