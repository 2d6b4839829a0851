import { z } from "zod";
import { hashOf } from "../../streams/hash.ts";
import { streamNames } from "../../streams/record.ts";
import { Failure } from "../cli/failure.ts";
import type { Place } from "./place.ts";

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
  for (const path of await place.list(folder)) {
    const content = await place.read(path);
    if (content === undefined) continue;
    if (!path.endsWith(`.${hashOf(content)}.json`)) {
      throw new Failure(`Cannot use ${path} of ${place.name}: its content is not what its name says`);
    }
    manifests.push(parsed(content, path));
  }
  return manifests.sort((one, other) => one.id < other.id ? -1 : 1);
}

/** Every file that says what backups there are, also of one that was interrupted. */
export async function indexPaths(place: Place): Promise<string[]> {
  return [...await place.list(folder), unfinishedPath];
}

export async function writeManifest(place: Place, manifest: Manifest): Promise<void> {
  const content = encoder.encode(JSON.stringify(manifest, undefined, 1));
  await place.write(`${folder}/${manifest.id}.${hashOf(content)}.json`, content);
  await place.remove(unfinishedPath);
}

/** What a backup had stored that was interrupted; the next one goes on from there. */
export async function readUnfinished(place: Place): Promise<Manifest | undefined> {
  const content = await place.read(unfinishedPath);
  return content && parsed(content, unfinishedPath);
}

export async function writeUnfinished(place: Place, manifest: Manifest): Promise<void> {
  await place.write(unfinishedPath, encoder.encode(JSON.stringify(manifest)));
}

function parsed(content: Uint8Array, path: string): Manifest {
  const result = manifestSchema.safeParse(JSON.parse(decoder.decode(content)));
  if (result.success) return result.data;
  throw new Failure(`Cannot read ${path}: ${z.prettifyError(result.error)}`);
}
