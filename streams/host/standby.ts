import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker, Reader } from "../broker/broker.ts";
import { hashOf } from "../hash.ts";
import { type BucketRange, type Mark, streamNames, subjects } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { checkpointedTurn } from "./checkpoint.ts";
import { Inbox } from "./inbox.ts";
import { checkCommandsRead } from "./intake.ts";
import { checkClock, type Lease, readHead } from "./lease.ts";
import { checkEnd } from "./opening.ts";
import { allBuckets, ownsAll, within } from "./partition_state.ts";
import { checkPeersRead, type PeerTap } from "./peers.ts";
import { Reading, type Reopened } from "./reading.ts";
import { Signal } from "./signal.ts";

export const standbyLimits = {
  /** What was written since the last checkpoint is held in memory: more than this, and its owner is not about to let go. */
  tailBytesMax: 64 * 1024 * 1024,
  /** Longer than this behind the end, and reading anew, from a newer checkpoint, is no slower. */
  behindMsMax: 2_000,
} as const;

export interface StandbyDeps {
  readonly broker: Broker;
  readonly runtime: Runtime;
  actorOf(id: ActorId): AnyActor | undefined;
  /** The buckets of the partition before its first record. */
  readonly range?: BucketRange;
  readonly peers?: PeerTap;
  /** Called once it has read up to the end. */
  readonly caughtUp?: () => void;
}

/** All that a partition needs to take turns. */
export interface Ready {
  readonly opened: Reopened;
  readonly inbox: Inbox;
  readonly signal: Signal;
}

/**
 * Follows a partition that another host is about to let go of, so that little is left to read once it is ours. Only a head start: what
 * it cannot do, or not fast enough, an opening does anew, and says why when that fails, too.
 */
export class Standby {
  readonly #deps: StandbyDeps;
  readonly #partition: number;
  readonly #signal = new Signal();
  readonly #progress = new Signal();
  #reading: Reading | undefined;
  #seen: Mark | undefined;
  #inbox: Inbox | undefined;
  #reader: Reader | undefined;
  #ended = false;

  constructor(deps: StandbyDeps, partition: number) {
    this.#deps = deps;
    this.#partition = partition;
    this.#follow().catch(() => undefined).finally(() => {
      this.stop();
      this.#progress.wake();
    });
  }

  /** The last record that was read: it cannot be gone. */
  get seen(): Mark | undefined {
    return this.#reading?.state.head ?? this.#seen;
  }

  /** True when it has read up to the end, and follows from there. */
  get ready(): boolean {
    return this.#inbox !== undefined && !this.#ended;
  }

  /** The partition as it is, now that nobody else writes to it; undefined when it has to be read anew. */
  async takeOver(lease: Lease): Promise<Ready | undefined> {
    try {
      return await this.#takeOver(lease);
    } finally {
      this.stop();
    }
  }

  stop(): void {
    this.#ended = true;
    this.#seen = this.seen;
    this.#reading = undefined; // Whoever took over has it; otherwise it is of no use, and large.
    void this.#reader?.stop();
    void this.#inbox?.stop();
    this.#inbox = undefined;
  }

  async #follow(): Promise<void> {
    const { broker, range = allBuckets, caughtUp } = this.#deps, partition = this.#partition;
    const reading = this.#reading = await Reading.begin(broker, partition, range), { state } = reading;
    await reading.readOn(broker); // What is decided by now need not be heard again.
    if (this.#ended || this.#tooMuch(reading)) return;
    const peers = ownsAll(state.range) ? undefined : this.#deps.peers;
    const listening = { partition, state, owns: within(state.range), wake: this.#signal.wake };
    const inbox = await Inbox.open(broker, peers, listening);
    if (this.#ended) return await inbox.stop();
    this.#inbox = inbox;
    this.#progress.wake();
    caughtUp?.();
    const fromSequence = state.head.sequence + 1, subject = subjects.events(partition);
    this.#reader = broker.read(streamNames.events, { subject, fromSequence });
    for await (const stored of this.#reader) {
      if (this.#ended) return;
      reading.take(stored);
      if (this.#tooMuch(reading)) return;
      inbox.advance(state);
      this.#progress.wake();
    }
  }

  /** Whoever has a partition completes its split, and begins anew. */
  #tooMuch({ state, tailBytes }: Reading): boolean {
    return state.split !== undefined || tailBytes > standbyLimits.tailBytesMax;
  }

  async #takeOver(lease: Lease): Promise<Ready | undefined> {
    const { broker, runtime, actorOf } = this.#deps, partition = this.#partition;
    const untilMs = runtime.elapsedMs() + standbyLimits.behindMsMax;
    const readLast = () => broker.last(streamNames.events, subjects.events(partition));
    const [witness, lastAtFirst, checkpoint] = await Promise.all([
      readHead(broker, partition),
      readLast(),
      checkpointedTurn(broker, partition),
      checkClock(broker, lease),
      this.#until(() => this.#inbox !== undefined, untilMs),
    ]);
    // As in every opening: what says how much there must be is older than what is there.
    const older = witness !== undefined && witness.sequence > (lastAtFirst?.sequence ?? 0);
    const last = older ? await readLast() : lastAtFirst;
    const reading = this.#reading, inbox = this.#inbox;
    if (!reading || !inbox || !last) return undefined;
    const { state } = reading;
    if (!await this.#until(() => state.head.sequence >= last.sequence, untilMs)) return undefined;
    this.#ended = true;
    if (state.head.sequence !== last.sequence || state.head.hash !== hashOf(last.payload)) return undefined;
    this.#inbox = undefined; // From here on it goes with the partition.
    try {
      await Promise.all([
        checkEnd({ broker, runtime, partition }, state, witness),
        checkCommandsRead(broker, partition, state.read),
        checkPeersRead(broker, partition, state.peers),
      ]);
    } catch (error) {
      await inbox.stop();
      throw error;
    }
    inbox.advance(state);
    return {
      opened: { ...reading.opened(actorOf), sequence: checkpoint?.sequence ?? 0 },
      inbox,
      signal: this.#signal,
    };
  }

  /** False when it does not come so far in time. */
  async #until(reached: () => boolean, untilMs: number): Promise<boolean> {
    const { runtime } = this.#deps;
    while (!this.#ended && !reached() && runtime.elapsedMs() < untilMs) {
      await Promise.race([this.#progress.wait(), runtime.sleep(untilMs - runtime.elapsedMs())]);
    }
    return reached() && !this.#ended;
  }
}
