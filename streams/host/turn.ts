import type { ActorId } from "../../actors/ids.ts";
import type { Accepted, Answer, AnyActor, Decision, Json } from "../../actors/actor.ts";
import {
  type CommandMark,
  type Dead,
  type Entry,
  type Input,
  type Pending,
  recordFormat,
  type Reply,
  type Result,
  type TimerRow,
} from "../record.ts";
import type { PartitionState, RecordHead } from "./partition_state.ts";
import { type Asker, Waiters } from "./waiters.ts";

/** An actor as the runtime holds it: a state that is never changed, only replaced. */
export interface Slot {
  readonly state: unknown;
  /** How many events made it. */
  readonly version: number;
}

export interface TurnLimits {
  /** Ends a turn softly: what has not run yet starts the next one. */
  readonly recordBytesMax: number;
  readonly deliveriesMax: number;
  readonly cpuMsMax: number;
}
export const turnLimits: TurnLimits = { recordBytesMax: 512 * 1024, deliveriesMax: 8192, cpuMsMax: 20 };

export interface TurnContext {
  readonly partition: number;
  readonly state: PartitionState;
  readonly limits: TurnLimits;
  readonly waiters: Waiters;
  readonly build: string;
  nowMs(): number;
  actorOf(id: ActorId): AnyActor | undefined;
  /** The actor's durable state, its initial one when it has none, undefined when it must be loaded first. */
  resident(id: ActorId): Slot | undefined;
  /** True when deciding for this actor threw once and it has been reloaded since. */
  isSuspect(id: ActorId): boolean;
}

interface Delivery extends Pending {
  readonly input: number;
  readonly asker?: Asker;
}

/** A turn that has run and is not durable yet. */
export interface Draft {
  readonly head: RecordHead;
  readonly bytes: Uint8Array;
  readonly changed: ReadonlyMap<ActorId, Slot>;
  readonly replies: ReadonlyMap<string, readonly Reply[]>;
  /** Topics that were settled; to be forgotten before `waiting` is added. */
  readonly settled: ReadonlySet<string>;
  readonly waiting: ReadonlyMap<string, readonly Asker[]>;
  readonly counts: { commands: number; deliveries: number; entries: number };
  readonly rejections: readonly string[];
}

/**
 * One turn: a private view over the partition in which commands are decided one after the other, each with all local messages that
 * follow from it. Nothing is adopted and nobody is answered before its record is durable. No I/O: an actor that is not in memory, or
 * that throws, ends the turn in front of its delivery.
 */
export class Turn {
  /** Set when the turn ended in front of a delivery to an actor that must be loaded. */
  missing: ActorId | undefined;
  /** Set when the turn ended because this actor threw for the first time. */
  suspect: ActorId | undefined;
  defect: unknown;

  readonly #context: TurnContext;
  readonly #startedMs: number;
  readonly #changed = new Map<ActorId, Slot>();
  readonly #stopped = new Set<ActorId>();
  readonly #inputs: string[] = [];
  readonly #entries: string[] = [];
  readonly #results: Result[] = [];
  readonly #timers: TimerRow[] = [];
  readonly #dead: Dead[] = [];
  readonly #parked: Pending[] = [];
  readonly #replies = new Map<string, Reply[]>();
  readonly #waiting = new Map<string, Asker[]>();
  readonly #settled = new Set<string>();
  readonly #rejections: string[] = [];
  readonly #queue: Delivery[];
  readonly #carried: number;
  #next = 0;
  #read: CommandMark;
  #bytes = 0;
  #deliveries = 0;
  #commands = 0;
  #looks = 0;
  #inputOfCause = new Map<string, number>();

  constructor(context: TurnContext) {
    this.#context = context;
    this.#startedMs = context.nowMs();
    this.#read = context.state.read;
    this.#queue = context.state.waiting.map((pending) => ({ ...pending, input: -1 }));
    this.#carried = this.#queue.length;
    this.#drain();
  }

  /** True when no further command may start. */
  get over(): boolean {
    return this.#next < this.#queue.length || this.missing !== undefined || this.suspect !== undefined ||
      this.#full();
  }

  get empty(): boolean {
    return this.#deliveries === 0 && this.#read === this.#context.state.read && this.#dead.length === 0;
  }

  /** Decides a command from outside; false when the turn ended in front of it. */
  command(input: Input & { command: { readonly type: string } }, asker: Asker, mark: CommandMark): boolean {
    if (this.over) return false;
    const { id, atMs, at, to, command } = input;
    const index = this.#note(input);
    const cause = at ? { id, atMs, at } : { id, atMs };
    if (!this.#perform({ to, from: to, message: command, cause, input: index, asker }, 1)) {
      this.#inputs.pop();
      return false;
    }
    this.#commands += 1;
    this.#read = mark;
    this.#drain();
    return true;
  }

  /** Records as dead what stands in COMMANDS and is no command that this code can read, and steps over it. */
  skip(mark: CommandMark): boolean {
    if (this.over) return false;
    const { partition, state, build } = this.#context;
    const actor = `intake:${partition}` as ActorId;
    const cause = { id: `commands:${mark.sequence}:${mark.taken}`, atMs: state.atMs };
    const input = this.#note({ ...cause, at: [mark.sequence, mark.taken - 1], to: actor });
    const delivery = { to: actor, from: actor, cause, message: { type: "unreadable" } };
    this.#dead.push({ actor, input, delivery, error: "Cannot read a command in COMMANDS", build });
    this.#read = mark;
    return true;
  }

  /** Fires a timer; false when the turn ended in front of it. */
  timer(actor: ActorId, name: string, dueMs: number): boolean {
    if (this.over) return false;
    const message = { type: "timer", name, dueMs };
    const cause = { id: `timer:${actor}:${name}:${dueMs}`, atMs: dueMs };
    const index = this.#note({ ...cause, to: actor, command: message });
    this.#timers.push({ actor, name, dueMs: null });
    if (!this.#perform({ to: actor, from: actor, message, cause, input: index }, 1)) {
      this.#inputs.pop();
      this.#timers.pop();
      return false;
    }
    this.#drain();
    return true;
  }

  /** Actors that the turn's next deliveries go to, so that they can be loaded together. */
  upcoming(countMax: number): ActorId[] {
    return this.#queue.slice(this.#next, this.#next + countMax).map((delivery) => delivery.to);
  }

  finish(turn: string, epoch: number): Draft {
    const { state, partition } = this.#context;
    const took = Math.min(this.#next, this.#carried);
    const head: RecordHead = {
      format: recordFormat,
      turn,
      partition,
      previous: state.head,
      epoch,
      atMs: Math.max(state.atMs, this.#context.nowMs()),
      read: { commands: this.#read },
      took,
      out: this.#queue.slice(Math.max(this.#next, this.#carried)).map(pendingOf),
      timers: this.#timers,
      dead: this.#dead,
      parked: this.#parked,
    };
    const json = `${JSON.stringify(head).slice(0, -1)},"inputs":[${this.#inputs.join(",")}],"results":${
      JSON.stringify(this.#results)
    },"entries":[${this.#entries.join(",")}]}`;
    return {
      head,
      bytes: new TextEncoder().encode(json),
      changed: this.#changed,
      replies: this.#replies,
      waiting: this.#waiting,
      settled: this.#settled,
      counts: { commands: this.#commands, deliveries: this.#deliveries, entries: this.#entries.length },
      rejections: this.#rejections,
    };
  }

  #note(input: Input): number {
    const json = JSON.stringify(input);
    this.#bytes += json.length;
    return this.#inputs.push(json) - 1;
  }

  #full(): boolean {
    const { limits } = this.#context;
    if (this.#bytes >= limits.recordBytesMax || this.#deliveries >= limits.deliveriesMax) return true;
    return this.#deliveries > 0 && ++this.#looks % 32 === 0 &&
      this.#context.nowMs() - this.#startedMs > limits.cpuMsMax;
  }

  #drain(): void {
    while (this.#next < this.#queue.length && this.missing === undefined && this.suspect === undefined) {
      if (this.#full() && this.#deliveries > 0) return;
      const { delivery, joined } = this.#head();
      const input = delivery.input < 0 ? this.#inputFor(delivery) : delivery.input;
      if (!this.#perform({ ...delivery, input }, joined)) return;
      this.#next += joined;
    }
  }

  /** The next local message, joined with those directly behind it that go to the same actor for the same cause. */
  #head(): { delivery: Delivery; joined: number } {
    let delivery = this.#queue[this.#next]!;
    const merge = this.#context.actorOf(delivery.to)?.merge;
    let joined = 1;
    for (; merge && this.#next + joined < this.#queue.length; joined++) {
      const following = this.#queue[this.#next + joined]!;
      if (following.to !== delivery.to || following.cause.id !== delivery.cause.id) break;
      const both = merge(delivery.message, following.message);
      if (both === undefined) break;
      delivery = { ...delivery, message: both };
    }
    return { delivery, joined };
  }

  /** Messages carried from an earlier turn name their cause by a stub; the command itself is in that turn's record. */
  #inputFor({ to, cause }: Delivery): number {
    const known = this.#inputOfCause.get(cause.id);
    if (known !== undefined) return known;
    const index = this.#note({ ...cause, to });
    this.#inputOfCause.set(cause.id, index);
    return index;
  }

  #perform(delivery: Delivery, joined: number): boolean {
    const { to } = delivery;
    if (this.#stopped.has(to) || this.#context.state.stopped.has(to)) return this.#park(delivery);
    const actor = this.#context.actorOf(to);
    if (!actor) return this.#die(delivery, new Error(`Cannot deliver to ${to}: no such kind of actor`));
    const slot = this.#changed.get(to) ?? this.#context.resident(to);
    if (!slot) {
      this.missing = to;
      return false;
    }
    try {
      const decision: Decision = actor.decide(slot.state, delivery.message, delivery.cause);
      const next = decision.ok ? evolveAll(actor, slot, decision) : slot;
      this.#deliveries += joined;
      if (decision.ok) this.#accept(delivery, actor, slot, next, decision);
      else this.#answer(delivery.asker, { ok: false, rejection: decision.rejection });
      return true;
    } catch (error) {
      if (this.#context.isSuspect(to)) return this.#die(delivery, error);
      this.suspect = to;
      this.defect = error;
      return false;
    }
  }

  #accept(delivery: Delivery, actor: AnyActor, before: Slot, after: Slot, decision: Accepted): void {
    const { to, cause, input, asker } = delivery;
    let version = before.version;
    for (const event of decision.events) {
      version += 1;
      const entry: Entry = {
        actor: to,
        version,
        cause: input,
        type: event.type,
        v: event.version,
        data: event.data as Json,
      };
      const json = JSON.stringify(entry);
      this.#bytes += json.length;
      this.#entries.push(json);
    }
    if (after !== before) this.#changed.set(to, after);
    for (const { to: target, message } of decision.messages ?? []) {
      this.#queue.push({ to: target, from: to, message, cause, input });
    }
    for (const timer of decision.timers ?? []) this.#timers.push({ actor: to, ...timer });
    this.#reply(asker, actor, to, after, decision);
    for (const topic of decision.settles ?? []) this.#settle(actor, to, topic, after);
  }

  #reply(asker: Asker | undefined, actor: AnyActor, to: ActorId, after: Slot, decision: Accepted): void {
    if (!asker) return;
    const reply = decision.reply ?? "view";
    if (reply === "view") return this.#answer(asker, actor.answer(after.state));
    if ("ok" in reply) return this.#answer(asker, reply);
    this.#results.push({ id: asker.id, outcome: "later" });
    const key = Waiters.key(to, reply.later);
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), asker]);
  }

  #settle(actor: AnyActor, to: ActorId, topic: string, after: Slot): void {
    const key = Waiters.key(to, topic);
    const before = this.#settled.has(key) ? [] : this.#context.waiters.of(key);
    this.#settled.add(key);
    const askers = [...before, ...(this.#waiting.get(key) ?? [])];
    this.#waiting.delete(key);
    if (askers.length === 0) return;
    const answer = actor.answer(after.state, topic);
    for (const asker of askers) this.#answer(asker, answer);
  }

  #answer(asker: Asker | undefined, answer: Answer): void {
    if (!asker) return;
    this.#results.push({ id: asker.id, outcome: answer.ok ? "ok" : answer.rejection.reason });
    if (!answer.ok) this.#rejections.push(answer.rejection.reason);
    this.#send(asker, { id: asker.id, ...answer });
  }

  #send(asker: Asker, reply: Reply): void {
    const replies = this.#replies.get(asker.edge);
    if (replies) replies.push(reply);
    else this.#replies.set(asker.edge, [reply]);
  }

  /** Keeps the delivery for the operator, in order. A question that changes nothing is told at once that it has no answer. */
  #park(delivery: Delivery): boolean {
    this.#deliveries += 1;
    const { asker } = delivery;
    if (delivery.message.type !== "read") this.#parked.push(pendingOf(delivery));
    else if (asker) this.#send(asker, { id: asker.id, defect: "The actor is stopped" });
    if (asker) this.#results.push({ id: asker.id, outcome: "parked" });
    return true;
  }

  #die(delivery: Delivery, error: unknown): boolean {
    this.#deliveries += 1;
    const { to, input, asker } = delivery;
    const text = error instanceof Error
      ? `${error.message}\n${error.stack ?? ""}`.slice(0, 4000)
      : String(error);
    this.#dead.push({
      actor: to,
      input,
      delivery: pendingOf(delivery),
      error: text,
      build: this.#context.build,
    });
    this.#stopped.add(to);
    if (asker) {
      this.#results.push({ id: asker.id, outcome: "defect" });
      this.#send(asker, { id: asker.id, defect: "The command could not be decided; it is recorded" });
    }
    return true;
  }
}

function evolveAll(actor: AnyActor, slot: Slot, decision: Accepted): Slot {
  if (decision.events.length === 0) return slot;
  let { state, version } = slot;
  for (const event of decision.events) {
    state = actor.evolve(state, event);
    actor.check?.(state);
    version += 1;
  }
  return { state, version };
}

function pendingOf({ to, from, message, cause }: Delivery): Pending {
  return { to, from, message, cause };
}
