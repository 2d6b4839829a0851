import type { Principal } from "./principal.ts";
import { TokenBuckets } from "./token_buckets.ts";

/** What is left of an API key's requests: a bucket per key, one second's worth deep. */
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

export function rateLimiter(nowMs: () => number, keysMax: number): RateLimiter {
  const buckets = new TokenBuckets(nowMs, keysMax);
  return {
    take({ keyId, requestsPerSecondMax: perSecond }) {
      if (perSecond === null) return undefined;
      const { retryAfterS, left } = buckets.take(keyId, { perSecond, burstMax: perSecond });
      const policy = `"default";q=${perSecond};w=1`;
      return { perSecond, retryAfterS, policy, state: `"default";r=${left};t=1` };
    },
  };
}
