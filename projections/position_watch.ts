import type { Runtime, Timer } from "../streams/runtime.ts";
import type { Sql } from "./database.ts";
import { asking, isUnavailable } from "./database.ts";
import { positionsChannel, readPositions } from "./positions.ts";
import type { Positions } from "./queries.ts";
import { covers, Waiters } from "./waiters.ts";

/** Notices normally come at once; this is for those that are lost with a connection. */
const pollMs = 250;

/**
 * Knows how far one projection's rows are. Postgres tells of each move; while somebody waits the table is also read now and then, by
 * one query for all of them.
 */
export class PositionWatch {
  readonly #sql: Sql;
  readonly #projection: string;
  readonly #runtime: Pick<Runtime, "elapsedMs" | "after">;
  readonly #waiters: Waiters;
  #standing = new Map<number, number>();
  #reading: Promise<void> | undefined;
  #polling: Timer | undefined;
  #listening: Promise<{ unlisten(): Promise<void> }> | undefined;
  #closed = false;

  constructor(sql: Sql, projection: string, runtime: Pick<Runtime, "elapsedMs" | "after">) {
    this.#sql = sql;
    this.#projection = projection;
    this.#runtime = runtime;
    this.#waiters = new Waiters(runtime);
  }

  async reached(wanted: Positions, waitMsMax: number): Promise<boolean> {
    if (covers(this.#standing, wanted)) return true;
    const deadlineMs = this.#runtime.elapsedMs() + waitMsMax;
    await this.#read();
    if (covers(this.#standing, wanted)) return true;
    if (this.#closed) return false;
    this.#listen();
    this.#polling ??= this.#runtime.after(pollMs, () => this.#poll());
    return await this.#waiters.wait(wanted, deadlineMs - this.#runtime.elapsedMs());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#polling?.stop();
    this.#waiters.close();
    const listening = await this.#listening?.catch(() => undefined); // Never heard anything: nothing to end.
    await listening?.unlisten();
  }

  /** One query at a time, shared by all who ask meanwhile. */
  #read(): Promise<void> {
    return this.#reading ??= this.#readOnce().finally(() => this.#reading = undefined);
  }

  async #readOnce(): Promise<void> {
    const positions = await asking("read the positions", () => readPositions(this.#sql, this.#projection));
    // Replaced, not raised: a crashed server may stand before where it stood.
    this.#standing = new Map(positions.map(({ partition, mark }) => [partition, mark.sequence]));
    this.#waiters.wake(this.#standing);
  }

  /** As long as somebody waits. */
  #poll(): void {
    this.#polling?.stop();
    this.#polling = undefined;
    if (this.#waiters.count === 0) return;
    this.#polling = this.#runtime.after(pollMs, () => this.#poll());
    this.#read().catch((error: unknown) => {
      if (!isUnavailable(error)) throw error; // Otherwise those who wait find out by their own patience.
    });
  }

  /** Once is enough: the driver listens again by itself whenever the connection is lost, also when it never came about. */
  #listen(): void {
    if (this.#listening) return;
    // Moves may have gone unheard while there was no connection.
    const heardAgain = () => this.#poll();
    this.#listening = this.#sql.listen(positionsChannel, (notice) => this.#hear(notice), heardAgain);
    this.#listening.catch((error: unknown) => {
      if (!isUnavailable(error)) throw error;
    });
  }

  #hear(notice: string): void {
    const [projection, partition, sequence] = notice.split(" ");
    if (projection !== this.#projection) return;
    this.#standing.set(Number(partition), Number(sequence));
    this.#waiters.wake(this.#standing);
  }
}
