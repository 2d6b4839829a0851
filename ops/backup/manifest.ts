import { z } from "zod";
import { hashOf } from "../../streams/hash.ts";
import { streamNames } from "../../streams/record.ts";
import { Failure } from "../cli/failure.ts";
import type { Place, PlacedFile } from "./place.ts";

const count = z.int().min(0), hash = z.string().regex(/^[0-9a-f]{64}$/);
const mark = { sequence: count, hash: z.string() };

const chunk = z.strictObject({
  hash,
  bytes: count,
  messages: count,
  first: count,
  last: count,
  fromMs: count,
  untilMs: count,
});
const kept = z.strictObject({
  /** When the stream was made. */
  createdAtMs: count,
  /** How far it was read. */
  last: count,
  chunks: z.array(chunk),
});
const partition = z.strictObject({
  partition: count,
  ...mark,
  atMs: count,
  commands: z.strictObject({ ...mark, taken: count, of: count }),
  range: z.tuple([count, count]),
});
const manifestSchema = z.strictObject({
  format: z.literal(1),
  /** ULID. */
  id: z.string(),
  /** The version of Waybill that took it. */
  software: z.string(),
  startedAtMs: count,
  endedAtMs: count,
  /** All of EVENTS up to this sequence is in it, which was stored then. */
  cut: z.strictObject({ sequence: count, atMs: count }),
  /** How far each partition was at the cut: its last record, what it had read of COMMANDS, its buckets. */
  partitions: z.array(partition),
  streams: z.partialRecord(z.enum(Object.values(streamNames)), kept),
  /** Where the rows of each projection stood meanwhile; they are not part of it: they are made again from the log. */
  database: z.array(z.strictObject({ projection: z.string(), partition: count, sequence: count })).optional(),
});

/** What one backup holds. Chunks of former backups are named again, so that each manifest is complete by itself. */
export type Manifest = z.output<typeof manifestSchema>;
export type KeptStream = z.output<typeof kept>;
export type PartitionHead = z.output<typeof partition>;
export type StreamName = typeof streamNames[keyof typeof streamNames];

/** What a backup holds of a stream. */
export function keptOf(manifest: Manifest, name: StreamName): KeptStream {
  const kept = manifest.streams[name];
  if (kept === undefined) throw new Failure(`Cannot use backup ${manifest.id}: it holds nothing of ${name}`);
  return kept;
}

const folder = "manifests", unfinishedPath = "unfinished.json";
const decoder = new TextDecoder(), encoder = new TextEncoder();

/** The backups that lie there, oldest first. Refuses one that is not as it was written. */
export async function readManifests(place: Place): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const path of await manifestPaths(place)) {
    const manifest = await readManifest(place, path);
    if (manifest !== undefined) manifests.push(manifest);
  }
  return manifests;
}

/** Oldest first: names begin with a ULID. */
export const manifestPaths = (place: Place): Promise<string[]> => place.list(folder);

/** The same, with how large they are. */
export const manifestFiles = (place: Place): Promise<PlacedFile[]> => place.files(folder);

/** Undefined when it was removed. Refuses one that is not as it was written. */
export async function readManifest(place: Place, path: string): Promise<Manifest | undefined> {
  const content = await place.read(path);
  if (content === undefined) return undefined;
  if (path.endsWith(`.${hashOf(content)}.json`)) return parsed(content, path);
  throw new Failure(`Cannot use ${path} of ${place.name}: its content is not what its name says`);
}

/** Hashes of every chunk that it names. */
export function hashesOf(manifest: Pick<Manifest, "streams">): Set<string> {
  const streams = Object.values(manifest.streams);
  return new Set(streams.flatMap(({ chunks }) => chunks.map(({ hash }) => hash)));
}

/** Every file that says what backups there are, also of one that was interrupted. */
export async function indexPaths(place: Place): Promise<string[]> {
  return [...await place.list(folder), unfinishedPath];
}

export async function writeManifest(place: Place, manifest: Manifest): Promise<void> {
  const content = encoder.encode(JSON.stringify(manifest, undefined, 1));
  await place.write(`${folder}/${manifest.id}.${hashOf(content)}.json`, content);
  await forgetUnfinished(place);
}

/** What a backup had stored that was interrupted; the next one goes on from there. */
export async function readUnfinished(place: Place): Promise<Manifest | undefined> {
  const content = await place.read(unfinishedPath);
  return content && parsed(content, unfinishedPath);
}

export async function writeUnfinished(place: Place, manifest: Manifest): Promise<void> {
  await place.write(unfinishedPath, encoder.encode(JSON.stringify(manifest)));
}

export const forgetUnfinished = (place: Place): Promise<void> => place.remove(unfinishedPath);

function parsed(content: Uint8Array, path: string): Manifest {
  const result = manifestSchema.safeParse(JSON.parse(decoder.decode(content)));
  if (result.success) return result.data;
  throw new Failure(`Cannot read ${path}: ${z.prettifyError(result.error)}`);
}
