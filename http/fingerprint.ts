import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

const blockBytes = 64;

/**
 * HMAC-SHA-256 of a canonical request under the installation's secret, as base64url. Built of two hashes whose keyed first blocks are
 * made once: `createHmac` derives them anew each time, which costs more than the hashing of a short body.
 */
export function fingerprinter(secret: Uint8Array): (canonical: string) => string {
  const key = Buffer.alloc(blockBytes);
  key.set(secret.byteLength > blockBytes ? createHash("sha256").update(secret).digest() : secret);
  const inner = createHash("sha256").update(key.map((byte) => byte ^ 0x36));
  const outer = createHash("sha256").update(key.map((byte) => byte ^ 0x5c));
  const inHex = (canonical: string) => inner.copy().update(canonical).digest("hex"); // Bytes take longer to hand out.
  return (canonical) => outer.copy().update(inHex(canonical), "hex").digest("base64url");
}
