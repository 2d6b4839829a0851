import { z } from "zod";
import type { Event, Json } from "../../actors/actor.ts";
import { trackingStatuses } from "../../actors/parcel/status.ts";

/**
 * Schemas that say the same as the TypeScript types, proven by the compiler: a field that is added, dropped, renamed or made optional
 * on one side only does not compile. Brands and `readonly` mean nothing on the wire and are left out of the comparison.
 */

/** JSON has no brands and no `readonly`; `unknown` stands for any JSON. */
export type Plain<T> = [Json] extends [T] ? unknown
  : T extends { readonly __brand: string } ? (T extends string ? string : number)
  : T extends readonly [infer A, infer B] ? [Plain<A>, Plain<B>]
  : T extends readonly (infer E)[] ? Plain<E>[]
  : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> }
  : T;
/** Through `infer`, so that the compiler compares what `A` and `B` turn out to be, not the type parameters. */
type Same<A, B> = [A, B] extends [infer First, infer Second] ? Equal<Plain<First>, Plain<Second>> : never;
type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends (<X>() => X extends B ? 1 : 2) ? true : false;

/** `schemaOf<T>()(schema)` is the schema; when it describes anything but `T`, it does not compile. */
export const schemaOf = <T>() =>
<S extends z.ZodType>(
  schema: S,
  ..._: Same<z.infer<S>, T> extends true ? [] : [differs: Plain<T>]
): S => schema;

/** The name under which one version of an event is documented, stored as golden file and looked up: `stock.reserved@1`. */
export type VersionedName<E extends Event> = E extends Event ? `${E["type"]}@${E["version"]}` : never;
type DataOf<E extends Event, Name> = E extends Event ? Name extends VersionedName<E> ? E["data"] : never
  : never;
type Differing<E extends Event, M> = {
  [Name in keyof M | VersionedName<E>]: Name extends keyof M
    ? Same<M[Name], DataOf<E, Name>> extends true ? never : Name
    : Name;
}[keyof M | VersionedName<E>];

/** One schema for the data of each event type and version of an actor: none missing, none too many, each exactly its type. */
export const eventsOf = <E extends Event>() =>
<M extends Readonly<Record<string, unknown>>>(
  schemas: { readonly [Name in keyof M]: z.ZodType<M[Name]> },
  ..._: [Differing<E, M>] extends [never] ? [] : [differs: Differing<E, M>]
): Readonly<Record<string, z.ZodType>> => schemas;

/** An object with exactly these fields, and a sentence that says what it is. */
export const fields = <Shape extends z.core.$ZodLooseShape>(description: string, shape: Shape) =>
  z.strictObject(shape).describe(description);

const unitsMax = 1_000_000_000;

export const text = z.string();
export const sku = z.string().min(1).max(64).describe("Case-sensitive code of a SKU");
export const location = z.string().min(1).max(64).describe("Code of a location");
export const orderId = z.string().startsWith("ord_").describe("ord_ and 26 characters of Crockford base32");
export const shipmentId = z.string().startsWith("shp_").describe(
  "shp_ and 42 characters of Crockford base32, the first 26 its order's; 26 in older ones",
);
export const returnId = z.string().startsWith("ret_").describe(
  "ret_ and 42 characters of Crockford base32, the first 26 its order's",
);
export const trackingStatus = z.enum(trackingStatuses);
export const holdId = z.string().describe("<order key>/<attempt>: one order's claim on one SKU");
export const actorId = z.string().regex(/^[a-z]+:/).describe("<kind>:<key>");
export const units = z.int().min(0).max(unitsMax).describe("Units of the SKU");
export const delta = z.int().min(-unitsMax).max(unitsMax).describe("Units of the SKU, signed");
export const decimal = z.string().regex(/^-?\d+(\.\d+)?$/).describe("A decimal number");
export const timeMs = z.number().describe("Milliseconds since 1970");
export const timestamp = z.string().describe("RFC 3339, UTC");
export const currency = z.string().regex(/^[A-Z]{3}$/).describe("ISO 4217");
export const priority = z.number().nullable().describe("Lower is chosen first; null after all others");
export const parts = z.array(z.strictObject({ location, quantity: units })).describe("Units by location");

/** What tells one request from another. */
export const fingerprint = text.describe(
  "HMAC over the parsed request: tells a retry from another request under the same key",
);
export const request = text.describe("Hash of API key, path and Idempotency-Key");
