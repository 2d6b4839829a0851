import type { ActorId } from "../../actors/ids.ts";
import { type Recorded, type Seen, type Summary, together } from "./events_audit.ts";
import { localShare, type Share } from "./share.ts";
import { threadShare } from "./thread_share.ts";

/** Handed over together. */
const batchLimits = { recordsMax: 256, bytesMax: 1024 * 1024 } as const;
/** So many batches wait for a thread: reading goes on meanwhile, and memory stays bounded. */
const aheadMax = 4;

/** The audit of all events, in one share or in several. */
export class Shares {
  readonly #shares: readonly Share[];
  readonly #ahead: Promise<void>[] = [];
  #batch: Recorded[] = [];
  #bytes = 0;

  /** `threads`: of their own, as many as there are shares; else here. */
  constructor({ chance, threads }: { readonly chance: number; readonly threads: boolean }) {
    this.#shares = threads
      ? [threadShare("goods", chance), threadShare("papers", chance)]
      : [localShare("all", chance)];
  }

  /** True when the batch is full, and has to be handed over. */
  take(record: Recorded): boolean {
    this.#batch.push(record);
    this.#bytes += record.payload.byteLength;
    return this.#batch.length >= batchLimits.recordsMax || this.#bytes >= batchLimits.bytesMax;
  }

  /** Hands over what was taken; returns once there is room for more. Throws what a share met, also in an earlier batch. */
  async handOver(): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#bytes = 0;
    this.#ahead.push(this.#each((share) => share.take(batch)));
    if (this.#ahead.length >= aheadMax) await this.#ahead.shift();
  }

  /** Returns when all that was handed over is done. */
  async settle(): Promise<void> {
    await this.handOver();
    await Promise.all(this.#ahead.splice(0));
  }

  async sampled(): Promise<readonly ActorId[]> {
    return (await Promise.all(this.#shares.map((share) => share.sampled()))).flat();
  }

  /** Each share compares those that are its own. */
  async compare(seen: readonly Seen[]): Promise<void> {
    await this.#each((share) => share.compare(seen));
  }

  /** What would explain how actors differ about the same units, if it is under way. */
  async awaited(): Promise<readonly string[]> {
    return (await Promise.all(this.#shares.map((share) => share.awaited()))).flat();
  }

  /** What of it is. */
  async explain(explained: readonly string[]): Promise<void> {
    await this.#each((share) => share.explain(explained));
  }

  async summary(): Promise<Summary> {
    return together(await Promise.all(this.#shares.map((share) => share.summary())));
  }

  async stop(): Promise<void> {
    await this.#each((share) => share.stop());
  }

  #each(work: (share: Share) => Promise<void>): Promise<void> {
    const done = Promise.all(this.#shares.map(work)).then(() => undefined);
    done.catch(() => undefined); // Whoever waits for it is told, though perhaps only after the next batch.
    return done;
  }
}
