import { type ActorId, bucketOf } from "../../actors/ids.ts";
import type { AnyActor } from "../../actors/actor.ts";
import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import type { Runtime } from "../runtime.ts";
import { actorsIn } from "./actors_in.ts";
import type { BucketRange } from "../record.ts";
import { appendTurn } from "./append.ts";
import { Checkpointer } from "./checkpointer.ts";
import { type Arrived, decideArrived, Inbox, type Sources, sourcesOf } from "./inbox.ts";
import type { Draft } from "./ledger.ts";
import { Keeper } from "./keeper.ts";
import type { Lease } from "./lease.ts";
import { type HostObserver, type ObservedTurn, type PartitionGauges, traceHeadersOf } from "./observer.ts";
import { reopen, type Reopened } from "./opening.ts";
import { allBuckets, foldRecord, type PartitionState } from "./partition_state.ts";
import type { PeerTap } from "./peers.ts";
import { missingFor } from "./prefetch.ts";
import { sendReplies } from "./replies.ts";
import { Signal } from "./signal.ts";
import { ActorStore, type StoreLimits } from "./store.ts";
import { TimerGate } from "./timer_gate.ts";
import { Turn, type TurnContext, type TurnLimits } from "./turn.ts";
import { Waiters } from "./waiters.ts";
import { reload, type Wake, wakeAll } from "./wake.ts";

export interface PartitionLimits extends StoreLimits {
  readonly turn: TurnLimits;
  /** Commands looked at for one turn. */
  readonly commandsMax: number;
  readonly tickMs: number;
  readonly timersAtOnceMax: number;
  readonly headEveryMs: number;
}

export interface PartitionDeps {
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly observer: HostObserver;
  readonly limits: PartitionLimits;
  readonly actors: { readonly [kind: string]: AnyActor };
  readonly recordsOf?: Wake["recordsOf"];
  /** The buckets of the partition before its first record. */
  readonly range?: BucketRange;
  /** Where it hears of the other partitions; absent when it is the only one. */
  readonly peers?: PeerTap;
  /** False while somebody else may have taken over: then nothing is decided and nobody answered. */
  mayAct?(): boolean;
}

/** One partition on one host: it reads commands, takes turns, and is the only writer as long as its appends succeed. */
export class Partition {
  readonly #deps: PartitionDeps;
  readonly #lease: Lease;
  readonly #opened: Reopened;
  readonly #store: ActorStore;
  readonly #inbox: Inbox;
  readonly #signal: Signal;
  readonly #keeper: Keeper;
  readonly #gate: TimerGate;
  readonly #waiters = new Waiters();
  readonly #suspects = new Set<ActorId>();
  readonly #wake: Wake;
  readonly #context: TurnContext;
  #stopping = false;
  #abandoned = false;
  #saved = false;
  #heldBack = false;
  /** Why it cannot go on. */
  #lost: { readonly error: unknown } | undefined;

  private constructor(deps: PartitionDeps, lease: Lease, opened: Reopened, inbox: Inbox, signal: Signal) {
    const { broker, runtime, observer, limits } = deps, { partition } = lease;
    const actorOf = actorsIn(deps.actors);
    this.#deps = deps;
    this.#lease = lease;
    this.#opened = opened;
    this.#store = new ActorStore(opened, actorOf, limits);
    this.#store.savedUpTo = opened.sequence;
    this.#inbox = inbox;
    this.#gate = new TimerGate(broker, runtime, partition);
    this.#signal = signal;
    const { recordsOf } = deps, store = this.#store;
    const headSequence = () => opened.state.head.sequence;
    this.#wake = { broker, partition, store, actorOf, headSequence, ...(recordsOf ? { recordsOf } : {}) };
    const wake = (ids: readonly ActorId[]) => wakeAll(this.#wake, ids);
    const checkpointing = { broker, runtime, partition, store, observer, actorOf, wake };
    const checkpointer = new Checkpointer(checkpointing, opened.sequence, opened.knownWritten);
    const { tickMs, headEveryMs } = limits;
    const asked = { heardUntil: () => inbox.heardUntil, heldBack: () => this.#heldBack };
    const keeping = { broker, runtime, lease, opened, store, checkpointer, tickMs, headEveryMs, ...asked };
    this.#keeper = new Keeper({ ...keeping, wake: signal.wake, lost: (fault) => this.#lose(fault) });
    this.#context = {
      partition,
      state: opened.state,
      limits: limits.turn,
      waiters: this.#waiters,
      build: runtime.build,
      nowMs: () => runtime.nowMs(),
      actorOf,
      owns: ownerOf(opened.state),
      resident: (id) => this.#store.tail.has(id) ? undefined : this.#store.resident(id),
      isSuspect: (id) => this.#suspects.has(id),
    };
  }

  static async open(deps: PartitionDeps, lease: Lease): Promise<Partition> {
    const { broker, runtime, observer } = deps, { partition } = lease;
    const startedMs = runtime.nowMs();
    const { range = allBuckets } = deps;
    const opened = await reopen(broker, runtime, partition, { actorOf: actorsIn(deps.actors), range });
    const signal = new Signal();
    const { state } = opened, { wake } = signal;
    const inbox = await Inbox.open(broker, deps.peers, { partition, state, owns: ownerOf(state), wake });
    observer.opened({ partition, ms: runtime.nowMs() - startedMs, tail: opened.tailRecords });
    return new Partition(deps, lease, opened, inbox, signal);
  }

  /** Takes turns until `stop` or a fault. What was in flight when it throws is settled by whoever opens the partition next. */
  async run(): Promise<void> {
    const keeping = this.#keeper.run().catch((error) => this.#lose(error));
    this.#signal.wake();
    try {
      while (!this.#stopping) {
        await this.#signal.wait();
        while (!this.#stopping && await this.#takeTurn());
      }
      if (!this.#abandoned) await (this.#saved ? this.#keeper.leave() : this.#keeper.save());
    } catch (error) {
      this.#lost ??= { error };
    } finally {
      this.#stopping = true;
      await this.#inbox.stop();
      this.#keeper.stop();
      await keeping;
    }
    if (this.#lost) throw this.#lost.error;
  }

  /** Saves everything while turns go on. */
  save(): Promise<void> {
    return this.#keeper.save();
  }

  /**
   * Finishes the turn in flight, saves, and lets `run` return. `saved`: what came since the last saving is little. `abandon`: saves
   * nothing, and gives up an append in doubt.
   */
  stop(options: { abandon: boolean; saved?: boolean } = { abandon: false }): void {
    this.#stopping = true;
    this.#abandoned ||= options.abandon;
    this.#saved ||= options.saved === true;
    this.#signal.wake();
  }

  gauges(): PartitionGauges {
    const { runtime } = this.#deps, { partition } = this.#lease, { state } = this.#opened;
    return {
      partition,
      commandsLag: Math.max(0, this.#keeper.commandsHead - state.read.sequence),
      queue: state.waiting.length,
      cacheBytes: this.#store.bytes,
      cacheActors: this.#store.count,
      timersOverdue: state.agenda.due(runtime.nowMs() - 1_000, 1_000).length,
      actorsStopped: state.stopped.size,
    };
  }

  get #mayAct(): boolean {
    return this.#deps.mayAct?.() ?? true;
  }

  /** One turn; false when there was nothing to do. */
  async #takeTurn(): Promise<boolean> {
    this.#heldBack = !this.#mayAct;
    if (this.#heldBack) return false;
    const arrived = this.#inbox.peek(this.#deps.limits.commandsMax);
    this.#store.frozen = true;
    await wakeAll(this.#wake, missingFor(this.#context, arrived));
    const { agenda, read } = this.#opened.state;
    const timersDue = await this.#gate.open(agenda, read);
    const startedAtMs = this.#deps.runtime.nowMs();
    const turn = new Turn(this.#context);
    if (decideArrived(turn, arrived) && timersDue) this.#fireTimers(turn);
    const progressed = !turn.empty;
    if (progressed) {
      const observed = this.#deps.observer.startTurn({
        partition: this.#lease.partition,
        startedAtMs,
        traceparents: traceparentsOf(arrived),
      });
      await this.#append(turn, observed, arrived);
    }
    this.#store.frozen = false;
    if (turn.missing !== undefined) await wakeAll(this.#wake, [turn.missing]);
    if (turn.suspect !== undefined) await this.#reloadSuspect(turn.suspect);
    return progressed || turn.missing !== undefined || turn.suspect !== undefined;
  }

  #fireTimers(turn: Turn): void {
    const { observer, runtime, limits } = this.#deps, { partition } = this.#lease;
    for (const { actor, name, dueMs } of this.#gate.due(this.#opened.state.agenda, limits.timersAtOnceMax)) {
      if (!turn.timer(actor, name, dueMs)) return;
      observer.timerFired({ partition, actor, lateMs: runtime.nowMs() - dueMs });
    }
  }

  async #append(turn: Turn, observed: ObservedTurn, arrived: Arrived): Promise<void> {
    const { broker, runtime, observer } = this.#deps, { partition, epoch } = this.#lease;
    const { state } = this.#opened;
    const draft = turn.finish(runtime.newId(), epoch);
    const headers = traceHeadersOf(observed);
    const toAppend = { partition, turn: draft.head.turn, bytes: draft.bytes, head: state.head };
    const decidedMs = runtime.nowMs();
    const appended = await appendTurn(
      broker,
      runtime,
      headers ? { ...toAppend, headers } : toAppend,
      () => !this.#abandoned,
    );
    const { kind, sequence } = appended;
    observed.end({
      commands: turn.commands,
      deliveries: turn.deliveries,
      entries: draft.entryCount,
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
    this.#adopt(draft, turn.changed, sequence, sourcesOf(arrived, draft.head.read.peers));
  }

  /** The turn is durable: only now does it count, and only now does anyone hear of it. */
  #adopt(draft: Draft, changed: Turn["changed"], sequence: number, sources: Sources): void {
    const { broker, observer } = this.#deps, { partition } = this.#lease, { state } = this.#opened;
    foldRecord(state, draft.head, { sequence, hash: hashOf(draft.bytes) });
    this.#store.adopt(changed, sequence);
    this.#store.frozen = false;
    for (const key of draft.settled) this.#waiters.settle(key);
    for (const [key, askers] of draft.waiting) this.#waiters.add(key, askers);
    for (const id of changed.keys()) this.#suspects.delete(id);
    for (const { actor, error } of draft.head.dead) observer.dead({ partition, actor, error });
    this.#inbox.advance(state);
    // Withheld answers are no harm: the edge says 202, and asking again gets the same answer.
    if (this.#mayAct) sendReplies(broker, { partition, sequence, sources }, draft.replies);
    this.#keeper.appended(draft.bytes.length);
  }

  async #reloadSuspect(id: ActorId): Promise<void> {
    this.#suspects.add(id);
    await reload(this.#wake, id);
  }

  #lose(error: unknown): void {
    this.#lost ??= { error };
    this.stop({ abandon: true });
  }
}

/** Whether an actor lives in a partition, by the buckets that are the partition's at the moment. */
function ownerOf(state: PartitionState): (id: ActorId) => boolean {
  return (id) => {
    const { range: [from, to] } = state;
    if (to - from === allBuckets[1]) return true;
    const bucket = bucketOf(id);
    return from <= bucket && bucket < to;
  };
}

function traceparentsOf({ incoming }: Arrived): string[] {
  return incoming.flatMap((one) => "packed" in one && one.packed.traceparent ? [one.packed.traceparent] : []);
}
