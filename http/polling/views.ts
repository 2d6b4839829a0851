import type { TrackingQueries } from "../../projections/queries.ts";

/** What waits to be written, and what is remembered as written. */
const tokensMax = 50_000;
const againMs = 60_000;

/** Which pages are looked at, so that carriers are asked after those parcels first. A hint: what is lost by a crash is seen again. */
export class Views {
  #waiting = new Set<string>();
  #lately = new Set<string>();
  #before = new Set<string>();
  #turnedMs = 0;

  /** Once a minute or two for each token, however often it is looked at. */
  note(token: string, nowMs: number): void {
    if (nowMs - this.#turnedMs >= againMs) {
      this.#before = nowMs - this.#turnedMs >= 2 * againMs ? new Set() : this.#lately;
      this.#lately = new Set();
      this.#turnedMs = nowMs;
    }
    if (this.#lately.has(token) || this.#before.has(token)) return;
    if (this.#waiting.size >= tokensMax || this.#lately.size >= tokensMax) return;
    this.#lately.add(token);
    this.#waiting.add(token);
  }

  /** What was noted since the last time. */
  take(): readonly string[] {
    const taken = [...this.#waiting];
    this.#waiting = new Set();
    return taken;
  }
}

/** The same queries; whose page is asked for, or open, is noted. */
export function noticed(queries: TrackingQueries, note: (token: string) => void): TrackingQueries {
  return {
    ...queries,
    byToken: async (token) => {
      const found = await queries.byToken(token);
      if (found) note(token);
      return found;
    },
    revisionsOf: (tokens) => {
      for (const token of tokens) note(token);
      return queries.revisionsOf(tokens);
    },
  };
}
