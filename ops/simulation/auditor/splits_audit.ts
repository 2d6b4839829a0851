import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { decodeMap, mapSubject } from "../../../streams/cluster/map_store.ts";
import { splitRequestOf } from "../../../streams/cluster/split_requests.ts";
import { splitLimits } from "../../../streams/host/passing_on.ts";
import type { SplitRequest } from "../../../streams/host/split.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import { streamNames } from "../../../streams/record.ts";
import type { LogAudit } from "./log_audit.ts";
import { promised } from "./violation.ts";

/** In calm weather a split begins within so long after it was asked for: a partition may have to change hands before. */
const begunMsMax = 15_000;

/** Splits that were asked for are done while the request stands, and what was begun is completed. */
export class SplitsAudit {
  readonly #server: MemoryServer;
  readonly #logs: ReadonlyMap<number, LogAudit>;
  readonly #nowMs: () => number;
  readonly #requests: SplitRequest[] = [];
  #seen = 0;
  #map: { readonly sequence: number; readonly map: PartitionMap } | undefined;
  #calmMs = Infinity;

  constructor(server: MemoryServer, logs: ReadonlyMap<number, LogAudit>, nowMs: () => number) {
    this.#server = server;
    this.#logs = logs;
    this.#nowMs = nowMs;
  }

  calm(): void {
    this.#calmMs = this.#nowMs();
  }

  /** What is still to be done, if something is. */
  unsettled(): string | undefined {
    this.#look();
    return this.#uncompleted() ?? this.#unbegun();
  }

  #uncompleted(): string | undefined {
    const { partitions } = this.#map!.map;
    const missing = [...this.#logs.keys()].find((known) =>
      !partitions.some(({ partition }) => partition === known)
    );
    if (missing !== undefined) return `the split that makes partition ${missing} is not completed`;
    for (const { partition, range, origin } of partitions) {
      const log = this.#logs.get(partition), begins = log?.origin?.split.sequence;
      const right = `${range}` === `${log?.range}` && origin?.sequence === begins;
      promised(
        "whole",
        right,
        () =>
          `in the map partition ${partition} owns ${range}, behind ${origin?.sequence}: not ${log?.range}, ${begins}`,
      );
    }
    return undefined;
  }

  #unbegun(): string | undefined {
    const nowMs = this.#nowMs();
    for (const request of this.#requests) {
      const { partition, child, untilMs } = request;
      if (this.#logs.has(child) || !this.#fits(request)) continue;
      if (nowMs <= untilMs) return `the split of partition ${partition} is not begun`;
      const calmMs = untilMs - this.#calmMs;
      promised(
        "settles",
        calmMs < begunMsMax,
        () => `the split of partition ${partition} was not begun in ${calmMs} ms of calm`,
      );
    }
    return undefined;
  }

  #look(): void {
    const registry = this.#server.stream(streamNames.registry), last = registry.last(mapSubject)!;
    if (this.#map?.sequence !== last.sequence) {
      this.#map = { sequence: last.sequence, map: decodeMap(last.payload) };
    }
    while (this.#seen < registry.lastSequence) {
      const stored = registry.at(++this.#seen), request = stored && splitRequestOf(stored);
      if (request) this.#requests.push(request);
    }
  }

  /** False when another request was faster, or the partition is too young. */
  #fits({ partition, range: [from, to] }: SplitRequest): boolean {
    const { range, origin } = this.#logs.get(partition)!;
    const grown = (origin?.atMs ?? -Infinity) + splitLimits.passingOnMs < this.#nowMs();
    return grown && range[0] < from && range[1] === to;
  }
}
