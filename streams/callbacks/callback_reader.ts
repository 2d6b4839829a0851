import { arrivals } from "../arrivals.ts";
import type { Broker, Reader, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { Signal } from "../host/signal.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { type CallbackPace, callbackPace, CallbackPacer } from "./callback_pace.ts";
import { type Callback, decodeCallbacks } from "./callback_pack.ts";
import { type CallbackPosition, positionSubject, readCallbackPosition } from "./callback_position.ts";

const saveEveryMs = 500, ackMsMax = 2_000, lookEveryMs = 2_000;
/** What has arrived meanwhile is handled together, and so shares its way through the log: one message at a time costs several fsyncs each. */
const batchLimits = { messagesMax: 64, bytesMax: 4 * 1024 * 1024 };
const pause = { firstMs: 100, maxMs: 5_000 } as const;

/** What nobody has worked out yet. */
export interface CallbackBacklog {
  readonly messages: number;
  /** How long the oldest of them has been stored; 0 when there is none. */
  readonly oldestMs: number;
}

export interface CallbackReaderOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "sleep" | "nowMs" | "elapsedMs">;
  /** Does all that follows from these callbacks, and rejects with a `Fault` that trying again helps with. May be called twice. */
  handle(callbacks: readonly Callback[]): Promise<void>;
  /** Told of what is tried again. */
  interrupted?(reason: string): void;
  /** So many messages were gone before they were read: too old, or there was no room for them. */
  missed?(messages: number): void;
  /** Told now and then; undefined when reading ends: then it is another process' to know. */
  backlog?(backlog: CallbackBacklog | undefined): void;
  readonly pace?: CallbackPace;
}

/**
 * Hands out CALLBACKS in order from a durable position, which is written now and then by compare-and-set: a second reader is fenced, and
 * what is handled again after a crash changes nothing, because a parcel takes each scan once.
 */
export class CallbackReader {
  readonly #options: CallbackReaderOptions;
  readonly #pacer: CallbackPacer;
  #reader: Reader | undefined;
  #stopped = false;
  /** The last message that was handled, and the last one that the position says. */
  #handled = 0;
  #saved = 0;
  #revision = 0;
  #streamCreatedMs = 0;
  /** When the message was stored that is worked out now. */
  #inHandMs: number | undefined;
  /** When it was first seen that there is more than was handled. */
  #behindMs: number | undefined;
  #lookedMs = -Infinity;
  readonly #end = new Signal();
  readonly #endOfRest = new Signal();
  #failure: { readonly error: unknown } | undefined;

  constructor(options: CallbackReaderOptions) {
    this.#options = options;
    this.#pacer = new CallbackPacer(options.broker, options.runtime, options.pace ?? callbackPace);
  }

  /** Returns after `stop`; throws `Fault("projection.fenced")` when another one reads. */
  async run(): Promise<void> {
    const { broker } = this.#options;
    const stored = await readCallbackPosition(broker);
    const { createdAtMs, firstSequence } = await broker.info(streamNames.callbacks);
    this.#streamCreatedMs = createdAtMs;
    if (stored) {
      const { sequence, streamCreatedMs, revision } = stored;
      this.#revision = revision;
      // A stream that was made anew is read from its beginning: what is told twice is no harm.
      this.#handled = this.#saved = streamCreatedMs === createdAtMs ? sequence : 0;
    }
    const gone = firstSequence - 1 - this.#handled;
    if (gone > 0) this.#options.missed?.(gone);
    if (this.#stopped) return;
    const reader = this.#reader = broker.read(streamNames.callbacks, { fromSequence: this.#handled + 1 });
    const saving = this.#saveNowAndThen().catch((error: unknown) => this.#fail(error));
    try {
      for await (const batch of arrivals(reader, batchLimits)) {
        for (let from = 0, next; from < batch.length && !this.#stopped; from = next) {
          next = Math.min(batch.length, from + this.#pacer.messagesMax);
          await this.#workOut(batch.slice(from, next));
        }
        this.#inHandMs = undefined;
      }
    } finally {
      this.stop();
      await saving;
      this.#options.backlog?.(undefined);
    }
    if (this.#failure) throw this.#failure.error;
    await this.#save();
  }

  stop(): void {
    this.#stopped = true;
    this.#end.wake();
    this.#endOfRest.wake();
    void this.#reader?.stop();
  }

  /** Then gives way to callbacks that come, if many do. */
  async #workOut(messages: readonly Stored[]): Promise<void> {
    const { runtime } = this.#options, startedMs = runtime.elapsedMs(), last = messages.at(-1)!;
    const callbacks = messages.flatMap(({ payload }) => decodeCallbacks(payload));
    this.#inHandMs = messages[0]!.storedAtMs;
    if (!await this.#handleAll(callbacks)) return;
    this.#handled = last.sequence;
    this.#inHandMs = last.storedAtMs; // What comes next in a peak is hardly younger.
    const tookMs = runtime.elapsedMs() - startedMs, behindMs = runtime.nowMs() - last.storedAtMs;
    const counts = { messages: messages.length, callbacks: callbacks.length };
    const restMs = await this.#pacer.restMs({ ...counts, tookMs, behindMs });
    if (restMs > 0) await Promise.race([runtime.sleep(restMs), this.#endOfRest.wait()]);
  }

  /** As often as it takes: a callback that was accepted is never passed over. False when it is not done because of `stop`. */
  async #handleAll(callbacks: readonly Callback[]): Promise<boolean> {
    const { runtime, handle, interrupted } = this.#options;
    for (let pauseMs: number = pause.firstMs; !this.#stopped; pauseMs = Math.min(pauseMs * 2, pause.maxMs)) {
      try {
        await handle(callbacks);
        return true;
      } catch (error) {
        if (!(error instanceof Fault && error.retry)) throw error;
        interrupted?.(error.message);
        await runtime.sleep(pauseMs);
      }
    }
    return false;
  }

  async #saveNowAndThen(): Promise<void> {
    while (!this.#stopped) {
      await Promise.race([this.#options.runtime.sleep(saveEveryMs), this.#end.wait()]);
      if (!this.#stopped) await this.#save();
      if (!this.#stopped) await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { broker, runtime, backlog } = this.#options;
    if (!backlog || runtime.elapsedMs() - this.#lookedMs < lookEveryMs) return;
    this.#lookedMs = runtime.elapsedMs();
    try {
      const { lastSequence } = await broker.info(streamNames.callbacks), nowMs = runtime.nowMs();
      const messages = Math.max(0, lastSequence - this.#handled);
      this.#behindMs = messages > 0 ? this.#inHandMs ?? this.#behindMs ?? nowMs : undefined;
      backlog({ messages, oldestMs: Math.max(0, nowMs - (this.#behindMs ?? nowMs)) });
    } catch (error) {
      if (!(error instanceof Fault && error.retry)) throw error;
      // What was told last stays; that the log does not answer is told where callbacks wait for it.
    }
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.stop();
  }

  async #save(): Promise<void> {
    if (this.#handled === this.#saved) return;
    const position: CallbackPosition = { sequence: this.#handled, streamCreatedMs: this.#streamCreatedMs };
    const payload = new TextEncoder().encode(JSON.stringify(position));
    const options = { expectedLastSubjectSequence: this.#revision, ackMsMax };
    const outcome = await this.#options.broker.publish(positionSubject, payload, options);
    if (outcome.kind === "stored") {
      this.#revision = outcome.sequence;
      this.#saved = this.#handled;
    } else if (outcome.kind === "conflict") {
      await this.#settle();
    }
  }

  /** Either our own write of before, whose ack was lost, or another reader's. */
  async #settle(): Promise<void> {
    const there = await readCallbackPosition(this.#options.broker);
    if (there && there.sequence > this.#handled) {
      throw new Fault("projection.fenced", "Cannot go on with callbacks: another process handles them");
    }
    this.#revision = there?.revision ?? 0;
  }
}
