export interface Looked {
  /** Where the log ended. */
  readonly head: number;
  /** The last record that the reader was done with. */
  readonly done: number;
  readonly nowMs: number;
}
interface Head {
  readonly sequence: number;
  readonly atMs: number;
}

/** About a quarter of an hour of looks; beyond it the oldest and the newest are what counts. */
const headsMax = 1_000;

/** How long a reader has been behind that does not say so itself: from where it was whenever somebody looked. */
export class LagClock {
  readonly #heads: Head[] = [];

  look({ head, done, nowMs }: Looked): { readonly records: number; readonly ms: number } {
    const heads = this.#heads;
    while (heads[0] && heads[0].sequence <= done) heads.shift();
    if (head <= done) return { records: 0, ms: 0 };
    if (heads.at(-1)?.sequence !== head) {
      if (heads.length >= headsMax) heads.pop();
      heads.push({ sequence: head, atMs: nowMs });
    }
    return { records: head - done, ms: Math.max(0, nowMs - heads[0]!.atMs) };
  }
}
