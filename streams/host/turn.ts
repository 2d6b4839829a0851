import type { ActorId } from "../../actors/ids.ts";
import type { Accepted, AnyActor, Decision } from "../../actors/actor.ts";
import type { Asker, CommandMark, Entry, Input, Mark, Pending } from "../record.ts";
import { evolveAll, joinedAt, textOf } from "./deciding.ts";
import { type Delivery, pendingOf } from "./delivery.ts";
import { Holding } from "./holding.ts";
import { type Draft, Ledger } from "./ledger.ts";
import { isOperation, type OperatorCommand } from "./operation.ts";
import type { Slot, TurnContext } from "./turn_context.ts";

/** How often the clock is asked whether the turn has taken too long, in deliveries. */
const looksEvery = 32;

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
  /** The actors' states after this turn. */
  readonly changed = new Map<ActorId, Slot>();
  commands = 0;
  deliveries = 0;

  readonly #context: TurnContext;
  readonly #ledger: Ledger;
  readonly #holding: Holding;
  readonly #startedMs: number;
  readonly #queue: Delivery[];
  readonly #carried: number;
  readonly #inputOfCause = new Map<string, number>();
  #next = 0;
  #looks = 0;
  #read: CommandMark;
  #peers: Mark;
  #passedOn: number | undefined;
  #operated = false;

  constructor(context: TurnContext) {
    this.#context = context;
    this.#ledger = new Ledger(context.waiters);
    this.#holding = new Holding(context.state, context.owns);
    this.#startedMs = context.nowMs();
    this.#read = context.state.read;
    this.#peers = context.state.peers;
    this.#queue = context.state.waiting.map((pending) => ({ ...pending, input: -1 }));
    this.#carried = this.#queue.length;
    this.#drain();
  }

  /** True when no further command may start. */
  get over(): boolean {
    return this.#operated || this.#next < this.#queue.length || this.#cut || this.#full();
  }

  /** True when there is nothing to record. */
  get empty(): boolean {
    return this.deliveries === 0 && this.#read === this.#context.state.read;
  }

  /** Decides what the record at `mark` of another partition says to our actors; false when the turn ended in front of it. */
  hear(messages: readonly Pending[], mark: Mark): boolean {
    if (this.over) return false;
    this.#queue.push(...messages.map((pending) => ({ ...pending, input: -1 })));
    this.#peers = mark;
    this.#drain(); // What does not run any more stands in the record's `out`.
    return true;
  }

  /** All that other partitions said up to here has been taken; false when the turn ended before. */
  heardAllUntil(mark: Mark): boolean {
    if (this.over) return false;
    this.#peers = mark;
    return true;
  }

  /** Decides a command from outside; false when the turn ended in front of it. */
  command(input: Input & { command: { readonly type: string } }, asker: Asker, mark: CommandMark): boolean {
    if (this.over) return false;
    const { id, atMs, at, to, command } = input;
    if (isOperation(command)) return this.#operate({ ...input, command }, asker, mark);
    const cause = at ? { id, atMs, at } : { id, atMs };
    if (!this.#context.owns(to)) return this.#passOn({ to, from: to, message: command, cause, asker }, mark);
    const delivery = { to, from: to, message: command, cause, input: this.#ledger.input(input), asker };
    if (!this.#perform(delivery, 1)) {
      this.#ledger.withdraw();
      return false;
    }
    return this.#counted(mark);
  }

  /** The last thing in its turn: what it lets go waits then, in its order, and starts the next one. */
  #operate(input: Input & { command: OperatorCommand }, asker: Asker, mark: CommandMark): boolean {
    const { to: target, command: { does, cause } } = input, index = this.#ledger.input(input);
    const answer = this.#holding.operate({ does, target, cause }, this.#ledger);
    if (answer.ok) this.#ledger.operations.push({ does, target, input: index });
    this.#ledger.answer(asker, answer);
    this.#operated = true;
    this.deliveries += 1;
    return this.#counted(mark);
  }

  /** Its actor has moved to another partition, and whoever sent it did not know yet. */
  #passOn(pending: Pending, mark: CommandMark): boolean {
    // All from one message: so the new partition can put the record between the messages that were sent to it.
    if (this.#passedOn !== undefined && this.#passedOn !== mark.sequence) return false;
    this.#passedOn = mark.sequence;
    this.#ledger.send(JSON.stringify(pending));
    this.#ledger.result(pending.asker!, "passed-on");
    this.deliveries += 1;
    return this.#counted(mark);
  }

  #counted(mark: CommandMark): true {
    this.commands += 1;
    this.#read = mark;
    this.#drain();
    return true;
  }

  /** Fires a timer; false when the turn ended in front of it. */
  timer(actor: ActorId, name: string, dueMs: number): boolean {
    if (this.over) return false;
    const message = { type: "timer", name, dueMs };
    const cause = { id: `timer:${actor}:${name}:${dueMs}`, atMs: dueMs };
    const input = this.#ledger.input({ ...cause, to: actor, command: message });
    this.#ledger.timers.push({ actor, name, dueMs: null });
    if (!this.#perform({ to: actor, from: actor, message, cause, input }, 1)) {
      this.#ledger.withdraw();
      this.#ledger.timers.pop();
      return false;
    }
    this.#drain();
    return true;
  }

  /** Records as dead what stands in COMMANDS and is no command that this code can read, and steps over it. */
  skip(mark: CommandMark): boolean {
    if (this.over) return false;
    const { partition, state, build } = this.#context, actor = `intake:${partition}` as ActorId;
    const cause = { id: `commands:${mark.sequence}:${mark.taken}`, atMs: state.atMs };
    const input = this.#ledger.input({ ...cause, at: [mark.sequence, mark.taken - 1], to: actor });
    const delivery = { to: actor, from: actor, cause, message: { type: "unreadable" } };
    this.#ledger.dead.push({ actor, input, delivery, error: "Cannot read a command in COMMANDS", build });
    this.#read = mark;
    return true;
  }

  finish(turn: string, epoch: number): Draft {
    const { state, partition } = this.#context;
    return this.#ledger.draft(state, {
      turn,
      partition,
      epoch,
      nowMs: this.#context.nowMs(),
      read: { commands: this.#read, peers: this.#peers },
      took: Math.min(this.#next, this.#carried),
      out: this.#queue.slice(Math.max(this.#next, this.#carried)).map(pendingOf),
    });
  }

  get #cut(): boolean {
    return this.missing !== undefined || this.suspect !== undefined;
  }

  #full(): boolean {
    if (this.deliveries === 0) return false; // However small the limits are, a turn gets on.
    const { limits } = this.#context;
    if (this.#context.endedAt?.(this.#queue, this.#next)) return true;
    if (this.#ledger.bytes >= limits.recordBytesMax || this.deliveries >= limits.deliveriesMax) return true;
    return ++this.#looks % looksEvery === 0 && this.#context.nowMs() - this.#startedMs > limits.cpuMsMax;
  }

  #drain(): void {
    while (this.#next < this.#queue.length && !this.#cut && !this.#full()) {
      const { delivery, joined } = joinedAt(this.#queue, this.#next, this.#context.actorOf);
      const input = delivery.input < 0 ? this.#inputFor(delivery) : delivery.input;
      if (!this.#perform({ ...delivery, input }, joined)) return;
      this.#next += joined;
    }
  }

  /** Messages carried from an earlier turn name their cause by a stub; the command itself is in that turn's record. */
  #inputFor({ to, cause, asker, message }: Delivery): number {
    if (asker) return this.#ledger.input({ ...cause, to, command: message });
    const known = this.#inputOfCause.get(cause.id);
    if (known !== undefined) return known;
    const index = this.#ledger.input({ ...cause, to });
    this.#inputOfCause.set(cause.id, index);
    return index;
  }

  #perform(delivery: Delivery, joined: number): boolean {
    const { to } = delivery;
    if (this.#holding.holds(to)) return this.#park(delivery);
    const actor = this.#context.actorOf(to);
    if (!actor) return this.#die(delivery, new Error(`Cannot deliver to ${to}: no such kind of actor`));
    const slot = this.changed.get(to) ?? this.#context.resident(to);
    if (!slot) {
      this.missing = to;
      return false;
    }
    try {
      const decision: Decision = actor.decide(slot.state, delivery.message, delivery.cause);
      const next = decision.ok ? evolveAll(actor, slot, decision) : slot;
      if (decision.ok) this.#accept(delivery, actor, slot, next, decision);
      else if (delivery.asker) {
        this.#ledger.answer(delivery.asker, { ok: false, rejection: decision.rejection });
      }
      this.deliveries += joined;
      return true;
    } catch (error) {
      if (this.#context.isSuspect(to)) return this.#die(delivery, error);
      this.suspect = to;
      return false;
    }
  }

  /** What may throw comes first: a decision is taken as a whole or not at all. */
  #accept(delivery: Delivery, actor: AnyActor, before: Slot, after: Slot, decision: Accepted): void {
    const { to, cause, input, asker } = delivery, { state } = after;
    const { events, messages = [], timers = [], settles = [], reply = "view" } = decision;
    const ledger = this.#ledger;
    const entries = events.map(({ type, version: v, data }, i) =>
      JSON.stringify({ actor: to, version: before.version + i + 1, cause: input, type, v, data } as Entry)
    );
    const told = asker && reply === "view" ? actor.answer(state) : reply;
    const answers = settles.map((topic) => ({ topic, answer: actor.answer(state, topic) }));
    entries.forEach((entry, i) => ledger.entry(entry, events[i]!.type));
    if (after !== before) this.changed.set(to, after);
    for (const { to: target, message } of messages) {
      const sent = { to: target, from: to, message, cause };
      if (this.#context.owns(target)) this.#queue.push({ ...sent, input });
      else ledger.send(JSON.stringify(sent));
    }
    for (const timer of timers) ledger.timers.push({ actor: to, ...timer });
    if (asker && told !== "view") ledger.reply(asker, to, told);
    for (const { topic, answer } of answers) ledger.settle(to, topic, answer);
  }

  /** Keeps the delivery for the operator, in order. A question that changes nothing is told at once that it has no answer. */
  #park(delivery: Delivery): boolean {
    this.deliveries += 1;
    const { asker, message } = delivery;
    if (message.type !== "read") this.#ledger.parked.push(pendingOf(delivery));
    else if (asker) this.#ledger.defect(asker, "The actor is stopped or paused");
    if (asker) this.#ledger.result(asker, "parked");
    return true;
  }

  #die(delivery: Delivery, error: unknown): boolean {
    this.deliveries += 1;
    const { to: actor, input, asker } = delivery, { build } = this.#context;
    this.#ledger.dead.push({ actor, input, delivery: pendingOf(delivery), error: textOf(error), build });
    this.#holding.stop(actor);
    if (asker) {
      this.#ledger.result(asker, "defect");
      this.#ledger.defect(asker, "The command could not be decided; it is recorded");
    }
    return true;
  }
}
