import { Buffer } from "node:buffer";
import { hash } from "node:crypto";

const blockBytes = 64, digestBytes = 32, usualBytes = 16 * 1024;

/**
 * HMAC-SHA-256 (RFC 2104) of a canonical request under the installation's secret, as base64url. Two plain hashes over buffers that
 * begin with the keyed blocks: an Hmac or Hash object for each request costs more than the hashing of a short body.
 */
export function fingerprinter(secret: Uint8Array): (canonical: string) => string {
  const key = Buffer.alloc(blockBytes);
  if (secret.byteLength > blockBytes) key.write(hash("sha256", secret, "hex"), "hex");
  else key.set(secret);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  outer.set(key.map((byte) => byte ^ 0x5c));
  const usual = innerOf(key, usualBytes);
  return (canonical) => {
    const most = blockBytes + canonical.length * 3; // UTF-8 takes up to three bytes for a UTF-16 unit.
    const inner = most <= usualBytes ? usual : innerOf(key, most);
    const length = blockBytes + inner.write(canonical, blockBytes, "utf8");
    outer.write(hash("sha256", inner.subarray(0, length), "hex"), blockBytes, "hex");
    return hash("sha256", outer, "base64url");
  };
}

function innerOf(key: Uint8Array, bytes: number): Buffer {
  const inner = Buffer.alloc(bytes);
  inner.set(key.map((byte) => byte ^ 0x36));
  return inner;
}
