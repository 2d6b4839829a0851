/** How fast something may be done, on the average and at once. */
export interface Allowance {
  readonly perSecond: number;
  readonly burstMax: number;
}
export interface Taken {
  /** 0: go ahead. */
  readonly retryAfterS: number;
  readonly left: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/**
 * Token buckets by key, refilled continuously. Our own because they sit on the hot path: two numbers and no timer, where
 * hono-rate-limiter keeps fixed windows behind an async store.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #nowMs: () => number;
  readonly #keysMax: number;

  constructor(nowMs: () => number, keysMax: number) {
    this.#nowMs = nowMs;
    this.#keysMax = keysMax;
  }

  take(key: string, { perSecond, burstMax }: Allowance): Taken {
    const bucket = this.#bucketOf(key, burstMax);
    const now = this.#nowMs();
    const passedMs = Math.max(0, now - bucket.filledAtMs); // The clock may have been set back.
    bucket.tokens = Math.min(burstMax, bucket.tokens + passedMs * perSecond / 1_000);
    bucket.filledAtMs = now;
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    const retryAfterS = allowed ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    return { retryAfterS, left: Math.floor(bucket.tokens) };
  }

  #bucketOf(key: string, burstMax: number): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#keysMax) this.#buckets.clear(); // More keys than exist in practice: everyone starts full again.
    const bucket = { tokens: burstMax, filledAtMs: this.#nowMs() };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
