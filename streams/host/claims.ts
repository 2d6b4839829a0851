import type { Broker } from "../broker/broker.ts";
import type { Runtime } from "../runtime.ts";
import { claimLease, type Lease } from "./lease.ts";

/** Whoever was not fast enough looks again after this time: what the registry says may be a while on its way. */
const pauseMs = 100;

/** One host's claims. It knows of its own before the registry tells it of them. */
export class Claims {
  readonly #broker: Broker;
  readonly #runtime: Runtime;
  readonly #host: string;
  readonly #epochs = new Map<number, number>();

  constructor(broker: Broker, runtime: Runtime, host: string) {
    this.#broker = broker;
    this.#runtime = runtime;
    this.#host = host;
  }

  /** In the place of the lease that was `seen` last, or of our own later one. Undefined when somebody else was faster. */
  async claim(partition: number, seen = 0): Promise<Lease | undefined> {
    const replacing = Math.max(seen, this.#epochs.get(partition) ?? 0);
    const lease = await claimLease(this.#broker, this.#runtime, { partition, host: this.#host, replacing });
    if (lease) this.#epochs.set(partition, lease.epoch);
    else {
      this.#epochs.delete(partition);
      await this.#runtime.sleep(pauseMs);
    }
    return lease;
  }
}
