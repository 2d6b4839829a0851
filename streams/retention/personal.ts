import type { Broker, Reader, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import type { Partition } from "../partition_map.ts";
import { type Mark, streamNames, subjects } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { CommandPacks } from "./command_packs.ts";
import { appendFenced } from "./fenced_append.ts";
import { PersonalDraft } from "./personal_draft.ts";
import { decodePersonal, itemOf, type PersonalMessage } from "./personal_message.ts";
import { type Scanned, scanRecord } from "./record_scan.ts";

export interface CopierLimits {
  /** One message for all that happens within this time. */
  readonly gatherMs: number;
  /** When nothing personal happened, the position still moves on this often. */
  readonly idleMs: number;
  readonly recordsMax: number;
  readonly recordBytesMax: number;
  /** A message grows no further; one item alone may be larger. */
  readonly messageBytesMax: number;
  readonly ackMsMax: number;
  readonly retryMs: number;
}
export const copierLimits: CopierLimits = {
  gatherMs: 100,
  idleMs: 1_000,
  recordsMax: 1_000,
  recordBytesMax: 8 * 1024 * 1024,
  messageBytesMax: 2 * 1024 * 1024,
  ackMsMax: 5_000,
  retryMs: 500,
};

export interface CopierObserver {
  copied?(what: { readonly records: number; readonly items: number; readonly missing: number }): void;
  /** It will try again. */
  interrupted?(reason: string): void;
}

export interface CopierOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "elapsedMs" | "sleep">;
  readonly partition: number;
  /** The record of another partition behind which this one's log begins. */
  readonly origin?: Partition["origin"];
  readonly limits?: Partial<CopierLimits>;
  readonly observer?: CopierObserver;
}

/** A record that was read and is not yet covered by a message of ours. */
interface Gathered {
  readonly stored: Stored;
  readonly scanned: Scanned;
}

const encoder = new TextEncoder();

/**
 * Copies the personal part of accepted commands from COMMANDS, which is trimmed, to PERSONAL, off the hot path. It follows EVENTS;
 * how far it is stands in its own last message, and appending with that message's sequence fences any second copier.
 */
export class PersonalCopier {
  readonly #options: CopierOptions;
  readonly #limits: CopierLimits;
  readonly #packs: CommandPacks;
  #reader: Reader | undefined;
  #stopped = false;
  #position: Mark = { sequence: 0, hash: "" };
  /** The stream sequence of our last message. */
  #last = 0;
  #passed = 0;
  #missing = 0;
  #gathered: Gathered[] = [];
  #gatheredBytes = 0;
  #dueMs = Infinity;

  constructor(options: CopierOptions) {
    this.#options = options;
    this.#packs = new CommandPacks(options.broker);
    this.#limits = { ...copierLimits, ...options.limits };
  }

  /** How far EVENTS is copied, durably. */
  get position(): Mark {
    return this.#position;
  }
  /** The stream sequence of the last message in PERSONAL. */
  get last(): number {
    return this.#last;
  }
  /** COMMANDS messages of this partition up to this sequence are not needed here any more. */
  passed(): number {
    return this.#passed;
  }
  /** How many personal parts were not there any more when they should have been copied. */
  get missing(): number {
    return this.#missing;
  }

  /** Runs until stopped; rejects when going on is not possible, as when another copier has taken over. */
  async run(): Promise<void> {
    const { runtime, observer } = this.#options;
    while (!this.#stopped) {
      try {
        await this.#follow();
      } catch (error) {
        if (!(error instanceof Fault) || !error.retry) throw error;
        observer?.interrupted?.(error.message);
        if (!this.#stopped) await runtime.sleep(this.#limits.retryMs);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#reader?.stop();
  }

  async #follow(): Promise<void> {
    const { broker, partition } = this.#options;
    await this.#open();
    if (this.#stopped) return;
    const fromSequence = this.#position.sequence + 1;
    const from = { subject: subjects.events(partition), fromSequence };
    const reader = this.#reader = broker.read(streamNames.events, from);
    try {
      await this.#pump(reader);
    } finally {
      await reader.stop();
    }
  }

  /** Finds our place again, and makes sure that the log still holds what we saw there. */
  async #open(): Promise<void> {
    const { broker, partition, origin } = this.#options;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#dueMs = Infinity;
    const last = await broker.last(streamNames.personal, subjects.personal(partition));
    this.#last = last?.sequence ?? 0;
    this.#position = last === undefined ? origin ?? { sequence: 0, hash: "" } : decodePersonal(last).position;
    const { sequence, hash } = this.#position;
    if (sequence === 0) return;
    const record = await broker.at(streamNames.events, sequence);
    if (record === undefined || hashOf(record.payload) !== hash) {
      throw new Fault(
        "log.lost",
        `Cannot copy personal data: record ${sequence} is not the one that was copied`,
      );
    }
    this.#passed = last === undefined ? 0 : scanRecord(record).passed; // Of the parent's commands nothing is known here.
  }

  async #pump(reader: Reader): Promise<void> {
    const { runtime } = this.#options;
    const records = reader[Symbol.asyncIterator]();
    let next: Promise<IteratorResult<Stored>> | undefined;
    let alarm: { readonly atMs: number; readonly rung: Promise<"due"> } | undefined;
    while (true) {
      if (this.#gathered.length > 0 && alarm?.atMs !== this.#dueMs) {
        const rung = runtime.sleep(Math.max(0, this.#dueMs - runtime.elapsedMs())).then(() => "due" as const);
        alarm = { atMs: this.#dueMs, rung };
      }
      next ??= records.next();
      const arrived = await (alarm === undefined ? next : Promise.race([next, alarm.rung]));
      if (arrived === "due" || arrived.done === true) {
        alarm = undefined;
        await this.#flush();
        if (arrived !== "due") return;
        continue;
      }
      next = undefined;
      this.#gather(arrived.value);
      const { recordsMax, recordBytesMax } = this.#limits;
      const full = this.#gathered.length >= recordsMax || this.#gatheredBytes >= recordBytesMax;
      if (full || runtime.elapsedMs() >= this.#dueMs) await this.#flush();
    }
  }

  #gather(stored: Stored): void {
    const scanned = scanRecord(stored);
    const before = this.#gathered.at(-1)?.stored.sequence ?? this.#position.sequence;
    if (scanned.previous !== before) {
      throw new Fault(
        "log.lost",
        `Cannot copy personal data: record ${stored.sequence} follows ${scanned.previous}, ${before} was read`,
      );
    }
    this.#gathered.push({ stored, scanned });
    this.#gatheredBytes += stored.payload.length;
    const waitMs = scanned.wanted.length > 0 ? this.#limits.gatherMs : this.#limits.idleMs;
    this.#dueMs = Math.min(this.#dueMs, this.#options.runtime.elapsedMs() + waitMs);
  }

  /** Writes what is gathered: one message, or several where one would be too large. */
  async #flush(): Promise<void> {
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#dueMs = Infinity;
    if (gathered.length === 0) return;
    const message = new PersonalDraft();
    let done: Gathered | undefined;
    for (const record of gathered) {
      for (const wanted of record.scanned.wanted) {
        const item = itemOf(wanted, wanted.at && await this.#packs.at(wanted.at[0]));
        // A cut within a record states the position before it: after a crash its items are copied once more, which changes nothing.
        if (!message.fits(item, this.#limits.messageBytesMax)) await this.#write(message, done);
        message.add(item);
      }
      message.records++;
      done = record;
    }
    await this.#write(message, done);
  }

  #append(payload: Uint8Array): Promise<number> {
    const { broker, runtime, partition, observer } = this.#options;
    const { ackMsMax, retryMs } = this.#limits;
    return appendFenced({
      broker,
      stream: streamNames.personal,
      subject: subjects.personal(partition),
      payload,
      after: this.#last,
      ackMsMax,
      waitToRetry: async (reason) => {
        observer?.interrupted?.(reason);
        if (this.#stopped) throw new Fault("log.unavailable", reason); // Opening again finds out how it ended.
        await runtime.sleep(retryMs);
      },
    });
  }

  async #write(draft: PersonalDraft, done: Gathered | undefined): Promise<void> {
    const { partition, observer } = this.#options;
    const position = done === undefined
      ? this.#position
      : { sequence: done.stored.sequence, hash: hashOf(done.stored.payload) };
    const missing = draft.missing.length > 0 ? { missing: draft.missing } : {};
    const message: PersonalMessage = { format: 1, partition, position, items: draft.items, ...missing };
    this.#last = await this.#append(encoder.encode(JSON.stringify(message)));
    this.#position = position;
    if (done !== undefined) this.#passed = done.scanned.passed;
    this.#missing += draft.missing.length;
    observer?.copied?.({ records: draft.records, items: draft.items.length, missing: draft.missing.length });
    draft.clear();
  }
}
