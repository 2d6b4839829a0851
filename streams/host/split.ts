import type { Broker } from "../broker/broker.ts";
import { readMap, writeMap } from "../cluster/map_store.ts";
import { Fault } from "../faults.ts";
import { type Partition, partitionMap } from "../partition_map.ts";
import { type BucketRange, streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { capture, writeCheckpoint } from "./checkpoint.ts";
import type { Lease } from "./lease.ts";
import type { Reopened } from "./reading.ts";
import { type Draft, Ledger } from "./ledger.ts";
import { childOf, ownsAll, type PartitionState } from "./partition_state.ts";
import { youngOrigin } from "./passing_on.ts";
import { checkpointSubject } from "./snapshots.ts";
import { Waiters } from "./waiters.ts";

/** Which buckets a partition is asked to give away, and to which new partition: the upper ones of its own. */
export interface SplitRequest {
  readonly partition: number;
  readonly child: number;
  readonly range: BucketRange;
  /** Not to be begun later than this, milliseconds since 1970. */
  readonly untilMs: number;
}

/** False for a request that does not fit the buckets that the partition has by now, or comes too soon after its own beginning. */
export function canSplit(
  { range: [from, to], origins }: PartitionState,
  { range: [begin, end] }: SplitRequest,
  nowMs: number,
): boolean {
  // What is passed on is put in order with what one partition is sent, not two: nobody may be left who knows of neither split.
  return from < begin && begin < end && end === to && !youngOrigin(origins, nowMs);
}

/** The turn that gives the buckets away: nothing else happens in it. */
export function splitTurn(
  state: PartitionState,
  { child, range }: SplitRequest,
  { turn, lease, nowMs }: { readonly turn: string; readonly lease: Lease; readonly nowMs: number },
): Draft {
  return new Ledger(new Waiters()).draft(state, {
    turn,
    partition: lease.partition,
    epoch: lease.epoch,
    nowMs,
    // Who was alone so far was told nothing: neither it nor the child need look for it.
    read: { commands: state.read, peers: ownsAll(state.range) ? state.head : state.peers },
    took: 0,
    out: [],
    range: [state.range[0], range[0]],
    split: { child, range },
  });
}

/**
 * Completes a split whose turn is the partition's last record: the child's first checkpoint, then the map that sends everyone there.
 * Done whenever a partition is opened in this state, so that dying in between is no harm; and the partition takes no further turn
 * before it is done, so that the state at the split is the state at its end.
 */
export async function finishSplit(
  { broker, runtime, lease }: { readonly broker: Broker; readonly runtime: Runtime; readonly lease: Lease },
  { state, known, tail, eventsCreatedAtMs, commandsCreatedAtMs }: Reopened,
): Promise<void> {
  const { split } = state;
  if (split === undefined) return;
  if (!await broker.last(streamNames.snapshots, checkpointSubject(split.child))) {
    if (tail.size > 0) {
      throw new Fault(
        "log.lost",
        `Cannot complete the split of partition ${lease.partition}: its last checkpoint is gone, and the child would begin without it`,
      );
    }
    const more = { epoch: lease.epoch, eventsCreatedAtMs, commandsCreatedAtMs };
    const captured = capture(split.child, childOf(state, lease.partition), known, more);
    const written = await writeCheckpoint(broker, captured, known, { expectedSequence: 0, knownWritten: 0 });
    if (written.kind === "failed") {
      throw new Fault(
        "log.unavailable",
        `Cannot complete the split of partition ${lease.partition}: ${written.reason}`,
      );
    }
  }
  await publish(broker, runtime, lease.partition, state.range, {
    partition: split.child,
    range: split.range,
    origin: { partition: lease.partition, ...state.head },
  });
}

/** Others may split at the same time: the map is changed as long as the child is not in it. */
async function publish(
  broker: Broker,
  runtime: Runtime,
  parent: number,
  range: BucketRange,
  child: Partition,
): Promise<void> {
  for (;;) {
    const stored = await readMap(broker);
    if (!stored) throw new Fault("log.missing", "Cannot complete a split: there is no partition map");
    const { partitions } = stored.map;
    if (partitions.some(({ partition }) => partition === child.partition)) return;
    const without = partitions.map((one) => one.partition === parent ? { ...one, range } : one);
    await writeMap(broker, runtime, partitionMap([...without, child]), stored.revision);
  }
}
