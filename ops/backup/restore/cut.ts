import { streamNames } from "../../../streams/record.ts";
import { Failure } from "../../cli/failure.ts";
import { readChunk } from "../keep.ts";
import { keptOf, type Manifest } from "../manifest.ts";
import type { Place } from "../place.ts";

/** A point in EVENTS. */
export interface Cut {
  readonly sequence: number;
  /** When that record was stored, milliseconds since 1970. */
  readonly atMs: number;
}

/** `--at 2026-11-22T12:00:00Z`, or `--at 123456`, a sequence of EVENTS. */
export type At = { readonly atMs: number } | { readonly sequence: number };

export function atOf(text: string): At {
  if (/^\d{1,15}$/.test(text)) return { sequence: Number(text) };
  const atMs = Date.parse(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (isTime && !Number.isNaN(atMs)) return { atMs };
  throw new Failure(`Cannot use ${text}: it is no sequence, and no time such as 2026-11-22T12:00:00Z`);
}

/** The last record that was stored by then, or the one with that sequence. */
export async function cutAt(place: Place, newest: Manifest, at: At): Promise<Cut> {
  const { cut, endedAtMs } = newest;
  const wanted = "atMs" in at ? new Date(at.atMs).toISOString() : String(at.sequence);
  const beyond = "atMs" in at ? at.atMs > endedAtMs : at.sequence > cut.sequence;
  if (beyond) {
    throw new Failure(
      `Cannot restore ${wanted}: the newest backup ends at EVENTS ${cut.sequence}, and was taken ${
        new Date(endedAtMs).toISOString()
      }`,
    );
  }
  const chunks = keptOf(newest, streamNames.events).chunks;
  const chunk = chunks.findLast(({ first, fromMs }) =>
    "atMs" in at ? fromMs <= at.atMs : first <= at.sequence
  );
  const records = chunk === undefined ? [] : await readChunk(place, chunk);
  const record = records.findLast(({ sequence, storedAtMs }) =>
    "atMs" in at ? storedAtMs <= at.atMs : sequence <= at.sequence
  );
  if (record === undefined) throw new Failure(`Cannot restore ${wanted}: the log begins later`);
  return { sequence: record.sequence, atMs: record.storedAtMs };
}
