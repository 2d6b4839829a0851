import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";

const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

type KeysById = ReadonlyMap<string, KeyObject>;

/** A handful of operators' secrets; more than this are not configured. */
const readMax = 16;
const read = new Map<string, KeysById>();

/** The RSA keys of a JWKS by their `kid`. Empty for what is no JWKS; keys of other kinds are passed over. */
export function rsaKeysOf(jwks: string): KeysById {
  const known = read.get(jwks);
  if (known) return known;
  const keys = new Map(entriesOf(jwks));
  if (read.size >= readMax) read.clear();
  read.set(jwks, keys);
  return keys;
}

function entriesOf(jwks: string): (readonly [string, KeyObject])[] {
  const parsed = keySet.safeParse(parsedOf(jwks));
  if (!parsed.success) return [];
  return parsed.data.keys.flatMap((jwk) => {
    const { kid, kty, alg = "RS256" } = jwk;
    if (typeof kid !== "string" || kty !== "RSA" || alg !== "RS256") return [];
    const key = keyOf(jwk);
    return key === undefined ? [] : [[kid, key] as const];
  });
}

function parsedOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // Whoever configured it learns of it from the verdict: there is no such key.
  }
}

function keyOf({ kty, n, e }: Readonly<Record<string, unknown>>): KeyObject | undefined {
  if (kty !== "RSA" || typeof n !== "string" || typeof e !== "string") return undefined;
  try {
    return createPublicKey({ key: { kty, n, e }, format: "jwk" });
  } catch {
    return undefined; // Its numbers are no RSA key: the same verdict as for one that is not there.
  }
}
