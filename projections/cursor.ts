import { Buffer } from "node:buffer";

/** Where a page of orders ended: newest first by when they were placed, then by id. Opaque to callers. */
export interface Cursor {
  readonly placedAt: string;
  readonly orderId: string;
}

export function formatCursor({ placedAt, orderId }: Cursor): string {
  return Buffer.from(JSON.stringify([placedAt, orderId])).toString("base64url");
}

/** Undefined when the text is none of ours. */
export function parseCursor(text: string): Cursor | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (!Array.isArray(parts) || parts.length !== 2) return undefined;
    const [placedAt, orderId]: unknown[] = parts;
    if (typeof placedAt !== "string" || typeof orderId !== "string" || Number.isNaN(Date.parse(placedAt))) {
      return undefined;
    }
    return { placedAt: new Date(placedAt).toISOString(), orderId };
  } catch {
    return undefined; // Not JSON: somebody made it up.
  }
}
