import type { Broker, Reader } from "../broker/broker.ts";
import { type HeldLease, leaseOf } from "../host/lease.ts";
import type { SplitRequest } from "../host/split.ts";
import { streamNames } from "../record.ts";
import { decodeMap, mapSubject, type StoredMap } from "./map_store.ts";
import type { Members } from "./members.ts";
import { splitRequestOf } from "./split_requests.ts";

/** What one process knows of the cluster, read live from the registry: map, leases, heartbeats. Possibly stale: only ever a hint. */
export class ClusterView {
  readonly leases = new Map<number, HeldLease>();
  /** What operators asked for, by child. */
  readonly splits = new Map<number, SplitRequest>();
  readonly #reader: Reader;
  readonly #members: readonly Members[];
  readonly #changed: () => void;
  #map: StoredMap | undefined;

  constructor(broker: Broker, members: readonly Members[], changed: () => void) {
    this.#members = members;
    this.#changed = changed;
    this.#reader = broker.read(streamNames.registry, { subject: "registry.cluster.>", fromSequence: 1 });
  }

  /** Undefined until it was read, or when nobody has made one yet. */
  get map(): StoredMap | undefined {
    return this.#map;
  }

  /** Follows the registry until `stop`. */
  async run(): Promise<void> {
    for await (const stored of this.#reader) {
      const { subject, payload, sequence } = stored;
      if (subject === mapSubject) this.#map = { map: decodeMap(payload), revision: sequence };
      const held = leaseOf(stored);
      if (held) this.leases.set(held.partition, held);
      const split = splitRequestOf(stored);
      if (split) this.splits.set(split.child, split);
      for (const members of this.#members) members.see(stored);
      this.#changed();
    }
  }

  stop(): Promise<void> {
    return this.#reader.stop();
  }
}
