import { setTimeout as sleep } from "node:timers/promises";
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
 * Watches parcels for any number of open pages: one question to the desk per tick, whatever is open, and a load for each parcel that
 * changed. Nothing runs while nobody looks.
 */
export class TrackingWatch {
  readonly #desk: TrackingDesk;
  readonly #options: WatchOptions;
  readonly #ears = new Map<string, Set<Ear>>();
  #running = false;

  constructor(desk: TrackingDesk, options: WatchOptions) {
    this.#desk = desk;
    this.#options = options;
    options.closing?.addEventListener("abort", () => {
      for (const ears of this.#ears.values()) for (const ear of ears) ear.close();
      this.#ears.clear();
    }, { once: true });
  }

  /** How many pages look at this parcel. */
  watching(token: string): number {
    return this.#ears.get(token)?.size ?? 0;
  }

  /** Listens from the revision that the page has. */
  listen(token: string, seen: string | undefined): Listening {
    const mailbox = mailboxFor();
    const ear: Ear = { seen, hear: mailbox.put, close: mailbox.close };
    const ears = this.#ears.get(token) ?? new Set();
    this.#ears.set(token, ears.add(ear));
    if (!this.#running) void this.#run();
    return {
      next: mailbox.next,
      stop: () => {
        mailbox.close();
        ears.delete(ear);
        if (ears.size === 0 && this.#ears.get(token) === ears) this.#ears.delete(token);
      },
    };
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (;;) {
      await sleep(this.#options.pollMs, undefined, { ref: false });
      if (this.#ears.size === 0) break;
      try {
        await this.#tick();
      } catch (error) {
        // While the database is away nothing is new: the pages stay open, and the next tick asks again.
        if (!(error instanceof Fault && error.retry)) this.#options.report(error);
      }
    }
    this.#running = false;
  }

  async #tick(): Promise<void> {
    const revisions = await this.#desk.revisionsOf([...this.#ears.keys()]);
    const changed = [...this.#ears].filter(([token, ears]) => {
      const revision = revisions.get(token);
      return revision !== undefined && [...ears].some(({ seen }) => seen !== revision);
    });
    for (let at = 0; at < changed.length; at += this.#options.loadsMax) {
      await Promise.all(changed.slice(at, at + this.#options.loadsMax).map(([token]) => this.#tell(token)));
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
