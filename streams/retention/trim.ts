import type { Broker, StreamInfo } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { streamNames, subjects } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { commandsAgeMsMax } from "../streams.ts";
import type { CommandsRead } from "./held_commands.ts";

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

/** The partition needs the message at `sequence`, which was stored so long ago. */
export interface HeldUp {
  readonly partition: number;
  readonly sequence: number;
  readonly ageMs: number;
}

export interface TrimObserver {
  /** At every look: what is due to go and does not, because somebody still needs it; undefined when nothing is. */
  held?(what: HeldUp | undefined): void;
  trimmed?(what: { readonly below: number; readonly sequences: number }): void;
  interrupted?(reason: string): void;
}

export interface TrimOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "nowMs" | "sleep">;
  /** All there are: what nobody has read yet must stay. */
  partitions(): readonly number[];
  /** By partition: up to where its messages are durably done with, but for those that are held. */
  done(): Promise<ReadonlyMap<number, CommandsRead>>;
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
    const wanted = before.messages === 0
      ? 0
      : Math.max(this.#belowForSpace(before), await this.#belowForAge(before));
    if (wanted <= before.firstSequence) {
      observer?.held?.(undefined);
      return 0;
    }
    const needed = await this.#firstNeeded(before);
    observer?.held?.(needed.sequence < wanted ? await this.#heldUp(needed, before) : undefined);
    const below = Math.min(wanted, needed.sequence);
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

  /** The first sequence that somebody still needs, and who. */
  async #firstNeeded({ lastSequence }: StreamInfo): Promise<Needed> {
    const { broker } = this.#options, done = await this.#options.done();
    let needed: Needed = { sequence: lastSequence + 1, partition: -1 };
    for (const partition of this.#options.partitions()) {
      const { passed, held = Infinity } = done.get(partition) ?? { passed: 0 };
      const last = await broker.last(streamNames.commands, subjects.commands(partition));
      // A partition without commands beyond what was passed holds nobody back, however long ago that was.
      const unread = last !== undefined && last.sequence > passed ? passed + 1 : Infinity;
      const sequence = Math.min(held, unread);
      if (sequence < needed.sequence) needed = { sequence, partition };
    }
    return needed;
  }

  async #heldUp({ sequence, partition }: Needed, { firstSequence, lastSequence }: StreamInfo) {
    const oldest = await this.#timeAtOrAfter(Math.max(sequence, firstSequence), lastSequence + 1);
    const ageMs = oldest === undefined ? 0 : this.#options.runtime.nowMs() - oldest.storedAtMs;
    return { partition, sequence, ageMs };
  }
}

interface Needed {
  readonly sequence: number;
  readonly partition: number;
}
