import { nothingRead } from "../../streams/host/partition_state.ts";
import type { Stored } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import { Chains } from "../../streams/reading/chains.ts";
import { decodeStart, type RecordStart } from "../../streams/record_text.ts";
import { Failure } from "../cli/failure.ts";
import type { PartitionHead } from "./manifest.ts";

/** EVENTS as it is read record by record: no gap, and each partition's records chained to one another. */
export class LogHeads {
  /** Of the last record. */
  sequence: number;
  readonly #heads = new Map<number, PartitionHead>();
  readonly #chains: Chains;

  constructor(sequence = 0, heads: readonly PartitionHead[] = []) {
    this.sequence = sequence;
    const marks = heads.map((head) =>
      [head.partition, { sequence: head.sequence, hash: head.hash }] as const
    );
    this.#chains = new Chains(marks, { fromBeginning: true });
    for (const head of heads) this.#heads.set(head.partition, head);
  }

  /** Throws a `Failure` where a record is missing or is not the one that the next one names. */
  take(stored: Stored): RecordStart {
    const { sequence, payload } = stored, record = decodeStart(stored);
    const { partition, split, read, range, atMs } = record, missed = this.#chains.missedBy(record);
    if (sequence !== this.sequence + 1) {
      throw new Failure(`Cannot read EVENTS: record ${this.sequence + 1} is missing, ${sequence} came`);
    }
    if (missed) {
      throw new Failure(
        `Cannot read EVENTS: record ${sequence} of partition ${partition} does not follow record ${missed.sequence}`,
      );
    }
    this.sequence = sequence;
    const hash = hashOf(payload), mark = { sequence, hash, atMs };
    this.#chains.goOnFrom(record, { sequence, hash });
    this.#heads.set(partition, { partition, ...mark, commands: read.commands, range: [...range] });
    if (split !== undefined) {
      const { child, range: given } = split; // Its log goes on from here.
      this.#heads.set(child, { partition: child, ...mark, commands: nothingRead, range: [...given] });
    }
    return record;
  }

  head(partition: number): PartitionHead | undefined {
    return this.#heads.get(partition);
  }
  all(): PartitionHead[] {
    return [...this.#heads.values()].sort((one, other) => one.partition - other.partition);
  }
}
