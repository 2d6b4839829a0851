/** How sending is tried again: soon at first, since most outages are short, then rarely, for days. */
export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Then nobody tries any more. */
  readonly attemptsMax: number;
}

const secondMs = 1_000, hourMs = 3_600 * secondMs;
/** 5 s, 20 s, 80 s, … up to 8 hours; 16 attempts are about three days. */
export const outgoingBackoff: Backoff = {
  firstMs: 5 * secondMs,
  factor: 4,
  maxMs: 8 * hourMs,
  attemptsMax: 16,
};

/** After so many attempts, the time until the next one; undefined when there is none. `random`: 0 up to 1, spreads what failed together. */
export function retryAfterMs(
  attempts: number,
  random: number,
  backoff: Backoff = outgoingBackoff,
): number | undefined {
  const { firstMs, factor, maxMs, attemptsMax } = backoff;
  if (attempts >= attemptsMax) return undefined;
  const fullMs = Math.min(maxMs, firstMs * factor ** (attempts - 1));
  return Math.round(fullMs * (0.5 + random / 2));
}
