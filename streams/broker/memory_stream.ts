import type {
  BatchMessage,
  BatchOutcome,
  PublishOutcome,
  Stored,
  StreamConfig,
  StreamInfo,
} from "./broker.ts";
import { matches } from "./subjects.ts";

const noHeaders: ReadonlyMap<string, string> = new Map();
/** What a stored message costs beside its subject, headers and payload. */
const overheadBytes = 30;
const formerMax = 8;

/** One stream of the in-memory server: what JetStream stores, refuses and forgets. */
export class MemoryStream {
  #config: StreamConfig;
  readonly #nowMs: () => number;
  readonly #createdAtMs: number;
  readonly #messages = new Map<number, Stored>();
  readonly #bySubject = new Map<string, number[]>();
  readonly #wakers = new Set<() => void>();
  /** What a subject held before, newest last: replicas that lag still have it. */
  readonly #formerly = new Map<string, Stored[]>();
  readonly #replicated: boolean;
  #bytes = 0;
  #lastSequence = 0;

  constructor(config: StreamConfig, nowMs: () => number, replicated = false) {
    this.#config = config;
    this.#replicated = replicated;
    this.#nowMs = nowMs;
    this.#createdAtMs = nowMs();
  }

  get name(): string {
    return this.#config.name;
  }
  get lastSequence(): number {
    return this.#lastSequence;
  }
  reconfigure(config: StreamConfig): void {
    this.#config = config;
  }
  takes(subject: string): boolean {
    return this.#config.subjects.some((pattern) => matches(pattern, subject));
  }
  info(): StreamInfo {
    this.#expire();
    return {
      createdAtMs: this.#createdAtMs,
      firstSequence: this.#firstSequence(),
      lastSequence: this.#lastSequence,
      messages: this.#messages.size,
      bytes: this.#bytes,
    };
  }

  store(message: BatchMessage, expectedLastSequence = this.#lastSequence): PublishOutcome {
    this.#expire();
    if (expectedLastSequence !== this.#lastSequence) return { kind: "conflict", actual: this.#lastSequence };
    const actual = this.#lastOf(message.subject);
    const { expectedLastSubjectSequence: expected } = message;
    if (expected !== undefined && expected !== actual) return { kind: "conflict", actual };
    if (!this.#fits([message])) return { kind: "full" };
    return { kind: "stored", sequence: this.#append(message) };
  }

  storeBatch(messages: readonly BatchMessage[]): BatchOutcome {
    this.#expire();
    if (this.#config.atomicBatches !== true) {
      return { kind: "refused", reason: "10174: atomic publish is disabled" };
    }
    const written = new Set<string>();
    for (const { subject, expectedLastSubjectSequence: expected } of messages) {
      if (!this.takes(subject)) return { kind: "refused", reason: `${subject} is not of this stream` };
      const actual = this.#lastOf(subject);
      if (expected !== undefined && (expected !== actual || written.has(subject))) {
        return { kind: "refused", reason: `10071: wrong last sequence: ${actual}` };
      }
      written.add(subject);
    }
    if (!this.#fits(messages)) return { kind: "refused", reason: "10077: maximum bytes exceeded" };
    for (const message of messages) this.#append(message);
    return { kind: "stored", lastSequence: this.#lastSequence };
  }

  /** The subject's last message, or the last one up to a sequence, as a replica that lags has it. */
  last(subject: string, upTo = Infinity): Stored | undefined {
    this.#expire();
    if (subject.endsWith(">")) {
      return [...this.#messages.values()].findLast((one) => matches(subject, one.subject));
    }
    const sequence = this.#lastOf(subject);
    if (sequence <= upTo) return this.#messages.get(sequence);
    return this.#formerly.get(subject)?.findLast((message) => message.sequence <= upTo);
  }
  /** The last sequence of the subject before this one. */
  before(subject: string, sequence: number): number {
    return this.#bySubject.get(subject)?.findLast((known) => known < sequence) ?? 0;
  }
  at(sequence: number): Stored | undefined {
    this.#expire();
    return this.#messages.get(sequence);
  }
  /** The next message of the subject at or after a place. */
  next(fromSequence: number, subject: string | undefined): Stored | undefined {
    this.#expire();
    const from = Math.max(fromSequence, this.#firstSequence());
    for (let sequence = from; sequence <= this.#lastSequence; sequence++) {
      const message = this.#messages.get(sequence);
      if (message !== undefined && (subject === undefined || matches(subject, message.subject))) {
        return message;
      }
    }
    return undefined;
  }

  purgeBelow(sequence: number): void {
    if (this.#config.denyPurge === true) {
      throw new Error(`Cannot purge stream ${this.#config.name}: not permitted`);
    }
    for (const known of [...this.#messages.keys()]) {
      if (known >= sequence) return;
      this.#drop(known);
    }
  }
  skipTo(sequence: number): void {
    this.purgeBelow(Infinity);
    this.#lastSequence = Math.max(this.#lastSequence, sequence - 1);
  }
  deleteMessage(sequence: number): void {
    const { denyDelete, name } = this.#config;
    if (denyDelete === true) throw new Error(`Cannot delete a message of stream ${name}: not permitted`);
    this.#drop(sequence);
  }
  /** What the storage below must never do, for tests that it is noticed. */
  loseTail(afterSequence: number): void {
    for (const sequence of [...this.#messages.keys()]) if (sequence > afterSequence) this.#drop(sequence);
    this.#lastSequence = Math.min(this.#lastSequence, afterSequence);
  }

  /** What the storage below must never do, either: one message is gone as if it had never been. */
  loseOne(sequence: number): void {
    this.#drop(sequence);
  }

  watch(wake: () => void): { stop(): void } {
    this.#wakers.add(wake);
    return { stop: () => void this.#wakers.delete(wake) };
  }
  #firstSequence(): number {
    for (const sequence of this.#messages.keys()) return sequence;
    return this.#lastSequence + 1;
  }
  #lastOf(subject: string): number {
    return this.#bySubject.get(subject)?.at(-1) ?? 0;
  }

  #append({ subject, payload, headers = noHeaders }: BatchMessage): number {
    const sequence = ++this.#lastSequence;
    const message: Stored = {
      subject,
      sequence,
      payload: payload.slice(),
      headers,
      storedAtMs: this.#nowMs(),
    };
    this.#messages.set(sequence, message);
    this.#bytes += sizeOf(message);
    if (this.#replicated) this.#keepFormer(message);
    const sequences = this.#bySubject.get(subject) ?? [];
    sequences.push(sequence);
    this.#bySubject.set(subject, sequences);
    const { messagesPerSubjectMax = Infinity, bytesMax = Infinity } = this.#config;
    if (sequences.length > messagesPerSubjectMax) this.#drop(sequences[0]!);
    while (this.#bytes > bytesMax && this.#messages.size > 1) this.#drop(this.#firstSequence());
    for (const wake of [...this.#wakers]) wake();
    return sequence;
  }

  #keepFormer(message: Stored): void {
    const former = this.#formerly.get(message.subject) ?? [];
    former.push(message);
    if (former.length > formerMax) former.shift();
    this.#formerly.set(message.subject, former);
  }

  #drop(sequence: number): void {
    const message = this.#messages.get(sequence);
    if (message === undefined) return;
    this.#messages.delete(sequence);
    this.#bytes -= sizeOf(message);
    const left = this.#bySubject.get(message.subject)!.filter((known) => known !== sequence);
    if (left.length > 0) this.#bySubject.set(message.subject, left);
    else this.#bySubject.delete(message.subject);
  }

  #fits(messages: readonly BatchMessage[]): boolean {
    const { discard, bytesMax = Infinity } = this.#config;
    const added = messages.reduce((sum, message) => sum + sizeOf(message), 0);
    return discard === "old" || this.#bytes + added <= bytesMax;
  }

  #expire(): void {
    const { ageMsMax } = this.#config;
    if (ageMsMax === undefined) return;
    const before = this.#nowMs() - ageMsMax;
    for (const message of [...this.#messages.values()]) {
      if (message.storedAtMs >= before) return;
      this.#drop(message.sequence);
    }
  }
}

function sizeOf(
  { subject, payload, headers = noHeaders }: Pick<BatchMessage, "subject" | "payload" | "headers">,
) {
  let bytes = overheadBytes + subject.length + payload.length;
  for (const [name, value] of headers) bytes += name.length + value.length + 4;
  return bytes;
}
