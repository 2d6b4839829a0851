import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import type { BucketRange, Mark } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { checkClock, type Lease, leaseLimits, readHead, type Witness } from "./lease.ts";
import { expectNoLossTold } from "./loss_told.ts";
import type { PartitionState } from "./partition_state.ts";
import { checkHead, Reading, type Reopened } from "./reading.ts";

export interface OpeningOptions {
  actorOf(id: ActorId): AnyActor | undefined;
  /** The buckets of a partition that has no record yet. */
  readonly range: BucketRange;
  /** True for one that was split from another: it has a checkpoint before its first record. */
  readonly split: boolean;
  /** A record that we have read before. */
  readonly seen?: Mark;
}

/** The partition as the log says it is. */
export async function reopen(
  broker: Broker,
  runtime: Runtime,
  lease: Lease,
  { actorOf, range, split, seen }: OpeningOptions,
): Promise<Reopened> {
  const { partition } = lease;
  const [witness, reading] = await Promise.all([
    readHead(broker, partition),
    Reading.begin(broker, partition, range),
    checkClock(broker, lease),
  ]);
  await expectNoLossTold(broker, partition);
  // What says how much there must be was read before what is there: another host may still be writing both.
  await reading.readOn(broker);
  if (reading.state.head.sequence === 0 && split) {
    throw new Fault(
      "log.lost",
      `Cannot open partition ${partition}: the checkpoint that it begins with is gone`,
    );
  }
  if (seen) await checkSeen(broker, partition, reading.state.head, seen);
  await checkEnd({ broker, runtime, partition }, reading.state, witness);
  return reading.opened(actorOf);
}

/** Compares what was read with what others have seen, and with the clock; takes over how far was listened. */
export async function checkEnd(
  { broker, runtime, partition }: {
    readonly broker: Broker;
    readonly runtime: Runtime;
    readonly partition: number;
  },
  state: PartitionState,
  witness: Witness | undefined,
): Promise<void> {
  if (runtime.nowMs() < state.atMs - leaseLimits.clockSkewMsMax) {
    const behindMs = state.atMs - runtime.nowMs();
    throw new Fault(
      "clock.behind",
      `Cannot open partition ${partition}: this clock is ${behindMs} ms behind the log`,
    );
  }
  if (witness) await checkSeen(broker, partition, state.head, witness);
  if (witness?.peers && witness.peers.sequence > state.peers.sequence) state.peers = witness.peers;
}

async function checkSeen(broker: Broker, partition: number, head: Mark, seen: Mark): Promise<void> {
  if (seen.sequence > head.sequence) {
    throw new Fault(
      "log.lost",
      `Cannot open partition ${partition}: the log ends at ${head.sequence}, but ${seen.sequence} was seen`,
    );
  }
  if (seen.sequence === head.sequence && seen.hash === head.hash) return;
  await checkHead(broker, partition, seen, "the last one seen");
}
