import { createHash, createHmac } from "node:crypto";
import type { ConsoleDesk, Operator } from "../../http/ops/console.ts";
import type { ApiKey, ApiKeyDirectory } from "../../streams/edge/api_keys.ts";

export interface OperatorKeys {
  readonly bootstrapKey: string | undefined;
  readonly keys: Pick<ApiKeyDirectory, "authenticate" | "find">;
  /** Of the whole system. */
  readonly secret: Uint8Array;
}

/** Who may use the console: whoever has the bootstrap key or a key with the scope `operate`. */
export function operatorsOf(
  { bootstrapKey, keys, secret }: OperatorKeys,
): Pick<ConsoleDesk, "operatorWith" | "operatorNamed" | "sign"> {
  const hashed = (text: string) => createHash("sha256").update(text).digest("base64url");
  const bootstrap: Operator | undefined = bootstrapKey === undefined
    ? undefined
    : { keyId: "bootstrap", name: "bootstrap", stamp: hashed(bootstrapKey) };
  // The secret keys fingerprints of requests, too: what signs sessions is derived from it.
  const signing = createHmac("sha256", secret).update("waybill console session").digest();
  return {
    // Hashes are compared, so that the time it takes says nothing of the key.
    operatorWith: (key) =>
      bootstrap !== undefined && hashed(key) === bootstrap.stamp
        ? bootstrap
        : operating(keys.authenticate(key)),
    operatorNamed: (keyId) => keyId === "bootstrap" ? bootstrap : operating(keys.find(keyId)),
    sign: (text) => createHmac("sha256", signing).update(text).digest("base64url"),
  };
}

function operating(key: ApiKey | undefined): Operator | undefined {
  if (key === undefined || !key.scopes.includes("operate")) return undefined;
  if (key.channel !== undefined) return undefined; // A storefront's: the console shows all channels.
  const { keyId, name, hash: stamp } = key;
  return { keyId, name, stamp };
}
