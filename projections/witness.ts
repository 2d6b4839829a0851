import type { Broker } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import { tellLoss } from "../streams/host/loss_told.ts";
import { expectThere } from "./log_follower.ts";
import type { StoredPosition } from "./row_store.ts";

interface Witness {
  readonly broker: Broker;
  /** Tells the partition's host when the log does not hold what the rows are made of. */
  readonly witness?: boolean;
}

/**
 * Throws `Fault("log.lost")` unless the log holds the record that the rows furthest ahead were made of: those before it hang on it by
 * their hashes. A witness tells the partition's host first.
 */
export async function expectHeld(
  { broker, witness = false }: Witness,
  positions: readonly StoredPosition[],
): Promise<void> {
  const [furthest] = positions.toSorted((one, other) => other.mark.sequence - one.mark.sequence);
  if (furthest === undefined) return;
  const { partition, mark, streamCreatedMs } = furthest;
  try {
    await expectThere(broker, { partition, from: mark, streamCreatedMs });
  } catch (error) {
    if (witness && error instanceof Fault && error.code === "log.lost") {
      await tellLoss(broker, partition, { ...mark, eventsCreatedAtMs: streamCreatedMs });
    }
    throw error;
  }
}
