import { utf8 } from "../ids.ts";

const prime = 0x100000001b3n, offset = 0xcbf29ce484222325n;

/** FNV-1a (64 bit) over UTF-8, as 16 hex digits. Source: http://www.isthe.com/chongo/tech/comp/fnv/. No defence against forgery. */
export function fnv1a(text: string): string {
  let hash = offset;
  for (const char of text) {
    for (const byte of utf8(char.codePointAt(0)!)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
    }
  }
  return hash.toString(16).padStart(16, "0");
}
