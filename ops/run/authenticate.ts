import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { type Authenticate, isScope, type Principal, scopes } from "../../http/principal.ts";
import type { ApiKey } from "../../streams/edge/api_keys.ts";

/** Who a token speaks for: the bootstrap key of this installation, or one that `waybill keys` made. */
export function authenticator(
  bootstrapKey: string | undefined,
  find: (token: string) => ApiKey | undefined,
): Authenticate {
  const bootstrap: Principal = { keyId: "bootstrap", scopes: new Set(scopes), requestsPerSecondMax: null };
  const expected = bootstrapKey === undefined ? undefined : Buffer.from(bootstrapKey);
  return (token) => {
    const given = Buffer.from(token);
    if (expected?.length === given.length && timingSafeEqual(given, expected)) return bootstrap;
    const key = find(token);
    return key && principalOf(key);
  };
}

function principalOf({ keyId, channel, requestsPerSecondMax, ...key }: ApiKey): Principal {
  const granted = new Set(key.scopes.filter(isScope));
  return { keyId, scopes: granted, requestsPerSecondMax, ...(channel === undefined ? {} : { channel }) };
}
