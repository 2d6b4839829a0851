import { type ActorId, keyOf, kindOf } from "../../../actors/ids.ts";
import { series } from "../../../actors/series/series.ts";
import type { SeriesState } from "../../../actors/series/series.ts";
import type { PersonErased } from "../../../actors/person/person_events.ts";
import { seriesEvent } from "../../../projections/invoices/invoices.ts";
import type { Stored } from "../../../streams/broker/broker.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import { type Mark, streamNames } from "../../../streams/record.ts";
import { decodeEntries, holds, type RecordStart } from "../../../streams/record_text.ts";
import type { Erased } from "../../../streams/retention/erased.ts";
import { commandsPassed } from "../../../streams/retention/personal_message.ts";
import { scanRecord } from "../../../streams/retention/record_scan.ts";
import type { Progress } from "../../cli/progress.ts";
import { readChunks } from "../keep.ts";
import { LogHeads } from "../log_heads.ts";
import { keptOf, type Manifest } from "../manifest.ts";
import type { Place } from "../place.ts";
import type { Cut } from "./cut.ts";
import { GivenNumbers } from "./given_numbers.ts";
import { HeldReading } from "./held_reading.ts";
import { mapAt } from "./map_at.ts";
import { copiedUpto } from "./personal.ts";

/** An actor of a series as the log has it at the cut. */
export interface SeriesAt {
  readonly state: SeriesState;
  readonly version: number;
  /** What was given in all of the log, also behind the cut. */
  readonly given: GivenNumbers;
}

/** What the backup says of the system at the cut: all that has to be known before anything is written. */
export interface Plan {
  readonly place: Place;
  /** Whose chunks are read; its settings come back, however early the cut is. */
  readonly newest: Manifest;
  /** The newest backup that was cut there or before: its snapshots include nothing later. */
  readonly base: Manifest | undefined;
  readonly cut: Cut;
  /** True when an earlier point was asked for than the newest backup has. */
  readonly earlier: boolean;
  readonly heads: LogHeads;
  /** The last record of each partition. */
  readonly last: ReadonlyMap<number, RecordStart>;
  readonly map: PartitionMap;
  /** Every series that the log names, also behind the cut. */
  readonly series: ReadonlyMap<string, SeriesAt>;
  /** How far personal data was copied, by partition, at the cut or before. */
  readonly copied: ReadonlyMap<number, Mark>;
  /** Up to there each partition's commands are decided and copied, if PERSONAL is restored as far as `copied` says. */
  readonly passed: ReadonlyMap<number, number>;
  /** The oldest message of COMMANDS with the personal part of a command that waited undecided at the cut, in any partition. */
  readonly held: number | undefined;
  /** What accepted records behind that: `<actor> <command>`, by partition. */
  readonly uncopied: ReadonlyMap<number, ReadonlySet<string>>;
  /** Everybody who was ever erased, also behind the cut: whoever comes back with it is forgotten again. */
  readonly erased: Erased;
  /** The partitions' last records at the place from which effects are asked for again. */
  readonly resend: LogHeads | undefined;
}

export interface PlanOptions {
  readonly place: Place;
  readonly manifests: readonly Manifest[];
  readonly cut: Cut;
  readonly resend: Cut | undefined;
  readonly progress: Progress;
}

/** Reads the backup's records once, and proves their chains on the way. */
export async function planRestore({ place, manifests, cut, resend, progress }: PlanOptions): Promise<Plan> {
  const newest = manifests.at(-1)!;
  const copied = await copiedUpto(place, newest, cut), reading = new LogReading(cut, copied, resend);
  progress.begin("reading", newest.cut.sequence);
  for await (const stored of readChunks(place, keptOf(newest, streamNames.events).chunks)) {
    reading.take(stored);
    progress.step();
  }
  progress.end();
  return {
    place,
    newest,
    base: manifests.findLast((one) => one.cut.sequence <= cut.sequence),
    cut,
    earlier: cut.sequence < newest.cut.sequence,
    map: await mapAt(place, newest, cut),
    copied,
    ...reading.found(),
  };
}

class LogReading {
  readonly #cut: Cut;
  readonly #resendFrom: Cut | undefined;
  readonly #copied: ReadonlyMap<number, Mark>;
  readonly #all = new LogHeads();
  readonly #last = new Map<number, RecordStart>();
  readonly #series = new Map<string, SeriesAt>();
  readonly #erased = { actors: new Set<string>(), kept: new Set<string>() };
  readonly #passed = new Map<number, number>();
  readonly #uncopied = new Map<number, Set<string>>();
  readonly #held = new HeldReading();
  #heads: LogHeads | undefined;
  #resend: LogHeads | undefined;

  constructor(cut: Cut, copied: ReadonlyMap<number, Mark>, resendFrom: Cut | undefined) {
    this.#cut = cut;
    this.#copied = copied;
    this.#resendFrom = resendFrom;
  }

  take(stored: Stored): void {
    const record = this.#all.take(stored), { sequence } = stored;
    if (holds(stored.payload, '"actor":"series:')) this.#readSeries(stored);
    if (holds(stored.payload, '"actor":"person:')) this.#readPersons(stored);
    if (sequence <= this.#cut.sequence) this.#read(stored, record);
    if (sequence === this.#cut.sequence) this.#heads = new LogHeads(sequence, this.#all.all());
    if (sequence === this.#resendFrom?.sequence) this.#resend = new LogHeads(sequence, this.#all.all());
  }

  #read(stored: Stored, record: RecordStart): void {
    const { partition } = record, { sequence } = stored;
    this.#last.set(partition, record);
    this.#held.take(stored);
    if (record.split) this.#last.set(record.split.child, childOf(record, record.split));
    const copied = this.#copied.get(partition)?.sequence ?? 0;
    if (sequence === copied) this.#passed.set(partition, commandsPassed(record));
    if (sequence <= copied) return;
    const wanted = this.#uncopied.get(partition) ?? new Set<string>();
    for (const { actor, id, at } of scanRecord(stored).wanted) {
      wanted.add(`${actor} ${id}`);
      if (at !== undefined) this.#held.need(at[0]);
    }
    this.#uncopied.set(partition, wanted);
  }

  /** A series that is named behind the cut only has given numbers that nobody may give again. */
  #readSeries(stored: Stored): void {
    const { entries } = decodeEntries(stored, (actor) => kindOf(actor as ActorId) === "series");
    for (const entry of entries) {
      const entity = keyOf(entry.actor), event = seriesEvent(entry);
      const before = this.#series.get(entity) ??
        { state: series.initial(entity), version: 0, given: new GivenNumbers() };
      this.#series.set(entity, before);
      if (event === undefined) continue;
      before.given.take(event);
      if (stored.sequence > this.#cut.sequence) continue;
      const state = series.evolve(before.state, event);
      this.#series.set(entity, { ...before, state, version: entry.version });
    }
  }

  #readPersons(stored: Stored): void {
    const { entries } = decodeEntries(stored, (actor) => kindOf(actor as ActorId) === "person");
    for (const { type, data } of entries) {
      if (type !== "person.erased") continue;
      const { actors, kept } = data as unknown as PersonErased["data"];
      for (const actor of actors) this.#erased.actors.add(actor);
      for (const actor of kept) this.#erased.kept.add(actor);
    }
  }

  found(): Pick<Plan, "erased" | "heads" | "last" | "series" | "passed" | "held" | "uncopied" | "resend"> {
    return {
      heads: this.#heads ?? new LogHeads(),
      last: this.#last,
      series: this.#series,
      passed: this.#passed,
      held: this.#held.oldest(),
      uncopied: this.#uncopied,
      erased: this.#erased,
      resend: this.#resend,
    };
  }
}

function childOf(parent: RecordStart, { child, range }: NonNullable<RecordStart["split"]>): RecordStart {
  const commands = { sequence: 0, hash: "", taken: 0, of: 0 };
  return { ...parent, partition: child, range, read: { commands, peers: parent.read.peers } };
}
