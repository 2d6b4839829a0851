import { Fault } from "../faults.ts";
import { type Mark, streamNames } from "../record.ts";
import { commandsRead } from "../retention/held_commands.ts";
import type { Broker } from "../broker/broker.ts";
import type { Runtime } from "../runtime.ts";
import { capture } from "./checkpoint.ts";
import { type Checkpointer, checkpointPolicy } from "./checkpointer.ts";
import { expectNoLossTold } from "./loss_told.ts";
import { type Lease, stillOurs, writeHead } from "./lease.ts";
import type { Reopened } from "./reading.ts";
import { Signal } from "./signal.ts";
import type { ActorStore } from "./store.ts";

export interface KeeperDeps {
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly lease: Lease;
  readonly opened: Reopened;
  readonly store: ActorStore;
  readonly checkpointer: Checkpointer;
  readonly tickMs: number;
  readonly headEveryMs: number;
  /** What has changed and is in no snapshot stays in memory; more than this is saved at once. */
  dirtyBytesMax(): number;
  /** How far all that other partitions said has been taken; undefined while something waits. */
  heardUntil(): Mark | undefined;
  /** True when a turn was not taken because somebody else may own the partition. */
  heldBack(): boolean;
  /** Timers may be due, or a turn may be taken again. */
  readonly wake: () => void;
  /** Somebody else has claimed the partition. */
  readonly lost: (fault: Fault) => void;
}

/** Looks after an open partition while it takes turns: checkpoints, the witness of its head, its lease. */
export class Keeper {
  /** The last sequence of COMMANDS when it was last looked at. */
  commandsHead = 0;
  readonly #deps: KeeperDeps;
  #tailBytes: number;
  #lastTurnMs: number;
  #lookedMs = 0;
  #headWritten = 0;
  #headWrittenMs = 0;
  #heardWritten = 0;
  #failures = 0;
  #notBeforeMs = 0;
  #stopping = false;
  readonly #stopped = new Signal();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.#tailBytes = deps.opened.tailBytes;
    this.#lastTurnMs = deps.runtime.nowMs();
  }

  /** A turn of this size has become durable. */
  appended(bytes: number): void {
    const { store, runtime } = this.#deps;
    this.#tailBytes += bytes;
    this.#lastTurnMs = runtime.nowMs();
    store.evict();
    const { checkpointer, dirtyBytesMax } = this.#deps;
    const due = this.#tailBytes > checkpointer.tailBytesMax || store.dirtyBytes > dirtyBytesMax();
    if (due && this.#lastTurnMs >= this.#notBeforeMs) this.#checkpointSoon();
  }

  /** Returns after `stop`. */
  async run(): Promise<void> {
    const { runtime, opened, tickMs, headEveryMs, wake } = this.#deps;
    while (!this.#stopping) {
      await Promise.race([runtime.sleep(tickMs), this.#stopped.wait()]);
      const nowMs = runtime.nowMs();
      if (this.#deps.heldBack() || (opened.state.agenda.nextDueMs() ?? Infinity) <= nowMs) wake();
      if (nowMs - this.#lookedMs >= headEveryMs) {
        this.#lookedMs = nowMs;
        this.#deps.store.evict(); // The limits shrink when the host gets more partitions.
        await this.#look();
      }
      if (nowMs - this.#lastTurnMs > checkpointPolicy.idleMs && this.#unsaved) {
        this.#lastTurnMs = nowMs; // One try an idle period, also when it fails.
        this.#checkpointSoon();
      }
    }
  }

  stop(): void {
    this.#stopping = true;
    this.#stopped.wake();
  }

  /** Saves everything, so that the next opening has no tail to read; false when that was not possible. */
  async save(): Promise<boolean> {
    await this.#deps.checkpointer.settled();
    const saved = !this.#unsaved || await this.#checkpoint();
    await this.#writeHead();
    return saved;
  }

  /** Leaves what is unsaved to the tail; notes our head for whoever opens the partition next. */
  async leave(): Promise<void> {
    await this.#deps.checkpointer.settled();
    await this.#writeHead();
  }

  get #unsaved(): boolean {
    const { store } = this.#deps;
    return store.dirtyCount > 0 || store.tail.size > 0 || this.#tailBytes > 0;
  }

  #checkpointSoon(): void {
    // Never rejects: a checkpoint that fails is observed, and tried again when the next one is due.
    if (!this.#deps.checkpointer.running) void this.#checkpoint();
  }

  async #checkpoint(): Promise<boolean> {
    const { opened, lease, store, checkpointer, runtime } = this.#deps;
    const { eventsCreatedAtMs, commandsCreatedAtMs, state } = opened;
    const more = { epoch: lease.epoch, eventsCreatedAtMs, commandsCreatedAtMs };
    const bytes = this.#tailBytes;
    const saved = await checkpointer.save(capture(lease.partition, state, store.known, more));
    if (saved) this.#tailBytes -= bytes;
    this.#failures = saved ? 0 : this.#failures + 1;
    this.#notBeforeMs = this.#failures === 0
      ? 0
      : runtime.nowMs() + checkpointPolicy.retryMs * this.#failures;
    store.evict();
    return saved;
  }

  /** Is the partition still ours, how far is COMMANDS, and the witness of our head. */
  async #look(): Promise<void> {
    const { broker } = this.#deps;
    if (!broker.connected()) return;
    try {
      await this.#checkLease();
      await expectNoLossTold(broker, this.#deps.lease.partition);
      this.commandsHead = (await broker.info(streamNames.commands)).lastSequence;
      await this.#writeHead();
    } catch (error) {
      // A second without news is no harm.
      if (!(error instanceof Fault && error.retry) || error.code === "log.doubted") throw error;
    }
  }

  /** A hint that another host has taken over. Appends would find out, but only when there is something to append. */
  async #checkLease(): Promise<void> {
    const { broker, lease, lost } = this.#deps, { partition } = lease;
    if (await stillOurs(broker, lease)) return;
    const what = `Cannot go on with partition ${partition}: another host claimed it`;
    lost(new Fault("partition.fenced", what));
  }

  async #writeHead(): Promise<void> {
    const { broker, runtime, lease, opened, heardUntil } = this.#deps,
      { head } = opened.state,
      { eventsCreatedAtMs } = opened;
    const { sequence } = head, peers = heardUntil(); // They may have moved on when the answer comes.
    const heard = peers?.sequence ?? 0, nowMs = runtime.nowMs();
    const unheard = heard - this.#heardWritten;
    const late = unheard > 0 && nowMs - this.#headWrittenMs >= heardEveryMs;
    if (sequence === this.#headWritten && unheard < heardEvery && !late) return;
    const commands = commandsRead(opened.state);
    const witness = { ...head, eventsCreatedAtMs, commands, ...(peers ? { peers } : {}) };
    if (!await writeHead(broker, lease.partition, witness)) return;
    this.#headWritten = sequence;
    this.#headWrittenMs = nowMs;
    this.#heardWritten = Math.max(heard, this.#heardWritten);
  }
}

/**
 * A partition that nobody talks to notes how far it has listened every so many records, and now and then: an opening listens on from
 * there, and what others passed on to it may be trimmed from COMMANDS.
 */
const heardEvery = 1_000, heardEveryMs = 60_000;
