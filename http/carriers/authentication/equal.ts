import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";

/** Compares a signature that is due with the one that was sent, without telling by its time where they differ. Everybody knows its length. */
export function equal(due: string, sent: string): boolean {
  const one = Buffer.from(due), other = Buffer.from(sent);
  return one.length === other.length && timingSafeEqual(one, other);
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** A few for each carrier. */
const secretsMax = 256;
const digests = new Map<string, Buffer>();

/** Compares a token with a configured secret, without telling by its time where they differ, nor how long the secret is. */
export function equalsSecret(token: string, secret: string): boolean {
  let due = digests.get(secret);
  if (due === undefined) {
    if (digests.size >= secretsMax) digests.clear();
    digests.set(secret, due = digest(secret));
  }
  return timingSafeEqual(due, digest(token));
}
