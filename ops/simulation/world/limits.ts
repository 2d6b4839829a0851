import { delayRules } from "../../../actors/parcel/delay_rules.ts";
import { checkpointLimits } from "../../../streams/host/checkpoint.ts";
import { checkpointPolicy } from "../../../streams/host/checkpointer.ts";
import type { PartitionLimits } from "../../../streams/host/partition.ts";
import { splitLimits } from "../../../streams/host/passing_on.ts";
import { snapshotLimits } from "../../../streams/host/snapshots.ts";
import type { Chance } from "../kernel/chance.ts";

/** Limits so small that what is rare in a shop happens all the time. */
export function drawLimits(chance: Chance): PartitionLimits {
  const deliveriesMax = chance.oneOf([1, 2, 3, 5, 8, 13, 100]);
  return {
    turn: { recordBytesMax: chance.oneOf([300, 1_000, 4_000, 512 * 1024]), deliveriesMax, cpuMsMax: 20 },
    commandsMax: chance.oneOf([1, 2, 5, 100]),
    cacheBytesMax: chance.oneOf([0, 1_000, 3_000, 10_000, 1_000_000]),
    newbornBytesMax: chance.oneOf([0, 1_000, 100_000]),
    tickMs: chance.between(40, 200),
    timersAtOnceMax: chance.oneOf([1, 2, 1_000]),
    headEveryMs: chance.between(200, 1_500),
  };
}

/** The policies that no host is given: they are set for the whole program, anew for every seed. */
export function tunePolicies(chance: Chance): void {
  set(checkpointPolicy, {
    tailBytesMin: chance.oneOf([500, 2_000, 8_000, 30_000]),
    tailBytesMax: 100_000,
    tailPerSnapshotByte: chance.oneOf([0, 1, 4]),
    idleMs: chance.oneOf([300, 1_000, 5_000]),
    retryMs: chance.oneOf([100, 1_000]),
    actorsAtOnce: chance.oneOf([1, 2, 5, 250]),
  });
  set(checkpointLimits, { timersPerPage: chance.oneOf([1, 3, 5_000]), ackMsMax: 2_000 });
  set(snapshotLimits, { batchBytesMax: chance.oneOf([500, 5_000, 2_000_000]), ackMsMax: 2_000 });
}

/** Parcels are late within the time that a world lasts. */
export function tuneDelays(chance: Chance): void {
  set(delayRules, {
    notHandedOverMs: chance.oneOf([500, 3_000, 10_000]),
    noMovementMs: chance.oneOf([1_000, 5_000]),
    stuckCustomsMs: chance.oneOf([1_000, 4_000]),
    pickupAgeingMs: chance.oneOf([1_000, 4_000]),
    expiredMs: chance.oneOf([6_000, 15_000]),
  });
}

/** So short that what came out of a split may be split again, and longer than any edge needs to hear of it. */
export function tuneSplits(chance: Chance, { passingOnMs }: { readonly passingOnMs?: number }): void {
  const drawnMs = chance.oneOf([20_000, 40_000, 600_000]);
  set(splitLimits, { passingOnMs: passingOnMs ?? drawnMs });
}

type Mutable<T> = { -readonly [K in keyof T]: number };

function set<T extends { readonly [name: string]: number }>(policy: T, values: Partial<Mutable<T>>): void {
  Object.assign(policy, values);
}
