import {
  childOf,
  emptyPartition,
  foldRecord,
  type PartitionState,
} from "../../../streams/host/partition_state.ts";
import type { Stored } from "../../../streams/broker/broker.ts";
import type { RecordHead } from "../../../streams/record.ts";
import { decodeEntries, decodeSends, headOf, holds } from "../../../streams/record_text.ts";
import { heldCommands } from "../../../streams/retention/held_commands.ts";
import { bringsPersonal } from "../../../streams/retention/personal_message.ts";

/** A command that a split partition passed on, and the record that says so. */
interface PassedOn {
  readonly record: number;
  readonly sequence: number;
}

/**
 * The commands with personal data that the log, read record by record, still owes a decision or a copy: what is parked or waits, what
 * was passed on and not heard, and whatever else is said to be needed.
 */
export class HeldReading {
  readonly #states = new Map<number, PartitionState>();
  readonly #passedOn: PassedOn[] = [];
  #needed = Infinity;

  take(stored: Stored): void {
    const record: RecordHead = headOf(stored.payload) ?? decodeEntries(stored, () => false);
    const { sequence } = stored, { partition, range } = record;
    const state = this.#states.get(partition) ?? emptyPartition(range);
    // No hash is looked at here, and of timers there may be millions.
    foldRecord(state, { ...record, timers: [] }, { sequence, hash: "" });
    this.#states.set(partition, state);
    if (record.split) this.#states.set(record.split.child, childOf(state, partition));
    if (!holds(stored.payload, '"asker":')) return;
    for (const pending of decodeSends(stored).sends) {
      if (bringsPersonal(pending)) this.#passedOn.push({ record: sequence, sequence: pending.cause.at![0] });
    }
  }

  need(sequence: number): void {
    this.#needed = Math.min(this.#needed, sequence);
  }

  /** The first sequence of COMMANDS that is needed. */
  oldest(): number | undefined {
    const states = [...this.#states.values()];
    const heard = Math.min(...states.map(({ peers }) => peers.sequence));
    const unheard = this.#passedOn.filter(({ record }) => record > heard).map(({ sequence }) => sequence);
    const all = [this.#needed, ...states.flatMap(heldCommands), ...unheard];
    const oldest = all.reduce((first, one) => Math.min(first, one), Infinity);
    return oldest === Infinity ? undefined : oldest;
  }
}
