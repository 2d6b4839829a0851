/** What two sides say differently of one thing. */
export interface Difference<About> {
  /** What one side says less what the other does; never 0. */
  units: number;
  /** Which record changed it last. */
  record: number;
  readonly about: About;
}

/** Units of which two sides speak, in whatever order; where both have said the same, nothing is kept. */
export class Differences<About> {
  readonly #open = new Map<string, Difference<About>>();

  /** `key` is all that `about` says. */
  add(key: string, units: number, record: number, about: () => About): void {
    const known = this.#open.get(key);
    if (known === undefined) {
      if (units !== 0) this.#open.set(key, { units, record, about: about() });
      return;
    }
    known.units += units;
    known.record = record;
    if (known.units === 0) this.#open.delete(key);
  }

  all(): IterableIterator<Difference<About>> {
    return this.#open.values();
  }
}
