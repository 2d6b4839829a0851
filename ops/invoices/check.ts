/** One thing that must hold, how often it was looked at, and where it does not. */
export interface CheckReport {
  readonly what: string;
  readonly looked: number;
  /** How many there are; `findings` names the first of them. */
  readonly found: number;
  readonly findings: readonly string[];
}

const findingsMax = 100;

export class Check {
  readonly what: string;
  readonly #findings: string[] = [];
  #looked = 0;
  #found = 0;

  constructor(what: string) {
    this.what = what;
  }

  look(times = 1): void {
    this.#looked += times;
  }

  found(finding: string): void {
    this.#found++;
    if (this.#findings.length < findingsMax) this.#findings.push(finding);
  }

  /** States what must hold. */
  expect(holds: boolean, finding: () => string): void {
    this.#looked++;
    if (!holds) this.found(finding());
  }

  /** States what must hold of something; `holds` says what is wrong, or throws because of it. */
  holds(what: string, holds: () => true | string): void {
    this.#looked++;
    try {
      const said = holds();
      if (said !== true) this.found(`${what}: ${said}`);
    } catch (error) {
      this.found(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  report(): CheckReport {
    return { what: this.what, looked: this.#looked, found: this.#found, findings: this.#findings };
  }
}
