/** Counts by name, each with the first few that it counted. */
export class Tally<Example> {
  readonly #counts = new Map<string, { count: number; readonly examples: Example[] }>();
  readonly #examplesMax: number;

  constructor(examplesMax: number) {
    this.#examplesMax = examplesMax;
  }

  add(name: string, example: Example): void {
    const known = this.#counts.get(name) ?? { count: 0, examples: [] };
    known.count++;
    if (known.examples.length < this.#examplesMax) known.examples.push(example);
    this.#counts.set(name, known);
  }

  /** The most frequent first. */
  rows(): readonly {
    readonly name: string;
    readonly count: number;
    readonly examples: readonly Example[];
  }[] {
    return [...this.#counts].map(([name, one]) => ({ name, ...one })).sort((a, b) => b.count - a.count);
  }
}

/** Numbers of two sides, by name. */
export class Sides<Number extends number | bigint> {
  readonly #sums = new Map<string, { recorded: Number; decided: Number }>();
  readonly #zero: Number;
  readonly #plus: (a: Number, b: Number) => Number;

  constructor(zero: Number, plus: (a: Number, b: Number) => Number) {
    this.#zero = zero;
    this.#plus = plus;
  }

  add(side: "recorded" | "decided", name: string, amount: Number): void {
    const sums = this.#sums.get(name) ?? { recorded: this.#zero, decided: this.#zero };
    sums[side] = this.#plus(sums[side], amount);
    this.#sums.set(name, sums);
  }

  /** Those that differ, by name. */
  rows(): readonly { readonly name: string; readonly recorded: Number; readonly decided: Number }[] {
    return [...this.#sums].map(([name, sums]) => ({ name, ...sums }))
      .filter(({ recorded, decided }) => recorded !== decided)
      .sort((a, b) => a.name < b.name ? -1 : 1);
  }
}
