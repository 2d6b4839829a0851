import { createHmac } from "node:crypto";
import type { Authenticate } from "./authenticate.ts";
import { equal } from "./equal.ts";

export interface HmacRule {
  /** In lower case; the first one that was sent counts. */
  readonly headers: readonly string[];
  readonly encoding: "base64" | "hex";
  /** What stands before the digest. */
  readonly prefix?: string;
  /** The key of a secret: its UTF-8 bytes when left out. */
  readonly keyOf?: (secret: string) => string | Uint8Array;
}

/** HMAC-SHA256 over the raw body, in a header. No time is signed, so no window applies: a retry of yesterday is as good as new. */
export function hmacOfBody(
  { headers, encoding, prefix = "", keyOf = (secret) => secret }: HmacRule,
): Authenticate {
  return ({ header, body }, { secrets }) => {
    const sent = headers.map((name) => header(name)).find((value) => value !== undefined && value !== "");
    if (sent === undefined) return { authentic: false, why: `no ${headers.join(" or ")} was sent` };
    const right = secrets.some((secret) =>
      equal(prefix + createHmac("sha256", keyOf(secret)).update(body).digest(encoding), sent)
    );
    return right ? { authentic: true } : { authentic: false, why: "the signature is another one" };
  };
}
