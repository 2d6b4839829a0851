import { setTimeout as sleep } from "node:timers/promises";
import type { ActorId } from "../../actors/ids.ts";
import type { LogListener } from "../../projections/log_news.ts";
import type { Positions } from "../../projections/queries.ts";
import { Fault } from "../../streams/faults.ts";
import type { TrackingDesk, TrackingView } from "./view.ts";

/** One open page's ear: the newest view that it has not been told of. Older ones are dropped, so a slow reader costs no memory. */
export interface Listening {
  /** Undefined when nothing came in time, or it was stopped. */
  next(waitMs: number): Promise<TrackingView | undefined>;
  stop(): void;
}

export interface WatchOptions {
  readonly pollMs: number;
  /** How many changed parcels are loaded at once. */
  readonly loadsMax: number;
  /** Waits until the desk answers from rows that include this position, or for as long as it may. */
  readonly reached?: (position: Positions) => Promise<unknown>;
  readonly report: (error: unknown) => void;
  /** Aborted when the server stops: then nobody hears any more. One listener for all, because a signal is slow with thousands. */
  readonly closing?: AbortSignal | undefined;
}

interface Ear {
  seen: string | undefined;
  hear(view: TrackingView): void;
  close(): void;
}

/**
 * Watches parcels for any number of open pages: what the log tells of is looked at as soon as the rows have it, and now and then one
 * question to the desk finds what went unheard, whatever is open. Only parcels that changed are loaded. Nothing runs while nobody looks.
 */
export class TrackingWatch implements LogListener {
  readonly #desk: TrackingDesk;
  readonly #options: WatchOptions;
  readonly #ears = new Map<string, Set<Ear>>();
  readonly #tokens = new Map<string, Set<string>>();
  #running = false;
  #news = new Set<string>();
  #newsAt = new Map<number, number>();
  #telling = false;

  constructor(desk: TrackingDesk, options: WatchOptions) {
    this.#desk = desk;
    this.#options = options;
    options.closing?.addEventListener("abort", () => {
      for (const ears of this.#ears.values()) for (const ear of ears) ear.close();
      this.#ears.clear();
      this.#tokens.clear();
    }, { once: true });
  }

  /** How many pages look at this parcel. */
  watching(token: string): number {
    return this.#ears.get(token)?.size ?? 0;
  }

  /** Listens from the revision that the page has. `parcel`: the actor whose news are the page's. */
  listen(token: string, seen: string | undefined, parcel?: ActorId): Listening {
    const mailbox = mailboxFor();
    const ear: Ear = { seen, hear: mailbox.put, close: mailbox.close };
    const ears = this.#ears.get(token) ?? new Set();
    this.#ears.set(token, ears.add(ear));
    if (parcel) this.#tokens.set(parcel, (this.#tokens.get(parcel) ?? new Set()).add(token));
    if (!this.#running) void this.#run();
    return {
      next: mailbox.next,
      stop: () => {
        mailbox.close();
        ears.delete(ear);
        if (ears.size > 0 || this.#ears.get(token) !== ears) return;
        this.#ears.delete(token);
        if (parcel) this.#forget(parcel, token);
      },
    };
  }

  #forget(parcel: ActorId, token: string): void {
    const tokens = this.#tokens.get(parcel);
    tokens?.delete(token);
    if (tokens?.size === 0) this.#tokens.delete(parcel);
  }

  wants(actor: string): boolean {
    return this.#tokens.has(actor);
  }

  heard(actor: string, at: Positions): void {
    for (const token of this.#tokens.get(actor) ?? []) this.#news.add(token);
    for (const [partition, sequence] of at) this.#newsAt.set(partition, sequence);
    if (!this.#telling) void this.#tellNews();
  }

  /** One question for all that is heard of while the one before is answered. */
  async #tellNews(): Promise<void> {
    this.#telling = true;
    while (this.#news.size > 0) {
      const tokens = [...this.#news], at = this.#newsAt;
      this.#news = new Set();
      this.#newsAt = new Map();
      await this.#attempt(async () => {
        await this.#options.reached?.(at);
        await this.#ask(tokens);
      });
    }
    this.#telling = false;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (;;) {
      await sleep(this.#options.pollMs, undefined, { ref: false });
      if (this.#ears.size === 0) break;
      await this.#attempt(() => this.#ask([...this.#ears.keys()]));
    }
    this.#running = false;
  }

  async #attempt(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      // While the database is away nothing is new: the pages stay open, and the next look asks for all of them again.
      if (!(error instanceof Fault && error.retry)) this.#options.report(error);
    }
  }

  async #ask(tokens: readonly string[]): Promise<void> {
    const revisions = await this.#desk.revisionsOf(tokens);
    const changed = tokens.filter((token) => {
      const revision = revisions.get(token), ears = this.#ears.get(token);
      return revision !== undefined && ears !== undefined && [...ears].some(({ seen }) => seen !== revision);
    });
    for (let at = 0; at < changed.length; at += this.#options.loadsMax) {
      await Promise.all(changed.slice(at, at + this.#options.loadsMax).map((token) => this.#tell(token)));
    }
  }

  async #tell(token: string): Promise<void> {
    const view = await this.#desk.byToken(token);
    if (view === undefined) return;
    for (const ear of this.#ears.get(token) ?? []) {
      if (ear.seen === view.revision) continue;
      ear.seen = view.revision;
      ear.hear(view);
    }
  }
}

/** Holds the newest view until it is taken. */
function mailboxFor() {
  let held: TrackingView | undefined, closed = false;
  let wake = () => {};
  const put = (view: TrackingView) => {
    held = view;
    wake();
  };
  const close = () => {
    closed = true;
    wake();
  };
  const next = async (waitMs: number) => {
    if (held === undefined && !closed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const view = held;
    held = undefined;
    return closed ? undefined : view;
  };
  return { put, close, next };
}
