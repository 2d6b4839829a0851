import type { Principal } from "./principal.ts";

/**
 * A token bucket per API key, refilled continuously, one second's worth deep. Our own because the limit is the key's, not the route's,
 * and because it sits on the hot path: two numbers and no timer, where hono-rate-limiter keeps fixed windows behind an async store.
 */
export interface Rate {
  readonly perSecond: number;
  /** 0: go ahead. */
  readonly retryAfterS: number;
  /** The values of the `RateLimit-Policy` and `RateLimit` headers. */
  readonly policy: string;
  readonly state: string;
}

export interface RateLimiter {
  /** Takes one request from the key's bucket; undefined for a key without a limit. */
  take(principal: Principal): Rate | undefined;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

export function rateLimiter(nowMs: () => number, keysMax: number): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take({ keyId, requestsPerSecondMax: perSecond }) {
      if (perSecond === null) return undefined;
      const bucket = bucketOf(keyId, perSecond);
      const now = nowMs();
      const passedMs = Math.max(0, now - bucket.filledAtMs); // The clock may have been set back.
      bucket.tokens = Math.min(perSecond, bucket.tokens + passedMs * perSecond / 1_000);
      bucket.filledAtMs = now;
      const allowed = bucket.tokens >= 1;
      if (allowed) bucket.tokens -= 1;
      const left = Math.floor(bucket.tokens);
      return {
        perSecond,
        retryAfterS: allowed ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
        policy: `"default";q=${perSecond};w=1`,
        state: `"default";r=${left};t=1`,
      };
    },
  };

  function bucketOf(keyId: string, perSecond: number): Bucket {
    const known = buckets.get(keyId);
    if (known !== undefined) return known;
    if (buckets.size >= keysMax) buckets.clear(); // More keys than exist in practice: everyone starts full again.
    const bucket = { tokens: perSecond, filledAtMs: nowMs() };
    buckets.set(keyId, bucket);
    return bucket;
  }
}
