import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker, StreamInfo } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import { type BucketRange, type Entry, type Mark, streamNames, subjects } from "../record.ts";
import { decodeEntries } from "../record_text.ts";
import type { Runtime } from "../runtime.ts";
import { beginning, type Opened, readCheckpoint } from "./checkpoint.ts";
import { leaseLimits, readHead, type Witness } from "./lease.ts";
import { foldRecord } from "./partition_state.ts";

export interface Reopened extends Opened {
  readonly tail: Map<ActorId, Entry[]>;
  readonly tailRecords: number;
  readonly tailBytes: number;
  readonly eventsCreatedAtMs: number;
  readonly commandsCreatedAtMs: number;
}

/** The partition as the log says it is: checkpoint, then every record after it, each chained to the one before. */
export async function reopen(
  broker: Broker,
  runtime: Runtime,
  partition: number,
  { actorOf, range, split = false }: {
    actorOf(id: ActorId): AnyActor | undefined;
    /** The buckets of a partition that has no record yet. */
    readonly range: BucketRange;
    /** True for one that was split from another: it has a checkpoint before its first record. */
    readonly split?: boolean;
  },
): Promise<Reopened> {
  // What says how much there must be is read before what is there: another host may still be writing both.
  const witness = await readHead(broker, partition);
  const opened = await readCheckpoint(broker, partition) ?? beginning();
  const events = await broker.info(streamNames.events);
  const commands = await broker.info(streamNames.commands);
  checkHistory(partition, opened, events, commands);
  await checkHead(broker, partition, opened.state.head, "the checkpoint's turn");
  const tail = await readTail(broker, partition, opened, actorOf);
  const { state } = opened;
  if (state.head.sequence === 0 && split) {
    throw new Fault(
      "log.lost",
      `Cannot open partition ${partition}: the checkpoint that it begins with is gone`,
    );
  }
  if (state.head.sequence === 0) state.range = range;
  if (runtime.nowMs() < state.atMs - leaseLimits.clockSkewMsMax) {
    const behindMs = state.atMs - runtime.nowMs();
    throw new Fault(
      "clock.behind",
      `Cannot open partition ${partition}: this clock is ${behindMs} ms behind the log`,
    );
  }
  if (witness) await checkWitness(broker, partition, state.head, witness);
  if (witness?.peers && witness.peers.sequence > state.peers.sequence) state.peers = witness.peers;
  const { createdAtMs: eventsCreatedAtMs } = events, { createdAtMs: commandsCreatedAtMs } = commands;
  return { ...opened, ...tail, eventsCreatedAtMs, commandsCreatedAtMs };
}

function checkHistory(partition: number, opened: Opened, events: StreamInfo, commands: StreamInfo): void {
  const { eventsCreatedAtMs, commandsCreatedAtMs, state } = opened;
  const lost = (what: string) => new Fault("log.lost", `Cannot open partition ${partition}: ${what}`);
  if (eventsCreatedAtMs !== undefined && eventsCreatedAtMs !== events.createdAtMs) {
    throw lost("EVENTS was created anew since its checkpoint");
  }
  if (commandsCreatedAtMs !== undefined && commandsCreatedAtMs !== commands.createdAtMs) {
    throw lost("COMMANDS was created anew since its checkpoint");
  }
  if (state.head.sequence > events.lastSequence) {
    throw lost(`EVENTS ends at ${events.lastSequence}, but its checkpoint includes ${state.head.sequence}`);
  }
}

async function readTail(
  broker: Broker,
  partition: number,
  opened: Opened,
  actorOf: (id: ActorId) => AnyActor | undefined,
) {
  const tail = new Map<ActorId, Entry[]>(), lastRecord = new Map<ActorId, number>();
  let tailRecords = 0, tailBytes = 0;
  const { state, known } = opened;
  const last = await broker.last(streamNames.events, subjects.events(partition));
  if (!last || last.sequence <= state.head.sequence) return { tail, tailRecords, tailBytes };
  const fromSequence = state.head.sequence + 1;
  const reader = broker.read(streamNames.events, { subject: subjects.events(partition), fromSequence });
  for await (const stored of reader) {
    const record = decodeEntries(stored);
    checkChain(partition, state.head, record.previous, stored.sequence);
    foldRecord(state, record, { sequence: stored.sequence, hash: hashOf(stored.payload) });
    for (const entry of record.entries) {
      const entries = tail.get(entry.actor);
      if (entries) entries.push(entry);
      else tail.set(entry.actor, [entry]);
      known.add(entry.actor, stored.sequence);
      lastRecord.set(entry.actor, stored.sequence);
    }
    tailRecords += 1;
    tailBytes += stored.payload.length;
    if (stored.sequence >= last.sequence) break;
  }
  if (state.head.sequence < last.sequence) {
    throw new Fault("log.unavailable", `Cannot open partition ${partition}: reading its log ended early`);
  }
  for (const [id, sequence] of lastRecord) {
    const rests = actorOf(id)?.restsAfterBirth && known.birthOf(id) === sequence;
    if (rests && tail.get(id)?.[0]?.version === 1) tail.delete(id); // Whole in the record of its birth.
  }
  return { tail, tailRecords, tailBytes };
}

function checkChain(partition: number, head: Mark, previous: Mark, sequence: number): void {
  if (previous.sequence === head.sequence && previous.hash === head.hash) return;
  throw new Fault(
    "log.lost",
    `Cannot open partition ${partition}: record ${sequence} follows ${previous.sequence}, not the ${head.sequence} before it`,
  );
}

async function checkHead(broker: Broker, partition: number, head: Mark, what: string): Promise<void> {
  if (head.sequence === 0) return;
  const stored = await broker.at(streamNames.events, head.sequence);
  if (stored && hashOf(stored.payload) === head.hash) return;
  throw new Fault(
    "log.lost",
    `Cannot open partition ${partition}: record ${head.sequence} (${what}) is ${
      stored ? "another one" : "gone"
    }`,
  );
}

async function checkWitness(broker: Broker, partition: number, head: Mark, seen: Witness): Promise<void> {
  if (seen.sequence > head.sequence) {
    throw new Fault(
      "log.lost",
      `Cannot open partition ${partition}: the log ends at ${head.sequence}, but ${seen.sequence} was seen`,
    );
  }
  await checkHead(broker, partition, seen, "the last one seen");
}
