import { Buffer } from "node:buffer";
import { createHmac, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Authenticate } from "./authenticate.ts";
import { equal } from "./equal.ts";
import { outsideWindow, secondsToMs } from "./window.ts";

/** What a signature covers. */
export interface WebhookContent {
  readonly id: string;
  /** Unix seconds, as sent. */
  readonly timestamp: string;
  readonly body: Uint8Array;
}

const keyBytesMin = 24;
const publicKeyBytes = 32;
const signaturesMax = 10;

/**
 * Standard Webhooks: `v1` (HMAC-SHA256, secret `whsec_…`) and `v1a` (ed25519, public key `whpk_…`) over `{id}.{timestamp}.{body}`.
 * Of the signatures listed one must be right; those of other versions are passed over.
 */
export const standardWebhooks: Authenticate = ({ header, body, nowMs }, { secrets }) => {
  const id = header("webhook-id") ?? "", timestamp = header("webhook-timestamp") ?? "";
  if (id === "") return { authentic: false, why: "no webhook-id was sent" };
  const why = outsideWindow(secondsToMs(timestamp), nowMs);
  if (why !== undefined) return { authentic: false, why };
  const sent = (header("webhook-signature") ?? "").split(" ").slice(0, signaturesMax);
  const content = { id, timestamp, body };
  const right = secrets.some((secret) =>
    sent.some((signature) =>
      signedWithSecret(content, secret, signature) || signedFor(content, secret, signature)
    )
  );
  return right ? { authentic: true } : { authentic: false, why: "the signature is another one" };
};

/** The `v1` signature of a message of ours, ready for its header. Undefined for a secret that is none: nothing is signed with a guess. */
export function webhookSignature(content: WebhookContent, secret: string): string | undefined {
  if (!secret.startsWith("whsec_")) return undefined;
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  if (key.length < keyBytesMin) return undefined;
  return `v1,${createHmac("sha256", key).update(signedBytes(content)).digest("base64")}`;
}

function signedWithSecret(content: WebhookContent, secret: string, signature: string): boolean {
  const due = webhookSignature(content, secret);
  return due !== undefined && equal(due, signature);
}

function signedFor(content: WebhookContent, publicKey: string, signature: string): boolean {
  if (!publicKey.startsWith("whpk_") || !signature.startsWith("v1a,")) return false;
  const key = ed25519Key(Buffer.from(publicKey.slice("whpk_".length), "base64"));
  return key !== undefined &&
    verify(null, signedBytes(content), key, Buffer.from(signature.slice("v1a,".length), "base64"));
}

function ed25519Key(bytes: Buffer): KeyObject | undefined {
  if (bytes.length !== publicKeyBytes) return undefined;
  const jwk = { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") };
  return createPublicKey({ key: jwk, format: "jwk" });
}

const signedBytes = ({ id, timestamp, body }: WebhookContent): Buffer =>
  Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
