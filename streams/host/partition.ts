import type { ActorId } from "../../actors/ids.ts";
import type { AnyActor } from "../../actors/actor.ts";
import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import type { Partition as PartitionInMap } from "../partition_map.ts";
import type { Runtime } from "../runtime.ts";
import { actorsIn } from "./actors_in.ts";
import type { BucketRange } from "../record.ts";
import { appendTurn } from "./append.ts";
import { Checkpointer } from "./checkpointer.ts";
import { Inbox } from "./inbox.ts";
import { Keeper } from "./keeper.ts";
import type { Lease } from "./lease.ts";
import type { HostObserver, PartitionGauges } from "./observer.ts";
import { reopen } from "./opening.ts";
import type { Reopened } from "./reading.ts";
import { allBuckets, ownsAll, within } from "./partition_state.ts";
import type { PeerTap } from "./peers.ts";
import { canSplit, finishSplit, type SplitRequest, splitTurn } from "./split.ts";
import { Signal } from "./signal.ts";
import type { Ready, Standby } from "./standby.ts";
import { ActorStore, type StoreLimits } from "./store.ts";
import { Turns } from "./turns.ts";
import type { TurnLimits } from "./turn_context.ts";
import { type Wake, wakeAll } from "./wake.ts";

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
  /** The record of another partition that gave it its buckets, if it was split from one. */
  readonly origin?: PartitionInMap["origin"];
  /** Where it hears of the other partitions, if there are any. */
  readonly peers?: PeerTap;
  /** What followed the partition before it was ours. */
  readonly standby?: Standby;
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
  readonly #turns: Turns;
  #stopping = false;
  #abandoned = false;
  #saved = false;
  #split: SplitRequest | undefined;
  /** Why it cannot go on. */
  #lost: { readonly error: unknown } | undefined;

  private constructor(deps: PartitionDeps, lease: Lease, { opened, inbox, signal }: Ready) {
    const { broker, runtime, observer, limits } = deps, { partition } = lease;
    const actorOf = actorsIn(deps.actors);
    this.#deps = deps;
    this.#lease = lease;
    this.#opened = opened;
    this.#store = new ActorStore(opened, actorOf, limits);
    this.#store.savedUpTo = opened.sequence;
    this.#inbox = inbox;
    this.#signal = signal;
    const { recordsOf, mayAct = () => true } = deps, store = this.#store;
    const headSequence = () => opened.state.head.sequence;
    const { origins } = opened.state, replaying = recordsOf ? { recordsOf } : {};
    const waking: Wake = { broker, partition, origins, store, actorOf, headSequence, ...replaying };
    const wake = (ids: readonly ActorId[]) => wakeAll(waking, ids);
    const checkpointing = { broker, runtime, partition, store, observer, actorOf, wake };
    const checkpointer = new Checkpointer(checkpointing, opened.sequence, opened.knownWritten);
    const { tickMs, headEveryMs } = limits, dirtyBytesMax = () => limits.cacheBytesMax / 2;
    const asked = { heardUntil: () => inbox.heardUntil, heldBack: () => this.#turns.heldBack };
    const every = { tickMs, headEveryMs, dirtyBytesMax, ...asked };
    const keeping = { broker, runtime, lease, opened, store, checkpointer, ...every };
    this.#keeper = new Keeper({ ...keeping, wake: signal.wake, lost: (fault) => this.#lose(fault) });
    const appended = (bytes: number) => this.#keeper.appended(bytes);
    const going = { mayAct, appended, keepTrying: () => !this.#abandoned };
    const taking = { broker, runtime, observer, limits, lease, state: opened.state, store, inbox, waking };
    this.#turns = new Turns({ ...taking, ...going });
  }

  static async open(deps: PartitionDeps, lease: Lease): Promise<Partition> {
    const { runtime, observer } = deps, { partition } = lease;
    const startedMs = runtime.nowMs();
    const ready = await deps.standby?.takeOver(lease) ?? await openAnew(deps, lease);
    observer.opened({ partition, ms: runtime.nowMs() - startedMs, tail: ready.opened.tailRecords });
    return new Partition(deps, lease, ready);
  }

  /** Takes turns until `stop` or a fault. What was in flight when it throws is settled by whoever opens the partition next. */
  async run(): Promise<void> {
    const keeping = this.#keeper.run().catch((error) => this.#lose(error));
    this.#signal.wake();
    try {
      while (!this.#stopping) {
        await this.#signal.wait();
        while (!this.#stopping && !this.#split && await this.#turns.take());
        if (this.#split && !this.#stopping) await this.#giveAway(this.#split);
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
  async save(): Promise<void> {
    await this.#keeper.save();
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

  /**
   * Gives buckets away as soon as what is saved is not far behind; `run` returns then, and opening again completes it. Does nothing
   * when it cannot save: to be asked again.
   */
  async split(request: SplitRequest): Promise<void> {
    const { state } = this.#opened, nowMs = this.#deps.runtime.nowMs();
    if (this.#stopping || !canSplit(state, request, nowMs) || !await this.#keeper.save()) return;
    this.#split = request;
    this.#signal.wake();
  }

  gauges(): PartitionGauges {
    const { runtime } = this.#deps, { partition } = this.#lease, { state } = this.#opened;
    const nowMs = runtime.nowMs(), { oldestAtMs = nowMs } = this.#inbox;
    return {
      partition,
      commandsLag: Math.max(0, this.#keeper.commandsHead - state.read.sequence),
      commandsAgeMs: Math.max(0, nowMs - oldestAtMs),
      queue: state.waiting.length,
      cacheBytes: this.#store.bytes,
      cacheActors: this.#store.count,
      timersOverdue: state.agenda.due(nowMs - 1_000, 1_000).length,
      actorsStopped: state.stopped.size,
      paused: state.paused.size,
      parked: state.parked.length,
    };
  }

  /** All there is is saved at the turn before: the child begins with the snapshots of its actors, and an older one would do for it. */
  async #giveAway(request: SplitRequest): Promise<void> {
    this.#split = undefined;
    if (!await this.#keeper.save()) return this.#signal.wake();
    const { broker, runtime } = this.#deps, { state } = this.#opened;
    const draft = splitTurn(state, request, {
      turn: runtime.newId(),
      lease: this.#lease,
      nowMs: runtime.nowMs(),
    });
    const { partition } = this.#lease, { head, appended: after } = state;
    const toAppend = { partition, turn: draft.head.turn, bytes: draft.bytes, head, after };
    const { kind } = await appendTurn(broker, runtime, toAppend, () => !this.#abandoned);
    if (kind === "fenced") {
      throw new Fault("partition.fenced", `Cannot split partition ${partition}: it is another host's`);
    }
    this.#stopping = true;
    this.#saved = true;
  }

  #lose(error: unknown): void {
    this.#lost ??= { error };
    this.stop({ abandon: true });
  }
}

async function openAnew(deps: PartitionDeps, lease: Lease): Promise<Ready> {
  const { broker, runtime, range = allBuckets, origin } = deps, { partition } = lease;
  const seen = deps.standby?.seen, split = origin !== undefined, actorOf = actorsIn(deps.actors);
  const opened = await reopen(broker, runtime, lease, { actorOf, range, split, ...(seen && { seen }) });
  await finishSplit({ broker, runtime, lease }, opened);
  const signal = new Signal(), { state } = opened, peers = ownsAll(state.range) ? undefined : deps.peers;
  const listening = { partition, state, owns: within(state.range), wake: signal.wake };
  return { opened, inbox: await Inbox.open(broker, peers, listening), signal };
}
