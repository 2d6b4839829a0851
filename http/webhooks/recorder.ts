import type { Sql } from "../../projections/database.ts";
import { type Attempted, recordAttempts } from "../../projections/webhooks/claims.ts";

interface Waiting {
  readonly attempted: Attempted;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Writes what came of attempts: those that end while others are being written go together. */
export class Recorder {
  readonly #sql: Sql;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Resolves once it is written; rejects with `Fault("database.unavailable")`, and nothing of it was written. */
  record(attempted: Attempted): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ attempted, done, failed });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      try {
        await recordAttempts(this.#sql, batch.map(({ attempted }) => attempted));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = false;
  }

  /** Each delivery once: a second attempt of one waits for its first. */
  #take(): Waiting[] {
    const batch = new Map<string, Waiting>(), later: Waiting[] = [];
    for (const waiting of this.#waiting) {
      const { deliveryId } = waiting.attempted;
      if (batch.has(deliveryId)) later.push(waiting);
      else batch.set(deliveryId, waiting);
    }
    this.#waiting = later;
    return [...batch.values()];
  }
}
