import type { Broker, StreamInfo } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { streamNames, subjects } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { commandsAgeMsMax } from "../streams.ts";

export interface TrimLimits {
  /** The limit of the stream itself. */
  readonly streamBytesMax: number;
  /** Above this share of it the oldest go first. */
  readonly keepShare: number;
  readonly ageMsMax: number;
  readonly everyMs: number;
}
export const trimLimits: Omit<TrimLimits, "streamBytesMax"> = {
  keepShare: 0.5,
  ageMsMax: commandsAgeMsMax,
  everyMs: 10_000,
};

export interface TrimObserver {
  trimmed?(what: { readonly below: number; readonly sequences: number }): void;
  interrupted?(reason: string): void;
}

export interface TrimOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "nowMs" | "sleep">;
  /** All there are: what nobody has read yet must stay. */
  partitions(): readonly number[];
  /** All messages of the partition up to this stream sequence are durably done with. */
  passed(partition: number): Promise<number>;
  readonly limits: { readonly streamBytesMax: number } & Partial<TrimLimits>;
  readonly observer?: TrimObserver;
}

/** Messages that may be gone one after the other (a person was erased) when looking for a message's age. */
const gapMax = 64;

/** Deletes from COMMANDS what every reader has passed: when space is short, and when it is old. Never ahead of a reader. */
export class CommandsTrimmer {
  readonly #options: TrimOptions;
  readonly #limits: TrimLimits;
  #stopped = false;

  constructor(options: TrimOptions) {
    this.#options = options;
    this.#limits = { ...trimLimits, ...options.limits };
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Trims now and then until stopped. */
  async run(): Promise<void> {
    const { runtime, observer } = this.#options;
    while (!this.#stopped) {
      try {
        await this.trim();
      } catch (error) {
        if (!(error instanceof Fault) || !error.retry) throw error;
        observer?.interrupted?.(error.message);
      }
      await runtime.sleep(this.#limits.everyMs);
    }
  }

  /** Resolves with how many sequences went. */
  async trim(): Promise<number> {
    const { broker, observer } = this.#options;
    const before = await broker.info(streamNames.commands);
    if (before.messages === 0) return 0;
    const wanted = Math.max(this.#belowForSpace(before), await this.#belowForAge(before));
    if (wanted <= before.firstSequence) return 0;
    const below = Math.min(wanted, await this.#passedByAll(before));
    if (below <= before.firstSequence) return 0;
    await broker.purgeBelow(streamNames.commands, below);
    const sequences = below - before.firstSequence;
    observer?.trimmed?.({ below, sequences });
    return sequences;
  }

  /** The sequence below which the surplus lies, taking messages for equally large; the next time is more exact. */
  #belowForSpace({ bytes, firstSequence, lastSequence }: StreamInfo): number {
    const surplus = bytes - this.#limits.streamBytesMax * this.#limits.keepShare;
    if (surplus <= 0) return 0;
    const count = lastSequence - firstSequence + 1;
    return firstSequence + Math.min(count, Math.ceil(count * surplus / bytes));
  }

  /** The first sequence that is young enough to stay, by halving; sequences are in order of time. */
  async #belowForAge({ firstSequence, lastSequence }: StreamInfo): Promise<number> {
    const youngMs = this.#options.runtime.nowMs() - this.#limits.ageMsMax;
    let low = firstSequence;
    let high = lastSequence + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = await this.#timeAtOrAfter(middle, high);
      if (found !== undefined && found.storedAtMs < youngMs) low = found.sequence + 1;
      else high = middle;
    }
    return low;
  }

  /** Undefined when only gaps follow: then what is there counts as young, and stays a little longer. */
  async #timeAtOrAfter(sequence: number, before: number) {
    for (let at = sequence; at < Math.min(before, sequence + gapMax); at++) {
      const stored = await this.#options.broker.at(streamNames.commands, at);
      if (stored !== undefined) return stored;
    }
    return undefined;
  }

  /** The first sequence that somebody still needs. */
  async #passedByAll({ lastSequence }: StreamInfo): Promise<number> {
    const { broker } = this.#options;
    let below = lastSequence + 1;
    for (const partition of this.#options.partitions()) {
      const passed = await this.#options.passed(partition);
      const last = await broker.last(streamNames.commands, subjects.commands(partition));
      // A partition without commands beyond what was passed holds nobody back, however long ago that was.
      if (last !== undefined && last.sequence > passed) below = Math.min(below, passed + 1);
    }
    return below;
  }
}
