/** What a client was told in the end: the decision. */
export interface Told {
  readonly status: number;
  readonly text: string;
}
export type AskKind = "order" | "payment" | "cancellation" | "receipt" | "shipment";
export interface Ask {
  readonly kind: AskKind;
  /** Its own: an order number, or that and what was done to the order. */
  readonly name: string;
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Entry {
  readonly ask: Ask;
  attempts: number;
  told?: Told;
}

/** Everything that clients asked, and what they were told: the outside view, against which the log is audited. */
export class Ledger {
  readonly entries = new Map<string, Entry>();
  /** Every answer to every attempt, by what it said. */
  readonly answers = new Map<string, number>();
  /** Who was told two things. */
  readonly contradictions: string[] = [];
  #lastDecisionMs: number | undefined;
  #longestSilenceMs = 0;

  open(ask: Ask): Entry {
    const known = this.entries.get(ask.name);
    if (known) return known;
    const entry: Entry = { ask, attempts: 0 };
    this.entries.set(ask.name, entry);
    return entry;
  }

  attempted(entry: Entry, said: string): void {
    entry.attempts++;
    this.answers.set(said, (this.answers.get(said) ?? 0) + 1);
  }

  decided(entry: Entry, told: Told): void {
    const nowMs = performance.now();
    this.#longestSilenceMs = Math.max(this.#longestSilenceMs, nowMs - (this.#lastDecisionMs ?? nowMs));
    this.#lastDecisionMs = nowMs;
    const { ask, told: before } = entry;
    if (before === undefined) entry.told = told;
    else if (before.status !== told.status || before.text !== told.text) {
      const said = ({ status, text }: Told) => `${status} ${text.slice(0, 300)}`;
      this.contradictions.push(`${ask.kind} ${ask.name} was told ${said(before)}, and then ${said(told)}`);
    }
  }

  /** The longest time in which no client at all was told a decision. */
  get longestSilenceMs(): number {
    return this.#longestSilenceMs;
  }

  of(kind: AskKind): Entry[] {
    return [...this.entries.values()].filter(({ ask }) => ask.kind === kind);
  }
}
