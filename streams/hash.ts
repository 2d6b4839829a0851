import { createHash } from "node:crypto";

/** SHA-256 in hex: what marks, the chain and witnesses compare. */
export function hashOf(payload: Uint8Array): string {
  return createHash("sha256").update(payload).digest("hex");
}
