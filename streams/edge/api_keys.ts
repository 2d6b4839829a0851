import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Json } from "../../actors/actor.ts";
import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import type { Runtime } from "../runtime.ts";
import { openRegistry, type Registered, type Watch, watchRegistry } from "./registry.ts";

/** What is kept of an API key: never its secret, only the hash. */
export interface ApiKey {
  readonly keyId: string;
  readonly name: string;
  /** SHA-256 of the secret, hex. The secret has 256 random bits, so it needs neither salt nor stretching. */
  readonly hash: string;
  readonly scopes: readonly string[];
  /** A storefront's key speaks for one channel only. */
  readonly channel?: string;
  /** `null`: no limit. */
  readonly requestsPerSecondMax: number | null;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly revokedAt?: string;
}
export type NewApiKey = Pick<ApiKey, "name" | "scopes" | "channel" | "requestsPerSecondMax">;

export interface ApiKeys {
  /** The token is shown now and never again. */
  create(key: NewApiKey): Promise<{ readonly key: ApiKey; readonly token: string }>;
  /** Newest first, revoked ones too. */
  list(): Promise<ApiKey[]>;
  /** Undefined when there is no such key. Revoking twice keeps the first time. */
  revoke(keyId: string): Promise<ApiKey | undefined>;
}

export interface ApiKeyDirectory {
  /** The key that the token stands for; undefined when there is none or it is revoked. */
  authenticate(token: string): ApiKey | undefined;
  /** The same by the hash of a token's secret. */
  lookup(hash: string): ApiKey | undefined;
  /** The same by the key's id. */
  find(keyId: string): ApiKey | undefined;
  /** Rejects when changes can no longer be followed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const space = "keys";
const triesMax = 10;
const tokenPattern = /^wbk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const tokenLengthMax = 128;

const hashOfSecret = (secret: string) => createHash("sha256").update(secret).digest("hex");

export interface ApiKeysOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "nowMs" | "newId">;
  /** So many bytes that nobody can guess: the operating system's. A runtime's `random` would not do. */
  readonly secretBytes: (count: number) => Uint8Array;
}

export function openApiKeys({ broker, runtime, secretBytes }: ApiKeysOptions): ApiKeys {
  const registry = openRegistry(broker, space, runtime);
  const now = () => new Date(runtime.nowMs()).toISOString();
  const secretOf = (count: number, encoding: "hex" | "base64url") =>
    Buffer.from(secretBytes(count)).toString(encoding);
  const create = async (wanted: NewApiKey) => {
    for (let tries = 0; tries < triesMax; tries++) {
      const keyId = secretOf(6, "hex");
      const secret = secretOf(32, "base64url");
      const key: ApiKey = { keyId, ...wanted, hash: hashOfSecret(secret), createdAt: now() };
      const outcome = await registry.put(keyId, jsonOf(key), 0);
      if (outcome.kind === "stored") return { key, token: `wbk_${keyId}_${secret}` };
    }
    throw new Fault("log.unavailable", "Cannot make an API key: every id that was tried is taken");
  };
  const revoke = async (keyId: string) => {
    for (let tries = 0; tries < triesMax; tries++) {
      const found = await registry.get(keyId);
      if (found === undefined) return undefined;
      const key = keyOf(found);
      if (key.revokedAt !== undefined) return key;
      const revoked: ApiKey = { ...key, revokedAt: now() };
      const outcome = await registry.put(keyId, jsonOf(revoked), found.revision);
      if (outcome.kind === "stored") return revoked;
    }
    throw new Fault("log.unavailable", `Cannot revoke API key ${keyId}: it keeps changing`);
  };
  const list = async () => {
    const keys = (await registry.list()).map(keyOf);
    return keys.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  };
  return { create, list, revoke };
}

/** Holds all keys in memory and follows their changes; ready once it knows every key there is. */
export async function watchApiKeys(broker: Broker): Promise<ApiKeyDirectory> {
  const byHash = new Map<string, ApiKey>();
  const hashes = new Map<string, string>();
  const watch: Watch = watchRegistry(broker, space, (entry) => {
    const key = keyOf(entry);
    const before = hashes.get(key.keyId);
    if (before !== undefined) byHash.delete(before);
    hashes.set(key.keyId, key.hash);
    if (key.revokedAt === undefined) byHash.set(key.hash, key);
  });
  await watch.loaded();
  // Comparing hashes tells an attacker nothing that helps: he would have to invert SHA-256 to use what the timing shows.
  const lookup = (hash: string) => byHash.get(hash);
  return {
    lookup,
    find: (keyId) => lookup(hashes.get(keyId) ?? ""),
    authenticate: (token) => {
      const [, keyId, secret] = token.length <= tokenLengthMax ? tokenPattern.exec(token) ?? [] : [];
      if (keyId === undefined || secret === undefined) return undefined;
      const key = lookup(hashOfSecret(secret));
      return key?.keyId === keyId ? key : undefined;
    },
    ended: watch.ended,
    stop: watch.stop,
  };
}

/** `undefined` fields are left out by JSON. */
const jsonOf = (key: ApiKey): Json => JSON.parse(JSON.stringify(key));

function keyOf({ key, value }: Registered): ApiKey {
  if (isKey(value, key)) return value;
  throw new Fault("record.undecodable", `Cannot read API key ${key}: it is not a key's record`);
}

function isKey(value: unknown, keyId: string): value is ApiKey {
  const key = value as Partial<ApiKey> | null;
  return key?.keyId === keyId && typeof key.name === "string" && typeof key.hash === "string" &&
    Array.isArray(key.scopes) && typeof key.createdAt === "string" &&
    (key.requestsPerSecondMax === null || typeof key.requestsPerSecondMax === "number");
}
