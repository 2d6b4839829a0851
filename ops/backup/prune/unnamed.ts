import { chunkPath } from "../chunk.ts";
import { hashesOf, manifestPaths, readManifest, readUnfinished } from "../manifest.ts";
import type { Place, PlacedFile } from "../place.ts";

export interface Size {
  readonly files: number;
  readonly bytes: number;
}

/** The chunks of a place, by what becomes of them. */
export interface Sorted {
  /** A backup names them, also one that was interrupted. */
  readonly named: Size;
  /** Nobody names them. */
  readonly unnamed: readonly PlacedFile[];
  /** Nobody names them yet: a backup that runs now may be about to. */
  readonly young: Size;
}

/** A running backup names a chunk long before it is this old, in a manifest or in `unfinished.json`; else it finds out before it ends. */
export const youngMsMax = 86_400_000;

const removalsAtOnceMax = 16;
const isChunk = (path: string) => /^chunks\/[0-9a-f]{2}\/[0-9a-f]{64}\.gz$/.test(path);

/** `without`: manifests that count as removed. What is no chunk is left alone. */
export async function sortChunks(
  place: Place,
  nowMs: number,
  without: ReadonlySet<string> = new Set(),
): Promise<Sorted> {
  const named = await chunksNamed(place, without), chunks = await chunksIn(place, "chunks");
  const others = chunks.filter(({ path }) => !named.has(path));
  return {
    named: sizeOf(chunks.filter(({ path }) => named.has(path))),
    unnamed: others.filter((file) => !isYoung(file, nowMs)),
    young: sizeOf(others.filter((file) => isYoung(file, nowMs))),
  };
}

/** What a backup wrote again since they were listed stays. */
export async function removeUnnamed(
  place: Place,
  unnamed: readonly PlacedFile[],
  { nowMs, step }: { readonly nowMs: () => number; readonly step: (count: number) => void },
): Promise<Size> {
  const listed = new Set(unnamed.map(({ path }) => path)), removed: PlacedFile[] = [];
  for (const folder of new Set(unnamed.map(({ path }) => path.slice(0, path.lastIndexOf("/"))))) {
    const there = (await chunksIn(place, folder)).filter((file) =>
      listed.has(file.path) && !isYoung(file, nowMs())
    );
    for (let from = 0; from < there.length; from += removalsAtOnceMax) {
      const some = there.slice(from, from + removalsAtOnceMax);
      await Promise.all(some.map(({ path }) => place.remove(path)));
      removed.push(...some);
      step(some.length);
    }
  }
  return sizeOf(removed);
}

export const sizeOf = (files: readonly Pick<PlacedFile, "bytes">[]): Size => ({
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
});

const isYoung = ({ writtenAtMs }: PlacedFile, nowMs: number) => writtenAtMs > nowMs - youngMsMax;

const chunksIn = async (place: Place, folder: string) =>
  (await place.files(folder)).filter(({ path }) => isChunk(path));

/** First what is unfinished: should it end meanwhile, its manifest is read. */
async function chunksNamed(place: Place, without: ReadonlySet<string>): Promise<Set<string>> {
  const unfinished = await readUnfinished(place), named = new Set<string>();
  for (const hash of unfinished ? hashesOf(unfinished) : []) named.add(chunkPath(hash));
  for (const path of await manifestPaths(place)) {
    const manifest = without.has(path) ? undefined : await readManifest(place, path);
    for (const hash of manifest ? hashesOf(manifest) : []) named.add(chunkPath(hash));
  }
  return named;
}
