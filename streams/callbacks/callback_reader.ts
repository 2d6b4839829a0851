import type { Broker, Reader } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { type Callback, decodeCallbacks } from "./callback_pack.ts";

const positionSubject = "registry.callbacks.position";
const saveEveryMs = 500, ackMsMax = 2_000;
const pause = { firstMs: 100, maxMs: 5_000 } as const;

export interface CallbackReaderOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "elapsedMs" | "sleep">;
  /** Does all that follows from one message's callbacks, and rejects with a `Fault` that trying again helps with. May be called twice. */
  handle(callbacks: readonly Callback[]): Promise<void>;
  /** Told of what is tried again. */
  interrupted?(reason: string): void;
}

/**
 * Hands out CALLBACKS in order from a durable position, which is written now and then by compare-and-set: a second reader is fenced, and
 * what is handled again after a crash changes nothing, because a parcel takes each scan once.
 */
export class CallbackReader {
  readonly #options: CallbackReaderOptions;
  #reader: Reader | undefined;
  #stopped = false;
  /** The last message that was handled, and the last one that the position says. */
  #handled = 0;
  #saved = 0;
  #revision = 0;
  #savedMs = 0;

  constructor(options: CallbackReaderOptions) {
    this.#options = options;
  }

  /** Returns after `stop`; throws `Fault("projection.fenced")` when another one reads. */
  async run(): Promise<void> {
    const { broker } = this.#options;
    const position = await broker.last(streamNames.registry, positionSubject);
    if (position) {
      this.#revision = position.sequence;
      this.#handled = this.#saved = sequenceOf(position.payload);
    }
    if (this.#stopped) return;
    this.#reader = broker.read(streamNames.callbacks, { fromSequence: this.#handled + 1 });
    for await (const { sequence, payload } of this.#reader) {
      await this.#handleAll(decodeCallbacks(payload));
      if (this.#stopped) break;
      this.#handled = sequence;
      await this.#saveNowAndThen();
    }
    await this.#save();
  }

  stop(): void {
    this.#stopped = true;
    void this.#reader?.stop();
  }

  /** As often as it takes: a callback that was accepted is never passed over. */
  async #handleAll(callbacks: readonly Callback[]): Promise<void> {
    const { runtime, handle, interrupted } = this.#options;
    for (let pauseMs: number = pause.firstMs; !this.#stopped; pauseMs = Math.min(pauseMs * 2, pause.maxMs)) {
      try {
        return await handle(callbacks);
      } catch (error) {
        if (!(error instanceof Fault && error.retry)) throw error;
        interrupted?.(error.message);
        await runtime.sleep(pauseMs);
      }
    }
  }

  async #saveNowAndThen(): Promise<void> {
    const nowMs = this.#options.runtime.elapsedMs();
    if (nowMs - this.#savedMs < saveEveryMs) return;
    this.#savedMs = nowMs;
    await this.#save();
  }

  async #save(): Promise<void> {
    if (this.#handled === this.#saved) return;
    const payload = new TextEncoder().encode(JSON.stringify({ sequence: this.#handled }));
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
    const there = await this.#options.broker.last(streamNames.registry, positionSubject);
    if (there && sequenceOf(there.payload) > this.#handled) {
      throw new Fault("projection.fenced", "Cannot go on with callbacks: another process handles them");
    }
    this.#revision = there?.sequence ?? 0;
  }
}

const sequenceOf = (payload: Uint8Array): number =>
  (JSON.parse(new TextDecoder().decode(payload)) as { readonly sequence: number }).sequence;
