import type { Broker, Reader } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import type { PartitionMap } from "../partition_map.ts";
import { streamNames } from "../record.ts";
import { decodeMap, mapSubject, readMap, type StoredMap } from "./map_store.ts";

/** The partition map as it is now, and as it changes while a partition is split. */
export class LiveMap {
  readonly #reader: Reader;
  readonly #watchers = new Set<() => void>();
  #stored: StoredMap;

  private constructor(stored: StoredMap, reader: Reader) {
    this.#stored = stored;
    this.#reader = reader;
  }

  /** Throws `Fault("log.missing")` before `waybill log init`. */
  static async open(broker: Broker): Promise<LiveMap> {
    const stored = await readMap(broker);
    if (!stored) {
      throw new Fault("log.missing", "Cannot route: there is no partition map; run `waybill log init`");
    }
    const fromSequence = stored.revision + 1;
    return new LiveMap(stored, broker.read(streamNames.registry, { subject: mapSubject, fromSequence }));
  }

  get current(): PartitionMap {
    return this.#stored.map;
  }

  /** Calls `changed` after every change. */
  watch(changed: () => void): { stop(): void } {
    this.#watchers.add(changed);
    return { stop: () => void this.#watchers.delete(changed) };
  }

  /** Follows the registry until `stop`. */
  async run(): Promise<void> {
    for await (const { payload, sequence } of this.#reader) {
      this.#stored = { map: decodeMap(payload), revision: sequence };
      for (const changed of [...this.#watchers]) changed();
    }
  }

  stop(): Promise<void> {
    return this.#reader.stop();
  }
}
