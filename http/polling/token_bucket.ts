import type { Rate } from "./rate.ts";

/** How much of a limit may be used at once. Carriers count in windows of their own: no window holds more than this above its limit. */
const burstShare = 0.1;

interface Bucket {
  readonly tokensMax: number;
  readonly tokensPerMs: number;
  tokens: number;
}

/** Lets a carrier be asked no more often than it allows. Empty at first: nobody knows what was asked before. */
export class TokenBucket {
  readonly #buckets: readonly Bucket[];
  #refilledMs: number;
  #pausedUntilMs = -Infinity;

  constructor(rates: readonly Rate[], nowMs: number) {
    this.#buckets = rates.map(({ count, perMs }) => ({
      tokensMax: Math.max(1, count * burstShare),
      tokensPerMs: count / perMs,
      tokens: 0,
    }));
    this.#refilledMs = nowMs;
  }

  /** Takes one token of each limit: 0. Otherwise takes nothing, and says for how many milliseconds there is none. */
  take(nowMs: number): number {
    this.#refill(nowMs);
    const pausedMs = this.#pausedUntilMs - nowMs;
    const waitMs = this.#buckets.reduce(
      (longest, { tokens, tokensPerMs }) => Math.max(longest, tokens >= 1 ? 0 : (1 - tokens) / tokensPerMs),
      Math.max(0, pausedMs),
    );
    if (waitMs > 0) return waitMs;
    for (const bucket of this.#buckets) bucket.tokens -= 1;
    return 0;
  }

  /** The carrier wants to be left alone so long. */
  pause(nowMs: number, forMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + forMs);
  }

  /** How long it still does. */
  pausedMs(nowMs: number): number {
    return Math.max(0, this.#pausedUntilMs - nowMs);
  }

  #refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#refilledMs);
    this.#refilledMs = Math.max(nowMs, this.#refilledMs);
    for (const bucket of this.#buckets) {
      bucket.tokens = Math.min(bucket.tokensMax, bucket.tokens + elapsedMs * bucket.tokensPerMs);
    }
  }
}
