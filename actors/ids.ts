/** A string or number that only its own parser can make. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };

/** `<kind>:<key>`, for example `sku:85123A` or `order:ord_01J…`. The key may contain anything, also `:`. */
export type ActorId = Brand<string, "ActorId">;
/** `ord_` and 26 characters of Crockford base32, derived from (channel, orderNumber). */
export type OrderId = Brand<string, "OrderId">;
/** The code of a SKU: case-sensitive, 1–64 printable characters, spaces only inside. */
export type Sku = Brand<string, "Sku">;
/** The code of a location. */
export type LocationCode = Brand<string, "LocationCode">;
/** `<order key>/<attempt>`: one order's claim on one SKU. */
export type HoldId = Brand<string, "HoldId">;

/** `shp_`, the 26 characters of its order and 16 of Crockford base32, derived from (order, reference); older ones have 26 in all. */
export type ShipmentId = Brand<string, "ShipmentId">;

/** `ret_`, the 26 characters of its order and 16 of Crockford base32, derived from (order, reference). */
export type ReturnId = Brand<string, "ReturnId">;

export type ActorKind =
  | "sku"
  | "order"
  | "stockdoc"
  | "location"
  | "parcel"
  | "series"
  | "credit"
  | "return"
  | "payout"
  | "person";

export const actorId = (kind: ActorKind, key: string): ActorId => `${kind}:${key}` as ActorId;

export function kindOf(id: ActorId): string {
  return id.slice(0, id.indexOf(":"));
}

export function keyOf(id: ActorId): string {
  return id.slice(id.indexOf(":") + 1);
}

export const bucketCount = 1024;

/**
 * The bucket (0–1023) that an actor lives in, for ever: FNV-1a (32 bit) over the UTF-8 bytes of its id, mixed by MurmurHash3's
 * finalizer. Source: http://www.isthe.com/chongo/tech/comp/fnv/ and Appleby's fmix32.
 */
export function bucketOf(id: ActorId): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) {
    const code = id.codePointAt(i)!;
    if (code > 0xffff) i++;
    for (const byte of utf8(code)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % bucketCount;
}

/** The bytes of one character. */
export function utf8(code: number): readonly number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
}
