import { Buffer } from "node:buffer";

/** Where a page ended, by the time that the list is sorted by, then by id. Opaque to callers. */
export interface Cursor {
  readonly at: string;
  readonly id: string;
}

/** Postgres takes neither a NUL nor half a character; whoever makes up a cursor is told so before. */
export const isStorable = (text: string) => text.isWellFormed() && !/\p{Cc}/u.test(text);
const firstBeyondMs = Date.UTC(10_000, 0);

export function formatCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([at, id])).toString("base64url");
}

/** Undefined when the text is none of ours. */
export function parseCursor(text: string): Cursor | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (!Array.isArray(parts) || parts.length !== 2) return undefined;
    const [at, id]: unknown[] = parts;
    if (typeof at !== "string" || typeof id !== "string" || !isStorable(id)) return undefined;
    const atMs = Date.parse(at);
    return atMs >= 0 && atMs < firstBeyondMs ? { at: new Date(atMs).toISOString(), id } : undefined;
  } catch {
    return undefined; // Not JSON: somebody made it up.
  }
}
