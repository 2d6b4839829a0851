import { createHash } from "node:crypto";
import type { OrderId } from "../actors/ids.ts";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const idChars = 26;

/**
 * The id that a channel's order number has for ever: the first 130 bits of SHA-256 over the JSON array of both, so that no two pairs
 * share an encoding.
 */
export function orderIdOf(channel: string, orderNumber: string): OrderId {
  const digest = createHash("sha256").update(JSON.stringify([channel, orderNumber])).digest();
  return `ord_${base32(digest)}` as OrderId;
}

export function isOrderId(text: string): text is OrderId {
  return /^ord_[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}

function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (let i = 0; text.length < idChars; i++) {
    held = ((held << 8) | bytes[i]!) & 0xfff;
    bits += 8;
    while (bits >= 5 && text.length < idChars) {
      bits -= 5;
      text += crockford[(held >>> bits) & 31];
    }
  }
  return text;
}
