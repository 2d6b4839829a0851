import type { Sku } from "../actors/ids.ts";
import { Fault } from "../streams/faults.ts";
import type { Partition } from "../streams/partition_map.ts";
import type { Runtime } from "../streams/runtime.ts";
import { pause } from "./pace.ts";
import type { Positions, SkuStock, StockView } from "./queries.ts";
import type { LiveStockView } from "./stock_view.ts";

export interface RenewedStockOptions {
  readonly open: () => LiveStockView;
  /** How often other rows took the place of those that views begin with. */
  readonly generation: () => Promise<number>;
  readonly runtime: Pick<Runtime, "elapsedMs" | "after">;
  readonly lookMs?: number;
}

const lookMsUsual = 5_000, caughtUpMsMax = 60_000;

/** A view of stock that is made anew when the rows that it began with turned out to be wrong: others took their place. */
export class RenewedStockView implements StockView {
  readonly #options: RenewedStockOptions;
  readonly #stopping = new AbortController();
  #current: LiveStockView;
  /** Until it stands where the current one does. */
  #next: LiveStockView | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RenewedStockOptions) {
    this.#options = options;
    this.#current = options.open();
  }

  sku(sku: Sku): SkuStock | undefined {
    return this.#current.sku(sku);
  }
  asOfMs(): number {
    return this.#current.asOfMs();
  }
  positions(): Positions {
    return this.#current.positions();
  }
  async reached(position: Positions, waitMsMax: number): Promise<boolean> {
    const { runtime } = this.#options, asked = this.#current, startedMs = runtime.elapsedMs();
    if (await asked.reached(position, waitMsMax)) return true;
    // Who waited for a view that went is not to notice.
    const left = waitMsMax - (runtime.elapsedMs() - startedMs);
    return asked !== this.#current && left > 0 && await this.#current.reached(position, left);
  }

  follow(partitions: readonly Partition[]): void {
    this.#current.follow(partitions);
    this.#next?.follow(partitions);
  }

  stop(): void {
    this.#stopping.abort();
    this.#current.stop();
    this.#next?.stop();
  }

  /** Runs until stopped; rejects when the log cannot be read on. */
  async run(): Promise<void> {
    const { signal } = this.#stopping, { runtime, lookMs = lookMsUsual } = this.#options;
    let known = await this.#generation();
    this.#running = this.#current.run();
    while (!signal.aborted) {
      await Promise.race([this.#running, pause(runtime, lookMs, signal)]);
      const found = await this.#generation();
      if (found === undefined || signal.aborted) continue;
      if (known === undefined || found === known || await this.#renew()) known = found;
    }
    await this.#running;
  }

  /** False when the new view did not come as far as this one in time: then it is tried again. */
  async #renew(): Promise<boolean> {
    const old = this.#current, next = this.#next = this.#options.open(), running = next.run();
    running.catch(() => undefined); // It is heard where it is raced or awaited.
    const reached = next.reached(old.positions(), caughtUpMsMax);
    const renewed = await Promise.race([reached, running.then(() => false), this.#running.then(() => false)]);
    this.#next = undefined;
    const [stays, goes] = renewed ? [next, old] : [old, next], ends = renewed ? this.#running : running;
    this.#current = stays;
    if (renewed) this.#running = running;
    goes.stop();
    await ends;
    return renewed;
  }

  /** Undefined while the database does not answer: the next look will tell. */
  async #generation(): Promise<number | undefined> {
    try {
      return await this.#options.generation();
    } catch (error) {
      if (!(error instanceof Fault) || !error.retry) throw error;
      return undefined;
    }
  }
}
