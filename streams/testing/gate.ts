/** Lets everything through until it is held; then it keeps what comes until it is let go. */
export class Gate {
  #held = false;
  readonly #kept: (() => void)[] = [];

  /** How many are kept at the moment. */
  get kept(): number {
    return this.#kept.length;
  }
  hold(): void {
    this.#held = true;
  }
  letGo(): void {
    this.#held = false;
    for (const go of this.#kept.splice(0)) go();
  }
  /** Only the one that came last; the others stay, and so will whoever comes. */
  letGoLast(): void {
    this.#kept.pop()?.();
  }
  async pass(): Promise<void> {
    if (this.#held) await new Promise<void>((resolve) => this.#kept.push(resolve));
  }
}
