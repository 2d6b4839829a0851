import type { Broker, Stored } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import { streamNames } from "../../streams/record.ts";
import { Failure } from "../cli/failure.ts";
import type { Progress } from "../cli/progress.ts";
import { chunkPath } from "./chunk.ts";
import { ChunkWriter } from "./keep.ts";
import { LogHeads } from "./log_heads.ts";
import {
  forgetUnfinished,
  hashesOf,
  type KeptStream,
  type Manifest,
  manifestPaths,
  type PartitionHead,
  readManifest,
  readManifests,
  readUnfinished,
  type StreamName,
  writeManifest,
  writeUnfinished,
} from "./manifest.ts";
import type { Place } from "./place.ts";
import { readUpto } from "../reading/read_upto.ts";

export interface BackupOptions {
  readonly broker: Broker;
  readonly place: Place;
  readonly runtime: { nowMs(): number; newId(): string };
  readonly software: string;
  readonly progress: Progress;
  /** Where the rows of each projection stand, when a database is known. */
  readonly positions: () => Promise<Manifest["database"]>;
}

/** More cuts than this, and COMMANDS is trimmed faster than it is copied. */
const cutsMax = 10;
/** Snapshots replace each other: above so many times what the stream holds, the copy begins anew. */
const outdatedShareMax = 4;

/**
 * Copies what a system needs to live again, while it runs. One cut: a sequence in EVENTS. The order in which the streams are read
 * follows from what refers to what (`ops/decisions/0054`): REGISTRY and SNAPSHOTS before the cut, because they say nothing of later
 * records; COMMANDS behind it, because it holds what records up to the cut had not decided; PERSONAL behind COMMANDS, because
 * COMMANDS is trimmed only behind it.
 */
export async function takeBackup(options: BackupOptions): Promise<Manifest> {
  return await new Backup(options, await baseOf(options)).take();
}

/** What lies at the place already, and whether this log goes on from there. */
async function baseOf({ broker, place }: BackupOptions): Promise<Manifest | undefined> {
  const newest = (await readManifests(place)).at(-1), unfinished = await readUnfinished(place);
  const base = unfinished !== undefined && unfinished.id > (newest?.id ?? "") ? unfinished : newest;
  if (base === undefined) return undefined;
  const streams: Manifest["streams"] = { ...base.streams };
  for (const name of Object.values(streamNames)) {
    const createdAtMs = base.streams[name]?.createdAtMs, info = await broker.info(name);
    if (createdAtMs === undefined || info.createdAtMs === createdAtMs) continue;
    delete streams[name];
    if (!chained.includes(name)) continue;
    const [there, here] = [createdAtMs, info.createdAtMs].map((ms) => new Date(ms).toISOString());
    throw new Failure(
      `Cannot back up to ${place.name}: it holds another log, whose ${name} was made ${there}, not ${here}; ` +
        `begin in an empty place`,
    );
  }
  for (const { partition, sequence, hash } of base.partitions) {
    const record = sequence === 0 ? undefined : await broker.at(streamNames.events, sequence);
    if (sequence === 0 || (record && hashOf(record.payload) === hash)) continue;
    throw new Failure(
      `Cannot back up to ${place.name}: record ${sequence} of partition ${partition} is not the one that was backed up; ` +
        `the log lost its end, or forked`,
    );
  }
  return { ...base, streams };
}
/** Records and what they name; the other streams are copied anew when they were made anew. */
const chained: readonly StreamName[] = [streamNames.events, streamNames.commands, streamNames.personal];

class Backup {
  readonly #options: BackupOptions;
  readonly #id: string;
  readonly #startedAtMs: number;
  readonly #streams = new Map<StreamName, KeptStream>();
  /** Chunks of the backup that this one goes on from. */
  readonly #named: ReadonlySet<string>;
  #heads: LogHeads;
  /** When the record at the cut was stored. */
  #cutAtMs: number;
  #lastSplit = 0;

  constructor(options: BackupOptions, base: Manifest | undefined) {
    this.#options = options;
    this.#id = options.runtime.newId();
    this.#startedAtMs = options.runtime.nowMs();
    this.#named = base === undefined ? new Set() : hashesOf(base);
    for (const name of Object.values(streamNames)) {
      const kept = base?.streams[name];
      if (kept !== undefined) this.#streams.set(name, kept);
    }
    this.#heads = new LogHeads(base?.cut.sequence, base?.partitions);
    this.#cutAtMs = base?.cut.atMs ?? 0;
  }

  async take(): Promise<Manifest> {
    const { broker, place, positions } = this.#options;
    for (let cuts = 1;; cuts++) {
      const events = await broker.info(streamNames.events);
      await this.#copy(streamNames.registry, { anew: true });
      await this.#copy(streamNames.snapshots, { anew: await this.#mostlyOutdated() });
      const untrimmed = (await broker.info(streamNames.commands)).firstSequence;
      await this.#copyEvents();
      // A child of a split does not open without the checkpoint that it begins with.
      const whole = this.#lastSplit <= events.lastSequence;
      if (whole && await this.#copyCommands(untrimmed)) break;
      if (cuts === cutsMax) {
        throw new Failure("Cannot back up: COMMANDS is trimmed faster than it can be copied");
      }
    }
    await this.#copy(streamNames.personal);
    await this.#copy(streamNames.callbacks);
    await this.#copy(streamNames.operations);
    const manifest = this.#manifest(await positions());
    await expectWhole(place, manifest);
    await writeManifest(place, manifest);
    return manifest;
  }

  async #mostlyOutdated(): Promise<boolean> {
    const kept = this.#streams.get(streamNames.snapshots);
    const bytes = kept?.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0) ?? 0;
    return bytes > outdatedShareMax * (await this.#options.broker.info(streamNames.snapshots)).bytes;
  }

  async #copyEvents(): Promise<void> {
    const heads = new LogHeads(this.#heads.sequence, this.#heads.all());
    await this.#copy(streamNames.events, {
      seen: (stored) => {
        const record = heads.take(stored);
        if (record.split !== undefined) this.#lastSplit = stored.sequence;
        this.#cutAtMs = stored.storedAtMs;
      },
      kept: (sequence) => {
        if (heads.sequence === sequence) this.#heads = new LogHeads(sequence, heads.all());
      },
    });
    this.#heads = heads;
  }

  /** False when something was trimmed meanwhile: it was decided, but perhaps behind the cut. */
  async #copyCommands(untrimmed: number): Promise<boolean> {
    const { broker } = this.#options;
    const from = Math.max(untrimmed, (this.#streams.get(streamNames.commands)?.last ?? 0) + 1);
    await this.#copy(streamNames.commands);
    return (await broker.info(streamNames.commands)).firstSequence <= from;
  }

  async #copy(name: StreamName, how: Copying = {}): Promise<void> {
    const { broker, place, progress } = this.#options;
    const { createdAtMs, lastSequence } = await broker.info(name), base = this.#streams.get(name);
    let kept: KeptStream = how.anew || !base ? { createdAtMs, last: 0, chunks: [] } : base;
    const from = kept.last + 1;
    const writer = new ChunkWriter(place, this.#named, async (chunk) => {
      kept = { ...kept, last: chunk.last, chunks: [...kept.chunks, chunk] };
      how.kept?.(chunk.last);
      if (how.anew) return;
      this.#streams.set(name, kept);
      await writeUnfinished(place, this.#manifest());
    });
    progress.begin(name, Math.max(0, lastSequence - kept.last));
    for await (const batch of settling(broker, name, { from, until: lastSequence })) {
      for (const stored of batch) {
        await writer.add(stored); // May store those before it: then `seen` has told of these, and of no later one.
        how.seen?.(stored);
      }
      progress.step(batch.length);
    }
    await writer.flush();
    progress.end();
    this.#streams.set(name, { ...kept, last: Math.max(kept.last, lastSequence) });
  }

  #manifest(database?: Manifest["database"]): Manifest {
    const partitions: PartitionHead[] = this.#heads.all();
    return {
      format: 1,
      id: this.#id,
      software: this.#options.software,
      startedAtMs: this.#startedAtMs,
      endedAtMs: this.#options.runtime.nowMs(),
      cut: { sequence: this.#heads.sequence, atMs: this.#cutAtMs },
      partitions,
      streams: Object.fromEntries(this.#streams),
      ...(database && { database }),
    };
  }
}

/**
 * `prune` leaves what is young, and what a manifest or an interrupted backup names. Whoever stood still for longer, or ran beside another
 * backup, finds out here.
 */
async function expectWhole(place: Place, manifest: Manifest): Promise<void> {
  const newestPath = (await manifestPaths(place)).at(-1);
  const newest = newestPath && await readManifest(place, newestPath);
  const safe = newest ? hashesOf(newest) : new Set<string>();
  for (const hash of hashesOf(manifest)) {
    if (safe.has(hash) || await place.has(chunkPath(hash))) continue;
    await forgetUnfinished(place); // It may name that chunk, too.
    throw new Failure(
      `Cannot end this backup: ${chunkPath(hash)} was removed from ${place.name} meanwhile; run it again`,
    );
  }
}

interface Copying {
  /** All of it, not only what is new: the values of before are gone. */
  readonly anew?: boolean;
  readonly seen?: (stored: Stored) => void;
  /** A chunk is durable that ends with this sequence. */
  readonly kept?: (sequence: number) => void;
}

const settlingMax = 100;

/**
 * A message that was replaced while the copy was on its way to it is gone, and what replaced it lies further on. Where values replace
 * each other, the copy goes on until nothing was added while it read what had been added.
 */
async function* settling(
  broker: Broker,
  name: StreamName,
  { from, until }: { readonly from: number; readonly until: number },
): AsyncGenerator<readonly Stored[]> {
  yield* readUpto(broker, name, { from, until });
  if (name !== streamNames.registry && name !== streamNames.snapshots) return;
  for (let rounds = 0, end = until; rounds < settlingMax; rounds++) {
    const { lastSequence } = await broker.info(name);
    if (lastSequence === end) return;
    yield* readUpto(broker, name, { from: end + 1, until: lastSequence });
    end = lastSequence;
  }
  throw new Failure(`Cannot back up ${name}: it changes faster than it can be copied`);
}
