import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { restMs } from "../pace.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";

/** How working callbacks out gives way to keeping them: both need the same machine and disk, and it is the carrier that waits. */
export interface CallbackPace {
  /** They come at least this fast: a peak. */
  readonly peakPerSecond: number;
  /** The part of the time to work in during a peak: this at least, and more the nearer to `behindMsMax` it is behind. */
  readonly shareMin: number;
  readonly restMsMax: number;
  /** So far behind nothing gives way any more, however fast they come. */
  readonly behindMsMax: number;
  /** Messages that are worked out together during a peak: a large batch would keep the machine for as long. */
  readonly messagesMax: number;
}

export const callbackPace: CallbackPace = {
  peakPerSecond: 1_000,
  shareMin: 0.1,
  restMsMax: 1_000,
  behindMsMax: 60_000,
  messagesMax: 8,
};

/** What was worked out. */
export interface WorkedOut {
  readonly messages: number;
  readonly callbacks: number;
  readonly tookMs: number;
  /** How long ago the last of them was stored. */
  readonly behindMs: number;
}

const lookEveryMs = 200;

/** Watches how fast CALLBACKS grows, and says how long to rest. */
export class CallbackPacer {
  readonly #broker: Broker;
  readonly #runtime: Pick<Runtime, "elapsedMs">;
  readonly #pace: CallbackPace;
  #seen: { readonly sequence: number; readonly atMs: number } | undefined;
  #messagesPerSecond = 0;
  #inPeak = false;

  constructor(broker: Broker, runtime: Pick<Runtime, "elapsedMs">, pace: CallbackPace) {
    this.#broker = broker;
    this.#runtime = runtime;
    this.#pace = pace;
  }

  /** How many messages to work out together. */
  get messagesMax(): number {
    return this.#inPeak ? this.#pace.messagesMax : Infinity;
  }

  async restMs({ messages, callbacks, tookMs, behindMs }: WorkedOut): Promise<number> {
    await this.#look();
    const perSecond = this.#messagesPerSecond * callbacks / messages;
    const { peakPerSecond, shareMin, behindMsMax, restMsMax } = this.#pace;
    this.#inPeak = perSecond >= peakPerSecond && behindMs < behindMsMax;
    if (!this.#inPeak) return 0;
    return restMs(tookMs, { shareMax: Math.max(shareMin, behindMs / behindMsMax), restMsMax });
  }

  async #look(): Promise<void> {
    const atMs = this.#runtime.elapsedMs(), seen = this.#seen;
    if (seen && atMs - seen.atMs < lookEveryMs) return;
    try {
      const { lastSequence: sequence } = await this.#broker.info(streamNames.callbacks);
      if (seen) this.#messagesPerSecond = (sequence - seen.sequence) * 1000 / (atMs - seen.atMs);
      this.#seen = { sequence, atMs };
    } catch (error) {
      if (!(error instanceof Fault && error.retry)) throw error;
      this.#messagesPerSecond = 0; // A log that does not answer keeps nothing either: there is nothing to give way to.
    }
  }
}
