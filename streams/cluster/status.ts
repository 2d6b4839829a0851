import type { Broker, Stored } from "../broker/broker.ts";
import { checkpointedTurn } from "../host/checkpoint.ts";
import { type HeldLease, leaseOf } from "../host/lease.ts";
import { type BucketRange, streamNames, subjects } from "../record.ts";
import { decodeSends } from "../record_text.ts";
import { readMap } from "./map_store.ts";
import { type Heartbeat, heartbeatOf } from "./members.ts";

/** What the log says of itself at one moment. */
export interface LogStatus {
  readonly partitions: readonly PartitionStatus[];
  readonly members: readonly Heartbeat[];
  readonly streams: readonly StreamStatus[];
}
export interface PartitionStatus {
  readonly partition: number;
  readonly buckets: BucketRange;
  /** Who holds the lease; absent when nobody does. */
  readonly host?: string;
  readonly epoch: number;
  /** The stream sequence of its last record; 0 before the first. */
  readonly head: number;
  readonly headAtMs?: number;
  /** Places in COMMANDS between what was decided last and the last command: 0 when nothing waits. */
  readonly behind: number;
  /** How long the last command has waited, if it does. */
  readonly waitingMs: number;
  /** The turn up to which the last checkpoint goes, and when that turn was. */
  readonly checkpoint?: { readonly head: number; readonly atMs: number };
}
export interface StreamStatus {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
}

/** Undefined when there is no log yet. */
export async function readStatus(broker: Broker, nowMs: number): Promise<LogStatus | undefined> {
  const stored = await readMap(broker);
  if (!stored) return undefined;
  const { leases, members } = await readRegistry(broker);
  const partitions = await Promise.all(
    stored.map.partitions.map(async ({ partition, range }) => ({
      partition,
      buckets: range,
      ...heldBy(leases.get(partition)),
      ...await placeOf(broker, partition, nowMs),
    })),
  );
  const streams = await Promise.all(
    Object.values(streamNames).map(async (name) => {
      const { messages, bytes } = await broker.info(name);
      return { name, messages, bytes };
    }),
  );
  return { partitions, members, streams };
}

function heldBy(lease: HeldLease | undefined): Pick<PartitionStatus, "host" | "epoch"> {
  if (!lease) return { epoch: 0 };
  return lease.released ? { epoch: lease.epoch } : { host: lease.host, epoch: lease.epoch };
}

async function placeOf(broker: Broker, partition: number, nowMs: number) {
  const [record, command, checkpoint] = await Promise.all([
    broker.last(streamNames.events, subjects.events(partition)),
    broker.last(streamNames.commands, subjects.commands(partition)),
    checkpointedTurn(broker, partition),
  ]);
  const said = record && decodeSends(record), read = said?.read.commands;
  const waits = command !== undefined &&
    (read === undefined || read.sequence < command.sequence || read.taken < read.of);
  return {
    head: record?.sequence ?? 0,
    ...(said ? { headAtMs: said.atMs } : {}),
    behind: waits ? Math.max(1, command.sequence - (read?.sequence ?? 0)) : 0,
    waitingMs: waits ? Math.max(0, nowMs - command.storedAtMs) : 0,
    ...(checkpoint ? { checkpoint } : {}),
  };
}

async function readRegistry(broker: Broker) {
  const leases = new Map<number, HeldLease>(), members = new Map<string, Heartbeat>();
  for await (const stored of wholeRegistry(broker)) {
    const lease = leaseOf(stored), heartbeat = heartbeatOf(stored);
    if (lease) leases.set(lease.partition, lease);
    // One process may have several roles, under one name.
    if (heartbeat) members.set(`${heartbeat.role} ${heartbeat.name}`, heartbeat);
  }
  return { leases, members: [...members.values()] };
}

/**
 * Everything that was in the registry when asked, or what has replaced it: a heartbeat that is renewed before it is read comes later in
 * the stream.
 */
async function* wholeRegistry(broker: Broker): AsyncGenerator<Stored> {
  // The stream may have counted further: the server forgets heartbeats.
  const lastOne = () => broker.last(streamNames.registry, "registry.>");
  let end = await lastOne();
  if (!end) return;
  const reader = broker.read(streamNames.registry, { fromSequence: 1 }), seen = new Set<string>();
  for await (const stored of reader) {
    yield stored;
    seen.add(stored.subject);
    if (stored.sequence < end.sequence) continue;
    const { messages } = await broker.info(streamNames.registry); // One of each subject.
    if (seen.size >= messages) return;
    end = await lastOne();
    if (!end || end.sequence <= stored.sequence) return;
  }
}
