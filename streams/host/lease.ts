import type { Broker, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { type Mark, streamNames } from "../record.ts";
import type { CommandsRead } from "../retention/held_commands.ts";
import type { Runtime } from "../runtime.ts";

/** Who may run a partition. A hint: safety never depends on it, only the conditional append can be trusted (DESIGN 5). */
export interface Lease {
  readonly partition: number;
  readonly host: string;
  /** The revision at which this host claimed it. */
  readonly epoch: number;
}

export const leaseLimits = { ackMsMax: 2_000, clockSkewMsMax: 5_000, triesMax: 10 } as const;

const leasePrefix = "registry.cluster.lease.";
const leaseSubject = (partition: number) => `${leasePrefix}${partition}`;
const headSubject = (partition: number) => `registry.head.${partition}`;

/** A lease as the registry has it. */
export interface HeldLease extends Lease {
  /** True when its host has let go of it. */
  readonly released: boolean;
}

/** Undefined for a message of the registry that is no lease. */
export function leaseOf({ subject, payload, sequence }: Stored): HeldLease | undefined {
  if (!subject.startsWith(leasePrefix)) return undefined;
  const { host, released = false } = JSON.parse(new TextDecoder().decode(payload)) as LeaseJson;
  return { partition: Number(subject.slice(leasePrefix.length)), host, epoch: sequence, released };
}

interface LeaseJson {
  readonly host: string;
  readonly claimedAtMs: number;
  readonly released?: true;
}

/**
 * Claims the partition by compare-and-set; the previous owner finds out at its next append. `replacing` is the epoch of the lease that
 * it takes the place of (0: none); left out, it is claimed whoever has it. Undefined when somebody else was faster.
 */
export async function claimLease(
  broker: Broker,
  runtime: Runtime,
  { partition, host, replacing }: { partition: number; host: string; replacing?: number },
): Promise<Lease | undefined> {
  const subject = leaseSubject(partition);
  for (let tries = 0; tries < leaseLimits.triesMax; tries++) {
    const expectedLastSubjectSequence = replacing ?? await lastEpoch(broker, partition);
    const payload = encoded({ host, claimedAtMs: runtime.nowMs() });
    const { ackMsMax } = leaseLimits;
    const outcome = await broker.publish(subject, payload, { expectedLastSubjectSequence, ackMsMax });
    if (outcome.kind === "stored") return { partition, host, epoch: outcome.sequence };
    // Also when it was ours, and its ack was lost: whoever looks next sees that the lease is its own.
    if (outcome.kind === "conflict" && replacing !== undefined) return undefined;
    await runtime.sleep(50);
  }
  throw new Fault("log.unavailable", `Cannot claim partition ${partition}: the registry does not answer`);
}

const encoded = (lease: LeaseJson) => new TextEncoder().encode(JSON.stringify(lease));

async function lastEpoch(broker: Broker, partition: number): Promise<number> {
  return (await broker.last(streamNames.registry, leaseSubject(partition)))?.sequence ?? 0;
}

/** Lets go, so that the next owner need not wait; nothing happens when somebody else has claimed it already. */
export async function releaseLease(
  broker: Broker,
  runtime: Runtime,
  { partition, host, epoch }: Lease,
): Promise<void> {
  const { ackMsMax } = leaseLimits;
  const options = { expectedLastSubjectSequence: epoch, ackMsMax };
  await broker.publish(
    leaseSubject(partition),
    encoded({ host, claimedAtMs: runtime.nowMs(), released: true }),
    options,
  );
}

/** True while nobody has claimed the partition since. */
export async function stillOurs(broker: Broker, lease: Lease): Promise<boolean> {
  return await lastEpoch(broker, lease.partition) === lease.epoch;
}

/**
 * Our clock must agree with the server's: records carry our time, and timers fire by it. Compared is the time before we sent the claim,
 * so that an answer that takes long is not taken for a clock that is ahead.
 */
export async function checkClock(broker: Broker, { partition, epoch }: Lease): Promise<void> {
  const stored = await broker.last(streamNames.registry, leaseSubject(partition));
  if (stored?.sequence !== epoch) return; // Somebody else has claimed it meanwhile: the next append finds out.
  const { claimedAtMs } = JSON.parse(new TextDecoder().decode(stored.payload)) as LeaseJson;
  const aheadMs = claimedAtMs - stored.storedAtMs;
  if (aheadMs > leaseLimits.clockSkewMsMax) {
    throw new Fault("clock.behind", `Cannot run: this clock is ${aheadMs} ms ahead of the log server's`);
  }
}

export interface Witness extends Mark {
  readonly eventsCreatedAtMs: number;
  /** Everything that other partitions said up to here had been taken: an idle partition need not look at it again. */
  readonly peers?: Mark;
  /** Absent in witnesses of a build that trimmed COMMANDS behind what was read. */
  readonly commands?: CommandsRead;
}

/**
 * A witness of the partition's head, so that a log that lost its end is noticed even without a newer checkpoint (DESIGN 8). True when
 * it is certain to be there.
 */
export async function writeHead(broker: Broker, partition: number, witness: Witness): Promise<boolean> {
  const payload = new TextEncoder().encode(JSON.stringify(witness));
  const { ackMsMax } = leaseLimits;
  return (await broker.publish(headSubject(partition), payload, { ackMsMax })).kind === "stored";
}

export async function readHead(broker: Broker, partition: number): Promise<Witness | undefined> {
  const stored = await broker.last(streamNames.registry, headSubject(partition));
  return stored && JSON.parse(new TextDecoder().decode(stored.payload)) as Witness;
}
