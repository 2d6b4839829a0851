import type { CommandMark, Mark, Pending } from "../record.ts";
import { nothingRead } from "./partition_state.ts";
import type { Listener, Told } from "./peers.ts";

/** What one record of another partition says to our actors. */
export interface Heard {
  readonly mark: Mark;
  /** The partition that says it. */
  readonly source: number;
  readonly messages: readonly Pending[];
  /** Where in COMMANDS that stands which the partition that was split passes on here. */
  readonly passedOn?: number;
  /** How far the partition that was split has read COMMANDS, as far as its records up to here say. */
  readonly read: CommandMark;
  /** Where the traces of the messages' requests go on, by their commands' ids; absent when nobody traces any. */
  readonly requests?: ReadonlyMap<string, string>;
}

export const hearingLimits = { bufferedBytesMax: 16 * 1024 * 1024 } as const;
/** What a trace context and the id of its command take in memory, roughly. */
const requestBytes = 256;

/** One partition's ear: what others said and it has not taken yet. */
export class Hearing {
  readonly #listener: Listener;
  readonly #tap: { left(): void; behind(): void };
  readonly #heard: (Heard & { readonly bytes: number })[] = [];
  #bytes = 0;
  /** The last record that was looked at. */
  #seen: Mark;
  /** Everything up to here has been taken, whether or not it has arrived. */
  #done: Mark;
  #read: CommandMark;
  #detached = false;
  #failure: { readonly error: unknown } | undefined;
  stopped = false;

  constructor(listener: Listener, tap: { left(): void; behind(): void }) {
    this.#listener = listener;
    this.#tap = tap;
    this.#seen = this.#done = listener.from;
    this.#read = listener.parent?.read ?? nothingRead;
  }

  /** The first record that it has not looked at. */
  get next(): number {
    return this.#seen.sequence + 1;
  }
  /** Everything said up to here has been taken; undefined while something waits. */
  get until(): Mark | undefined {
    return this.#heard.length === 0 ? this.#reached : undefined;
  }
  get #reached(): Mark {
    return this.#done.sequence > this.#seen.sequence ? this.#done : this.#seen;
  }

  /** Looks at a record; false when it can take no more until some of it was taken. */
  take({ mark, partition, sends, read, requests, bytes }: Told): boolean {
    if (mark.sequence < this.next || this.stopped) return true;
    this.#seen = mark;
    const { partition: ours, parent, owns, wake } = this.#listener, parents = partition === parent?.partition;
    if (partition === ours) return true;
    if (parents) this.#read = read;
    const messages = mark.sequence <= this.#done.sequence ? [] : sends.filter(({ to }) => owns(to));
    if (messages.length === 0) {
      if (parents) wake(); // What was sent to us may have waited for this.
      return true;
    }
    const passedOn = parents ? messages.find(({ asker }) => asker)?.cause.at?.[0] : undefined;
    const traced = requests && messages.some(({ cause }) => requests.has(cause.id));
    const kept = traced ? { requests, bytes: bytes + requests.size * requestBytes } : { bytes };
    const heard = { mark, source: partition, messages, read: this.#read, ...kept };
    this.#heard.push(passedOn === undefined ? heard : { ...heard, passedOn });
    this.#bytes += heard.bytes;
    wake();
    this.#detached = this.#bytes > hearingLimits.bufferedBytesMax;
    return !this.#detached;
  }

  /**
   * The next things said, without taking them, about `messagesMax` messages; with `until` when that is all there is up to there, and
   * how far the partition that was split has read by then.
   */
  peek(
    messagesMax: number,
  ): { readonly heard: readonly Heard[]; readonly until?: Mark; readonly read?: CommandMark } {
    if (this.#failure) throw this.#failure.error;
    const heard: Heard[] = [];
    let count = 0;
    for (const one of this.#heard) {
      if (count >= messagesMax) return { heard };
      heard.push(one);
      count += one.messages.length;
    }
    return { heard, until: this.#reached, read: this.#read };
  }

  /** Forgets everything up to the position, which is durable now: also what has not arrived yet. */
  advance(taken: Mark): void {
    const { sequence } = taken;
    if (sequence > this.#done.sequence) this.#done = taken;
    while (this.#heard[0] && this.#heard[0].mark.sequence <= sequence) {
      this.#bytes -= this.#heard.shift()!.bytes;
    }
    if (!this.#detached || this.#bytes > hearingLimits.bufferedBytesMax / 2) return;
    this.#detached = false;
    this.#tap.behind();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#listener.wake();
  }

  stop(): void {
    this.stopped = true;
    this.#tap.left();
  }
}
