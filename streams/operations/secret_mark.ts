import { createHmac } from "node:crypto";
import type { Broker } from "../broker/broker.ts";
import { openRegistry, type PutOutcome } from "../edge/registry.ts";
import type { Runtime } from "../runtime.ts";

const space = "secret", key = "mark", purpose = "waybill: which secret this log was made with";

/** Says whether two secrets are the same, and nothing else of them: HMAC-SHA-256, base64url. */
export const markOf = (secret: Uint8Array): string =>
  createHmac("sha256", secret).update(purpose).digest("base64url");

/** The mark of the secret that requests are fingerprinted with here; undefined in a log that no edge has seen since there are marks. */
export async function notedMark(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
): Promise<string | undefined> {
  const found = await openRegistry(broker, space, runtime).get(key);
  return found && (found.value as { readonly mark: string }).mark;
}

/** `onlyFirst`: a mark that is there stays. */
export const noteMark = (
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
  mark: string,
  { onlyFirst }: { readonly onlyFirst: boolean },
): Promise<PutOutcome> => openRegistry(broker, space, runtime).put(key, { mark }, ...(onlyFirst ? [0] : []));
