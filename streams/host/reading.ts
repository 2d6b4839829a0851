import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker, Stored, StreamInfo } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import { type BucketRange, type Entry, type Mark, streamNames, subjects } from "../record.ts";
import { decodeEntries } from "../record_text.ts";
import { beginning, type Opened, readCheckpoint } from "./checkpoint.ts";
import { foldRecord, type PartitionState } from "./partition_state.ts";

export interface Reopened extends Opened {
  readonly tail: Map<ActorId, Entry[]>;
  readonly tailRecords: number;
  readonly tailBytes: number;
  readonly eventsCreatedAtMs: number;
  readonly commandsCreatedAtMs: number;
}

/** A partition as far as its log was read: the last checkpoint, then every record after it, each chained to the one before. */
export class Reading {
  tailBytes = 0;
  readonly #partition: number;
  readonly #opened: Opened;
  readonly #created: Pick<Reopened, "eventsCreatedAtMs" | "commandsCreatedAtMs">;
  readonly #tail = new Map<ActorId, Entry[]>();
  readonly #lastRecord = new Map<ActorId, number>();
  #tailRecords = 0;

  private constructor(partition: number, opened: Opened, events: StreamInfo, commands: StreamInfo) {
    this.#partition = partition;
    this.#opened = opened;
    this.#created = { eventsCreatedAtMs: events.createdAtMs, commandsCreatedAtMs: commands.createdAtMs };
  }

  /** `range`: the buckets of a partition that has no record yet. */
  static async begin(broker: Broker, partition: number, range: BucketRange): Promise<Reading> {
    const opened = await readCheckpoint(broker, partition) ?? beginning();
    const [events, commands] = await Promise.all([
      broker.info(streamNames.events),
      broker.info(streamNames.commands),
    ]);
    checkHistory(partition, opened, events, commands);
    await checkHead(broker, partition, opened.state.head, "the checkpoint's turn");
    if (opened.state.head.sequence === 0) opened.state.range = range;
    return new Reading(partition, opened, events, commands);
  }

  get state(): PartitionState {
    return this.#opened.state;
  }

  /** Takes the partition's next record. */
  take(stored: Stored): void {
    const { state, known } = this.#opened, record = decodeEntries(stored);
    checkChain(this.#partition, state.head, record.previous, stored.sequence);
    foldRecord(state, record, { sequence: stored.sequence, hash: hashOf(stored.payload) });
    for (const entry of record.entries) {
      const entries = this.#tail.get(entry.actor);
      if (entries) entries.push(entry);
      else this.#tail.set(entry.actor, [entry]);
      known.add(entry.actor, stored.sequence);
      this.#lastRecord.set(entry.actor, stored.sequence);
    }
    this.#tailRecords += 1;
    this.tailBytes += stored.payload.length;
  }

  /** Reads on until the partition's last record. */
  async readOn(broker: Broker): Promise<void> {
    const { state } = this, subject = subjects.events(this.#partition);
    const last = await broker.last(streamNames.events, subject);
    if (!last || last.sequence <= state.head.sequence) return;
    for await (
      const stored of broker.read(streamNames.events, { subject, fromSequence: state.head.sequence + 1 })
    ) {
      this.take(stored);
      if (stored.sequence >= last.sequence) return;
    }
    throw new Fault(
      "log.unavailable",
      `Cannot open partition ${this.#partition}: reading its log ended early`,
    );
  }

  /** What was read; nothing is read on from here. */
  opened(actorOf: (id: ActorId) => AnyActor | undefined): Reopened {
    const tail = this.#tail, { known } = this.#opened;
    for (const [id, sequence] of this.#lastRecord) {
      const rests = actorOf(id)?.restsAfterBirth && known.birthOf(id) === sequence;
      if (rests && tail.get(id)?.[0]?.version === 1) tail.delete(id); // Whole in the record of its birth.
    }
    const { tailBytes } = this;
    return { ...this.#opened, ...this.#created, tail, tailRecords: this.#tailRecords, tailBytes };
  }
}

/** Throws `Fault("log.lost")` unless the log holds this record. */
export async function checkHead(broker: Broker, partition: number, head: Mark, what: string): Promise<void> {
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

function checkChain(partition: number, head: Mark, previous: Mark, sequence: number): void {
  if (previous.sequence === head.sequence && previous.hash === head.hash) return;
  throw new Fault(
    "log.lost",
    `Cannot open partition ${partition}: record ${sequence} follows ${previous.sequence}, not the ${head.sequence} before it`,
  );
}
