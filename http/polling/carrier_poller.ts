import { createHash } from "node:crypto";
import type { ClaimedPoll, Polls } from "../../projections/polls.ts";
import type { CallbackStore } from "../../streams/callbacks/callback_store.ts";
import { Fault } from "../../streams/faults.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { type CarrierAdapter, Unreadable } from "../carriers/adapter.ts";
import { CarrierFault } from "../carriers/carrier_fault.ts";
import type { CarrierClient } from "../carriers/client.ts";
import { retryAfterMs } from "../outgoing/backoff.ts";
import { Breaker } from "./breaker.ts";
import { type PollingObserver, type PollLimits, pollLimits } from "./poll_limits.ts";
import type { Rate } from "./rate.ts";
import { TokenBucket } from "./token_bucket.ts";
import { urgencyRules, watchedMs } from "./urgency.ts";

export interface CarrierPollerOptions {
  readonly adapter: CarrierAdapter;
  readonly client: CarrierClient;
  readonly rates: readonly Rate[];
  /** How often a parcel on its way is asked after. */
  readonly everyMs: number;
  readonly polls: Polls;
  readonly store: Pick<CallbackStore, "keep">;
  readonly runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after" | "random" | "newId">;
  readonly observer: PollingObserver;
  readonly limits?: Partial<PollLimits>;
}

/**
 * Asks one carrier after its parcels: the most urgent first, no more often than it allows. What it answers goes the way of callbacks. A
 * parcel that was asked after when we died is asked after again once its claim has ended.
 */
export class CarrierPoller {
  readonly #options: CarrierPollerOptions;
  readonly #limits: PollLimits;
  readonly #bucket: TokenBucket;
  readonly #breaker: Breaker;
  readonly #rules: ReturnType<typeof urgencyRules>;
  readonly #countMax: number;
  readonly #sleepers = new Set<() => void>();
  #stopped = false;
  /** Taken, and not used yet: what a carrier allows once a day is not given back. */
  #spare = 0;

  constructor(options: CarrierPollerOptions) {
    const { rates, everyMs, adapter: { name: carrier }, observer, runtime } = options;
    this.#options = options;
    this.#limits = { ...pollLimits, ...options.limits };
    this.#bucket = new TokenBucket(rates, runtime.elapsedMs());
    this.#breaker = new Breaker(this.#limits, (state) => observer.breaker({ carrier, state }));
    this.#rules = urgencyRules(everyMs);
    const perRound = Math.min(...rates.map(({ count, perMs }) => count / perMs * this.#limits.roundMs));
    this.#countMax = Math.max(1, Math.min(this.#limits.claimsMax, Math.floor(perRound)));
  }

  /** Returns after `stop`. */
  async run(): Promise<void> {
    const { polls, adapter: { name: carrier }, observer, runtime } = this.#options;
    let resumed = false;
    while (!this.#stopped) {
      try {
        if (!resumed) this.#bucket.pause(runtime.elapsedMs(), await polls.pausedMs(carrier));
        resumed = true;
        if (!await this.#round()) await this.#sleep(this.#limits.lookMs);
      } catch (error) {
        if (!(error instanceof Fault && error.retry)) throw error;
        observer.interrupted({ carrier, reason: error.message });
        await this.#sleep(this.#limits.lookMs);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const wake of this.#sleepers) wake();
  }

  /** True when anything was asked. */
  async #round(): Promise<boolean> {
    const { polls, adapter: { name: carrier }, runtime } = this.#options, { claimMs } = this.#limits;
    const leftAloneMs = Math.max(this.#breaker.openMs(), this.#bucket.pausedMs(runtime.elapsedMs()));
    const waitMs = leftAloneMs > 0 || this.#spare > 0 ? leftAloneMs : this.#take();
    if (waitMs > 0) {
      await this.#sleep(waitMs);
      return true;
    }
    const claimedMs = runtime.elapsedMs();
    const due = await polls.claim({
      ...{ carrier, rules: this.#rules, watchedMs, claimMs, countMax: this.#countMax },
    });
    const queue = [...due], left: string[] = [];
    const work = async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        // Half of the claim is left for the answer and for keeping it.
        const isOurs = await this.#token(claimedMs + claimMs / 2);
        try {
          if (isOurs && await this.#ask(one)) continue;
        } catch (error) {
          left.push(one.parcel);
          throw error;
        }
        left.push(one.parcel);
      }
    };
    const atOnce = Math.min(queue.length, this.#limits.atOnceMax);
    const ended = await Promise.allSettled(Array.from({ length: atOnce }, work));
    await polls.release([...left, ...queue.map(({ parcel }) => parcel)]);
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    return left.length < due.length;
  }

  #take(): number {
    const waitMs = this.#bucket.take(this.#options.runtime.elapsedMs());
    if (waitMs === 0) this.#spare += 1;
    return waitMs;
  }

  /** False when there will be none in time, or it is no time to ask. */
  async #token(untilMs: number): Promise<boolean> {
    for (;;) {
      const nowMs = this.#options.runtime.elapsedMs();
      if (this.#stopped || nowMs >= untilMs || this.#breaker.openMs() > 0) return false;
      if (this.#bucket.pausedMs(nowMs) > 0) return false;
      if (this.#spare > 0) {
        this.#spare -= 1;
        return true;
      }
      const waitMs = this.#take();
      if (nowMs + waitMs >= untilMs) return false;
      if (waitMs > 0) await this.#sleep(waitMs);
    }
  }

  /** False when the carrier was not asked, or does not want to be. */
  async #ask(poll: ClaimedPoll): Promise<boolean> {
    const { adapter: { name: carrier }, observer, polls } = this.#options;
    const number = poll.parcel.slice(carrier.length + 1);
    try {
      const tried = await this.#breaker.try(() => this.#answerOf(number));
      if (tried) await this.#settle(poll, number, tried.answer);
      return tried !== undefined;
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (!(error instanceof CarrierFault)) return await this.#defect(poll, error);
      observer.polled({ carrier, result: error.code, why: error.message });
      if (error.code !== "throttled") {
        await this.#pause(error.retryAfterMs);
        await polls.failed(poll.parcel, this.#retryMs(poll));
        return true;
      }
      await this.#pause(error.retryAfterMs ?? this.#limits.throttledMs);
      return false;
    }
  }

  /** Of ours, over one parcel: others do not wait for it, and nothing else of this process ends by it. */
  async #defect(poll: ClaimedPoll, error: unknown): Promise<true> {
    const { adapter: { name: carrier }, observer, polls } = this.#options;
    const why = error instanceof Error ? error.stack ?? error.message : String(error);
    observer.polled({ carrier, result: "defect", why });
    await polls.failed(poll.parcel, this.#retryMs(poll));
    return true;
  }

  #retryMs({ failures }: ClaimedPoll): number {
    const { retries } = this.#limits;
    return retryAfterMs(failures + 1, this.#options.runtime.random(), retries) ?? retries.maxMs;
  }

  /** An answer that nobody can read is a fault of the carrier's, and no answer. */
  async #answerOf(number: string): Promise<Uint8Array | undefined> {
    const { client, adapter } = this.#options;
    const body = await client.track(number, AbortSignal.timeout(this.#limits.answerMsMax));
    if (body === undefined) return undefined;
    try {
      adapter.reply(body);
    } catch (error) {
      // Anything else is our defect: it is kept, told where callbacks are worked out, and replayed once it is mended.
      if (error instanceof Unreadable) throw new CarrierFault("unreadable", error.message, { cause: error });
    }
    return body;
  }

  async #settle(
    { parcel, bodyHash }: ClaimedPoll,
    asked: string,
    body: Uint8Array | undefined,
  ): Promise<void> {
    const { adapter: { name: carrier }, store, polls, runtime, observer } = this.#options;
    if (body === undefined) {
      await polls.answered(parcel);
      return observer.polled({ carrier, result: "unknown-number" });
    }
    const hash = createHash("sha256").update(body).digest("hex");
    if (hash === bodyHash) {
      await polls.answered(parcel);
      return observer.polled({ carrier, result: "unchanged" });
    }
    const kept = await store.keep({
      id: runtime.newId(),
      carrier,
      atMs: runtime.nowMs(),
      kind: "reply",
      asked,
      body,
    });
    if (kept.kind === "refused") {
      observer.polled({ carrier, result: "not-kept", why: kept.why });
      throw new Fault("log.unavailable", `Cannot keep what ${carrier} answered: ${kept.why}`);
    }
    // Only now: dying before this asks once more, and keeps the same answer twice, which changes nothing.
    await polls.answered(parcel, hash);
    observer.polled({ carrier, result: "kept" });
  }

  async #pause(forMs: number | undefined): Promise<void> {
    if (forMs === undefined || forMs === 0) return;
    const { polls, adapter: { name: carrier }, runtime } = this.#options;
    this.#bucket.pause(runtime.elapsedMs(), forMs);
    await polls.pause(carrier, forMs);
  }

  /** Ends early when we are stopped. */
  #sleep(forMs: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        timer.stop();
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = this.#options.runtime.after(forMs, wake);
      this.#sleepers.add(wake);
    });
  }
}
