import type { ActorId } from "../../actors/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import type { Runtime } from "../runtime.ts";
import { appendTurn } from "./append.ts";
import { CommandOrder, type Step } from "./command_order.ts";
import type { Heard } from "./hearing.ts";
import { expectNew } from "./marks.ts";
import { decideArrived, type Inbox, type Sources, takenOf } from "./inbox.ts";
import type { Draft } from "./ledger.ts";
import type { Lease } from "./lease.ts";
import type { AppendOutcome, HostObserver } from "./observer.ts";
import type { PartitionLimits } from "./partition.ts";
import { foldRecord, type PartitionState, within } from "./partition_state.ts";
import { missingFor } from "./prefetch.ts";
import { sendReplies } from "./replies.ts";
import type { ActorStore } from "./store.ts";
import { TimerGate } from "./timer_gate.ts";
import { traceHeadersOf } from "./trace_headers.ts";
import { Traces } from "./traces.ts";
import { Turn } from "./turn.ts";
import type { TurnContext } from "./turn_context.ts";
import { Waiters } from "./waiters.ts";
import { reload, type Wake, wakeAll } from "./wake.ts";

export interface TurnsDeps {
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly observer: HostObserver;
  readonly limits: PartitionLimits;
  readonly lease: Lease;
  readonly state: PartitionState;
  readonly store: ActorStore;
  readonly inbox: Inbox;
  readonly waking: Wake;
  /** False while somebody else may have taken over: then nothing is decided and nobody answered. */
  mayAct(): boolean;
  /** False: an append in doubt is given up. */
  keepTrying(): boolean;
  /** A turn of this size has become durable. */
  appended(bytes: number): void;
}

/** Takes one turn after the other: load what it needs, decide, append, and only then adopt and answer. */
export class Turns {
  /** True when a turn was not taken because somebody else may own the partition. */
  heldBack = false;
  readonly #deps: TurnsDeps;
  readonly #gate: TimerGate;
  readonly #order: CommandOrder;
  readonly #waiters = new Waiters();
  readonly #traces = new Traces();
  readonly #suspects = new Set<ActorId>();
  readonly #context: TurnContext;

  constructor(deps: TurnsDeps) {
    const { broker, runtime, lease: { partition }, state, limits, store, waking } = deps;
    this.#deps = deps;
    this.#gate = new TimerGate(broker, runtime, partition);
    this.#order = new CommandOrder(broker, runtime, partition, state.origins);
    this.#context = {
      partition,
      state,
      limits: limits.turn,
      waiters: this.#waiters,
      build: runtime.build,
      nowMs: () => runtime.nowMs(),
      actorOf: (id) => waking.actorOf(id),
      owns: within(state.range),
      resident: (id) => store.tail.has(id) ? undefined : store.resident(id),
      isSuspect: (id) => this.#suspects.has(id),
    };
  }

  /** One turn; false when there was nothing to do. */
  async take(): Promise<boolean> {
    const { mayAct, inbox, store, waking, limits, state, runtime } = this.#deps;
    this.heldBack = !mayAct();
    if (this.heldBack) return false;
    const arrived = inbox.peek(limits.commandsMax);
    if (this.#order.matters) await this.#order.look(arrived);
    const steps = this.#order.steps(arrived);
    store.frozen = true;
    await wakeAll(waking, missingFor(this.#context, steps));
    const timersDue = await this.#gate.open(state, inbox.heardUntil);
    const startedAtMs = runtime.nowMs();
    const turn = new Turn(this.#context);
    expectNew(steps, state);
    if (decideArrived(turn, steps) && timersDue) this.#fireTimers(turn);
    const progressed = !turn.empty;
    if (progressed) await this.#append(turn, startedAtMs, steps);
    store.frozen = false;
    if (turn.missing !== undefined) await wakeAll(waking, [turn.missing]);
    if (turn.suspect !== undefined) await this.#reloadSuspect(turn.suspect);
    return progressed || turn.missing !== undefined || turn.suspect !== undefined;
  }

  #fireTimers(turn: Turn): void {
    const { observer, runtime, limits, state, lease: { partition } } = this.#deps;
    for (const { actor, name, dueMs } of this.#gate.due(state.agenda, limits.timersAtOnceMax)) {
      if (!turn.timer(actor, name, dueMs)) return;
      observer.timerFired({ partition, actor, lateMs: runtime.nowMs() - dueMs });
    }
  }

  async #append(turn: Turn, startedAtMs: number, steps: readonly Step[]): Promise<void> {
    const { broker, runtime, observer, state, keepTrying, lease: { partition, epoch } } = this.#deps;
    const draft = turn.finish(runtime.newId(), epoch);
    const taken = takenOf(steps, draft.head.read.peers);
    const going = this.#traces.goingOn({ steps, taken, draft, waiting: state.waiting });
    const observed = observer.startTurn({ partition, startedAtMs, traced: going.traced });
    const headers = traceHeadersOf(observed, going.traced);
    const { bytes, head: { turn: id } } = draft, { head, appended: after } = state;
    const toAppend = {
      ...{ partition, turn: id, bytes, head, after, ...(headers && { headers }) },
      tried: (outcome: AppendOutcome) => observer.appendTried({ partition, outcome }),
    };
    const decidedMs = runtime.nowMs();
    const { kind, sequence } = await appendTurn(broker, runtime, toAppend, keepTrying);
    observed.end({
      commands: turn.commands,
      deliveries: turn.deliveries,
      entries: draft.entryCount,
      events: draft.types,
      sequence: kind === "stored" ? sequence : 0,
      decidedMs,
      appendMs: runtime.nowMs() - decidedMs,
      bytes: draft.bytes.length,
      outcome: kind === "stored" ? "stored" : "conflict",
      rejections: draft.rejections,
    });
    if (kind === "fenced") {
      observer.fenced({ partition, sequence });
      throw new Fault(
        "partition.fenced",
        `Cannot append to partition ${partition}: record ${sequence} is another host's`,
      );
    }
    this.#adopt(draft, turn.changed, sequence, taken);
    this.#traces.keep(going, observed, state.waiting);
  }

  /** The turn is durable: only now does it count, and only now does anyone hear of it. */
  #adopt(draft: Draft, changed: Turn["changed"], sequence: number, taken: readonly Heard[]): void {
    const { broker, observer, state, store, inbox, mayAct, appended, lease: { partition } } = this.#deps;
    foldRecord(state, draft.head, { sequence, hash: hashOf(draft.bytes) });
    store.adopt(changed, sequence);
    store.frozen = false;
    const sources = this.#settle(draft, taken);
    for (const id of changed.keys()) this.#suspects.delete(id);
    for (const { actor, error } of draft.head.dead) observer.dead({ partition, actor, error });
    inbox.advance(state);
    // Withheld answers are no harm: the edge says 202, and asking again gets the same answer.
    if (mayAct()) sendReplies(broker, { partition, sequence, sources }, draft.replies);
    appended(draft.bytes.length);
  }

  /** Who waits goes on waiting or is answered; the records of other partitions that the answers build on. */
  #settle({ settled, waiting }: Draft, taken: readonly Heard[]): Sources {
    const waiters = this.#waiters, sources = new Map<number, number>();
    for (const { source, mark: { sequence }, messages } of taken) {
      sources.set(source, sequence);
      for (const { to } of messages) waiters.heard(to, source, sequence);
    }
    for (const key of settled) {
      for (const [partition, sequence] of waiters.sourcesOf(key)) {
        sources.set(partition, Math.max(sequence, sources.get(partition) ?? 0));
      }
      waiters.settle(key);
    }
    for (const [key, askers] of waiting) waiters.add(key, askers);
    return [...sources];
  }

  /** It threw once: what is durable decides whether it throws again. */
  async #reloadSuspect(id: ActorId): Promise<void> {
    this.#suspects.add(id);
    await reload(this.#deps.waking, id);
  }
}
