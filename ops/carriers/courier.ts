import type { Trouble } from "./faults.ts";

export interface OutgoingCallback {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly retries: number;
}
export interface SentCallback {
  readonly carrier: string;
  readonly trackingNumber: string;
  /** `lost` was never sent; else the status of the last answer, 0 when there was none. */
  readonly outcome: number | "lost";
  readonly tries: number;
}

const sentMax = 1_000, answerMsMax = 10_000, retryMs = 500, heldBackMsMax = 1_000;

/** Sends callbacks one after the other: some twice, some after a later one, some never. */
export class Courier {
  readonly sent: SentCallback[] = [];
  readonly #trouble: Trouble;
  #heldBack: OutgoingCallback[] = [];
  #queue: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(trouble: Trouble) {
    this.#trouble = trouble;
  }

  post(callback: OutgoingCallback): void {
    const { lost, heldBack, twice } = this.#trouble.ofCallback(callback.carrier);
    if (lost) return this.#note({ ...nameOf(callback), outcome: "lost", tries: 0 });
    if (heldBack) {
      this.#heldBack.push(callback);
      this.#timer ??= setTimeout(() => this.#release(), heldBackMsMax);
      return;
    }
    this.#enqueue(callback);
    if (twice) this.#enqueue(callback);
    this.#release();
  }

  /** Resolves when everything that was posted is sent. */
  async settled(): Promise<void> {
    this.#release();
    await this.#queue;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#queue;
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const callback of this.#heldBack.splice(0).reverse()) this.#enqueue(callback);
  }

  #enqueue(callback: OutgoingCallback): void {
    this.#queue = this.#queue.then(() => this.#send(callback));
  }

  async #send(callback: OutgoingCallback): Promise<void> {
    let outcome = 0, tries = 0;
    while (!this.#stopped && tries <= callback.retries) {
      tries += 1;
      outcome = await statusOf(callback);
      if (outcome !== 0 && outcome !== 429 && outcome < 500) break;
      if (tries <= callback.retries) await new Promise((done) => setTimeout(done, retryMs));
    }
    this.#note({ ...nameOf(callback), outcome, tries });
  }

  #note(sent: SentCallback): void {
    this.sent.push(sent);
    if (this.sent.length > sentMax) this.sent.shift();
  }
}

const nameOf = ({ carrier, trackingNumber }: OutgoingCallback) => ({ carrier, trackingNumber });

/** Nobody answers: 0. Whoever is called may be down, which is what a simulation is for. */
async function statusOf({ url, body, headers }: OutgoingCallback): Promise<number> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
      signal: AbortSignal.timeout(answerMsMax),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError")) {
      return 0;
    }
    throw error;
  }
}
