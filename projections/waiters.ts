import type { Runtime } from "../streams/runtime.ts";
import type { Positions } from "./queries.ts";

const waitersMax = 10_000;

interface Waiter {
  readonly wanted: Positions;
  readonly end: (reached: boolean) => void;
}

/** True when every partition that is wanted stands at least there. */
export function covers(standing: Positions, wanted: Positions): boolean {
  for (const [partition, sequence] of wanted) {
    if ((standing.get(partition) ?? 0) < sequence) return false;
  }
  return true;
}

/** Those who wait for readers to catch up, woken together. */
export class Waiters {
  readonly #runtime: Pick<Runtime, "after">;
  readonly #waiters = new Set<Waiter>();

  constructor(runtime: Pick<Runtime, "after">) {
    this.#runtime = runtime;
  }

  get count(): number {
    return this.#waiters.size;
  }

  /** False when it was not reached in time, or when too many wait already. */
  wait(wanted: Positions, waitMsMax: number): Promise<boolean> {
    if (waitMsMax <= 0 || this.#waiters.size >= waitersMax) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (reached: boolean) => {
        timer.stop();
        this.#waiters.delete(waiter);
        resolve(reached);
      };
      const waiter: Waiter = { wanted, end };
      const timer = this.#runtime.after(waitMsMax, () => end(false));
      this.#waiters.add(waiter);
    });
  }

  /** Lets those go whose position is reached. */
  wake(standing: Positions): void {
    for (const waiter of this.#waiters) if (covers(standing, waiter.wanted)) waiter.end(true);
  }

  /** Lets everybody go, unreached. */
  close(): void {
    for (const waiter of this.#waiters) waiter.end(false);
  }
}
