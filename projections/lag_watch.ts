import type { Broker } from "../streams/broker/broker.ts";
import type { Runtime } from "../streams/runtime.ts";
import { type Head, headOf } from "./log_follower.ts";

export interface Lag {
  /** The log's last record of this partition, when it was last looked at. */
  readonly head: number;
  /** Turn records in the log that the rows do not hold yet: at most so many (other partitions' records count too). */
  readonly records: number;
  /** The age of the oldest of them; 0 when there is none. */
  readonly ms: number;
}

export interface Applied {
  /** The last record that the rows hold. */
  readonly sequence: number;
  /** When the oldest record that was read but not applied was stored, if there is one. */
  readonly oldestWaitingMs?: number;
}

/** Compares the log's end with what was applied, and notices how fast the log grows. */
export class LagWatch {
  readonly #broker: Broker;
  readonly #partition: number;
  readonly #runtime: Pick<Runtime, "nowMs" | "elapsedMs">;
  #head: Head = { sequence: 0, storedAtMs: 0 };
  #seenAtMs: number | undefined;
  #recordsPerSecond = 0;

  constructor(broker: Broker, partition: number, runtime: Pick<Runtime, "nowMs" | "elapsedMs">) {
    this.#broker = broker;
    this.#partition = partition;
    this.#runtime = runtime;
  }

  get recordsPerSecond(): number {
    return this.#recordsPerSecond;
  }

  /** Asks the log where it ends; call it about once a second. */
  async look(): Promise<void> {
    const head = await headOf(this.#broker, this.#partition, this.#head);
    const elapsedMs = this.#runtime.elapsedMs();
    if (this.#seenAtMs !== undefined && elapsedMs > this.#seenAtMs) {
      this.#recordsPerSecond = Math.max(0, head.sequence - this.#head.sequence) * 1000 /
        (elapsedMs - this.#seenAtMs);
    }
    this.#head = head;
    this.#seenAtMs = elapsedMs;
  }

  lag({ sequence, oldestWaitingMs }: Applied): Lag {
    const head = this.#head.sequence, records = Math.max(0, head - sequence);
    if (records === 0) return { head, records: 0, ms: 0 };
    return {
      head,
      records,
      ms: Math.max(0, this.#runtime.nowMs() - (oldestWaitingMs ?? this.#head.storedAtMs)),
    };
  }
}
