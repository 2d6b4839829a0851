import { setTimeout as sleep } from "node:timers/promises";
import type { Ask, Entry, Ledger, Told } from "./ledger.ts";

export interface ClientOptions {
  readonly urls: readonly string[];
  readonly key: string;
  readonly ledger: Ledger;
  /** Nobody asks any more: what is not answered by then stays unanswered. */
  readonly gaveUp: AbortSignal;
  /** How long it waits before it asks again: at first, and at most. */
  readonly pause?: { readonly firstMs: number; readonly maxMs: number };
}

const attemptMsMax = 6_000;
const pauseUsual = { firstMs: 100, maxMs: 1_000 };
/** Not decided: the same is asked again, at the next edge. */
const undecided: ReadonlySet<number> = new Set([202, 429, 502, 503, 504]);

/** A client as it should be: it repeats what was not answered with the same order number until it knows. */
export class Client {
  readonly #options: ClientOptions;
  #turn = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Undefined when everything ended before anybody knew. */
  async settle(ask: Ask, prefer?: string): Promise<Told | undefined> {
    const { ledger, gaveUp, urls, pause = pauseUsual } = this.#options;
    const entry = ledger.open(ask);
    let pauseMs = pause.firstMs, edge = this.#turn++;
    for (let hint = prefer; !gaveUp.aborted; hint = undefined) {
      const told = await this.#attempt(entry, urls[edge++ % urls.length]!, hint);
      if (told) return told;
      await sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, pause.maxMs);
    }
    return undefined;
  }

  /** One request; undefined when it has to be repeated. */
  async #attempt(entry: Entry, url: string, prefer: string | undefined): Promise<Told | undefined> {
    const { key, ledger } = this.#options, { path, body, headers } = entry.ask;
    try {
      const response = await fetch(url + path, {
        method: "POST",
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          ...(prefer === undefined ? {} : { prefer }),
          ...headers,
        },
        body,
        signal: AbortSignal.timeout(attemptMsMax),
      });
      const text = await response.text(), { status } = response;
      ledger.attempted(entry, saidIn(status, text));
      if (undecided.has(status)) return undefined;
      const told = { status, text };
      ledger.decided(entry, told);
      return told;
    } catch (error) {
      ledger.attempted(
        entry,
        error instanceof Error && error.name === "TimeoutError" ? "timeout" : "no connection",
      );
      return undefined;
    }
  }
}

/** A status, and which problem it was. */
function saidIn(status: number, text: string): string {
  const problem = status >= 400 ? /"type":"\/problems\/([\w-]+)"/.exec(text)?.[1] : undefined;
  return problem === undefined ? String(status) : `${status} ${problem}`;
}
