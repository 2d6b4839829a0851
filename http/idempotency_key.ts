import { createHash } from "node:crypto";
import type { Parsed } from "./body.ts";

const keyPattern = /^[\x21-\x7e]{1,255}$/;

/**
 * The name under which an actor remembers a request that has no natural key: a hash of the API key, the path and the Idempotency-Key,
 * which may be quoted as the draft says, or bare.
 */
export function requestOf(header: string | undefined, keyId: string, path: string): Parsed<string> {
  if (header === undefined || header.trim() === "") {
    const detail = "Cannot accept request: it has no Idempotency-Key header, and its body has no natural key";
    return { ok: false, refusal: { problem: "idempotency-key-required", detail } };
  }
  const bare = unquoted(header.trim());
  if (bare === undefined || !keyPattern.test(bare)) {
    const detail =
      "Cannot read Idempotency-Key: it must be 1 to 255 visible ASCII characters, quoted or bare";
    return { ok: false, refusal: { problem: "malformed-header", detail } };
  }
  const request = createHash("sha256").update(JSON.stringify([keyId, path, bare])).digest("base64url");
  return { ok: true, value: request };
}

function unquoted(header: string): string | undefined {
  if (!header.startsWith('"')) return header;
  if (header.length < 2 || !header.endsWith('"')) return undefined;
  return header.slice(1, -1).replace(/\\(["\\])/g, "$1");
}
