import type { Draft } from "../host/ledger.ts";
import { childOf, emptyPartition, foldRecord, type PartitionState } from "../host/partition_state.ts";
import { Waiters } from "../host/waiters.ts";
import type { Mark, RecordHead } from "../record.ts";

/** A partition as the records so far have made it. */
export interface Lane {
  readonly state: PartitionState;
  /** Who waits for an answer, as far as that is decided again. */
  readonly waiters: Waiters;
}

/** All partitions of a log, from its beginning on. */
export class Partitions {
  readonly #lanes = new Map<number, Lane>();

  /** The one that the record is of, before it. */
  before({ partition, range: [from, to], split }: Pick<RecordHead, "partition" | "range" | "split">): Lane {
    const known = this.#lanes.get(partition);
    if (known) return known;
    const lane = { state: emptyPartition([from, split ? split.range[1] : to]), waiters: new Waiters() };
    this.#lanes.set(partition, lane);
    return lane;
  }

  /** Takes over a turn: the one that is recorded there, or what took its place. */
  fold(lane: Lane, turn: RecordHead, mark: Mark): void {
    foldRecord(lane.state, turn, mark);
    if (!turn.split) return;
    this.#lanes.set(turn.split.child, { state: childOf(lane.state, turn.partition), waiters: new Waiters() });
  }

  all(): Iterable<readonly [number, Lane]> {
    return this.#lanes;
  }
}

/** Who waits goes on waiting or has been answered. */
export function settleWaiters(
  waiters: Waiters,
  { settled, waiting }: Pick<Draft, "settled" | "waiting">,
): void {
  for (const key of settled) waiters.settle(key);
  for (const [key, askers] of waiting) waiters.add(key, askers);
}
