import type { SeriesEvent } from "../../../actors/series/series_events.ts";

/** All that one entity's series ever numbered, as far as the log knows. */
export class GivenNumbers {
  /** Every suffix that a restore has set. */
  readonly suffixes = new Set<string>();
  /** By suffix (or "") and `<type>/<fiscal year>`: the last number. */
  readonly #last = new Map<string, Map<string, number>>();
  #suffix = "";

  take(event: SeriesEvent): void {
    if (event.type === "series.document_issued") {
      const { type, fiscalYear, sequence } = event.data;
      this.#given(`${type}/${fiscalYear}`, sequence);
    } else if (event.type === "series.continued") {
      const { suffix, after = {} } = event.data;
      if (suffix !== undefined) this.suffixes.add(this.#suffix = suffix);
      for (const [key, sequence] of Object.entries(after)) this.#given(key, sequence);
    }
  }

  /** Under that suffix, by `<type>/<fiscal year>`. */
  lastUnder(suffix = ""): ReadonlyMap<string, number> {
    return this.#last.get(suffix) ?? new Map<string, number>();
  }

  #given(key: string, sequence: number): void {
    const last = this.#last.get(this.#suffix) ?? new Map<string, number>();
    this.#last.set(this.#suffix, last.set(key, Math.max(sequence, last.get(key) ?? 0)));
  }
}
