import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { IssuedDocument } from "./document.ts";
import type { Seller } from "./seller.ts";

/** What a document's `hash` must be: SHA-256 in hex over the canonical JSON of all the rest of it. */
export function documentHash(document: Omit<IssuedDocument, "hash"> | IssuedDocument): string {
  return hashOfJson({ ...document, hash: undefined });
}

/** By which a document names what it says of its seller. */
export const sellerHash = (seller: Seller): string => hashOfJson(seller);

const hashOfJson = (value: object) => bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));

/**
 * RFC 8785 for what documents hold, which is strings, booleans, safe integers, arrays and objects: members sorted by UTF-16 code
 * units, no blanks, and absent ones left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, held]) => held !== undefined)
    .sort(([one], [other]) => one < other ? -1 : 1)
    .map(([name, held]) => `${JSON.stringify(name)}:${canonicalJson(held)}`);
  return `{${members.join(",")}}`;
}
