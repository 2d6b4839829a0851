import type { Stored } from "../../streams/broker/broker.ts";
import { chunkLimits, chunkPath, type ChunkRef, decodeChunk, encodeChunk } from "./chunk.ts";
import { Failure } from "../cli/failure.ts";
import type { Place } from "./place.ts";

/** Puts messages into chunks of bounded size; what a former backup holds is not stored again. */
export class ChunkWriter {
  readonly #place: Place;
  readonly #stored: (chunk: ChunkRef) => Promise<void>;
  readonly #named: ReadonlySet<string>;
  #messages: Stored[] = [];
  #bytes = 0;

  /**
   * `stored` is told of each chunk once it is durable. A chunk that lies there but is not in `named`, by hash, is written again: its age
   * tells `prune` that somebody is about to name it.
   */
  constructor(
    place: Place,
    named: ReadonlySet<string>,
    stored: (chunk: ChunkRef) => Promise<void>,
  ) {
    this.#place = place;
    this.#named = named;
    this.#stored = stored;
  }

  async add(message: Stored): Promise<void> {
    const bytes = message.payload.length + message.subject.length;
    if (this.#messages.length > 0 && this.#bytes + bytes > chunkLimits.bytesMax) await this.flush();
    this.#messages.push(message);
    this.#bytes += bytes;
  }

  async flush(): Promise<void> {
    if (this.#messages.length === 0) return;
    const { ref, file } = await encodeChunk(this.#messages), path = chunkPath(ref.hash);
    this.#messages = [];
    this.#bytes = 0;
    if (!this.#named.has(ref.hash) || !await this.#place.has(path)) await this.#place.write(path, file);
    await this.#stored(ref);
  }
}

/** The messages of a chunk. Refuses one that is missing or damaged. */
export async function readChunk(place: Place, ref: ChunkRef): Promise<Stored[]> {
  const file = await place.read(chunkPath(ref.hash));
  if (file === undefined) throw new Failure(`Cannot use ${place.name}: ${chunkPath(ref.hash)} is missing`);
  return await decodeChunk(ref, file);
}

/** The messages of chunks, in their order, from a sequence to another. */
export async function* readChunks(
  place: Place,
  chunks: readonly ChunkRef[],
  { from = 0, until = Infinity }: { readonly from?: number; readonly until?: number } = {},
): AsyncGenerator<Stored> {
  for (const ref of chunks) {
    if (ref.last < from || ref.first > until) continue;
    for (const message of await readChunk(place, ref)) {
      if (message.sequence >= from && message.sequence <= until) yield message;
    }
  }
}
