import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { IssuedDocument } from "./document.ts";
import type { Seller } from "./seller.ts";

/**
 * JSON by RFC 8785 for what documents are made of: members sorted by their UTF-16 code units, no blanks, absent ones left out. They hold
 * strings, booleans and safe integers only, whose spelling `JSON.stringify` has right.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const object = value as { readonly [name: string]: unknown };
  let text = "{";
  for (const name of Object.keys(object).sort()) { // Sorts by UTF-16 code units.
    const held = object[name];
    if (held === undefined) continue;
    if (text.length > 1) text += ",";
    text += `${JSON.stringify(name)}:${canonicalJson(held)}`;
  }
  return text + "}";
}

/** What chains documents: SHA-256 in hex over all of it but the hash itself. */
export function documentHash(document: Hashed): string {
  return hashOfText(hashedText(document));
}

type Hashed = Omit<IssuedDocument, "hash"> & { readonly hash?: string };

/** What a document's hash is taken of, in UTF-8. */
export function hashedText({ hash: _, ...rest }: Hashed): string {
  return canonicalJson(rest);
}

export const sellerHash = (seller: Seller): string => hashOfText(canonicalJson(seller));

function hashOfText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
