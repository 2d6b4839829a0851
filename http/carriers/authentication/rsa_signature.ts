import { Buffer } from "node:buffer";
import { verify } from "node:crypto";
import type { Authenticate } from "./authenticate.ts";
import { rsaKeysOf } from "./key_set.ts";
import { outsideWindow } from "./window.ts";

export interface RsaHeaders {
  /** In lower case, as the others. */
  readonly signature: string;
  readonly keyId: string;
  readonly time: string;
}

/** RSASSA-PKCS1-v1_5 with SHA-256 over `{timestamp}.{raw body}`, base64; the time is ISO 8601, and each secret a JWKS. */
export function rsaSignature(headers: RsaHeaders): Authenticate {
  return ({ header, body, nowMs }, { secrets }) => {
    const signature = header(headers.signature) ?? "";
    const keyId = header(headers.keyId) ?? "";
    const time = header(headers.time) ?? "";
    if (signature === "") return { authentic: false, why: `no ${headers.signature} was sent` };
    const why = outsideWindow(isoToMs(time), nowMs);
    if (why !== undefined) return { authentic: false, why };
    const keys = secrets.flatMap((secret) => rsaKeysOf(secret).get(keyId) ?? []);
    if (keys.length === 0) return { authentic: false, why: "no configured key set has that key" };
    const signed = Buffer.concat([Buffer.from(`${time}.`), body]);
    const sent = Buffer.from(signature, "base64");
    const right = keys.some((key) => verify("sha256", signed, key, sent));
    return right ? { authentic: true } : { authentic: false, why: "the signature is another one" };
  };
}

const isoToMs = (text: string): number =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN;
