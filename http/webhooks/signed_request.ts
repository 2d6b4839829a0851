import { webhookSignature } from "../carriers/authentication/standard_webhooks.ts";
import type { OutgoingRequest } from "../outgoing/outgoing.ts";

const encoder = new TextEncoder();

/**
 * A message as Standard Webhooks sends it: one signature for each secret, so that a receiver that knows any of them can tell that it
 * comes from us. Undefined when none of them can sign.
 */
export function signedRequest(
  { eventId, body, secrets, nowMs }: {
    readonly eventId: string;
    readonly body: string;
    readonly secrets: readonly string[];
    readonly nowMs: number;
  },
): OutgoingRequest | undefined {
  const timestamp = String(Math.floor(nowMs / 1_000)), bytes = encoder.encode(body);
  const content = { id: eventId, timestamp, body: bytes };
  const signatures = secrets.flatMap((secret) => webhookSignature(content, secret) ?? []);
  if (signatures.length === 0) return undefined;
  const headers = {
    "content-type": "application/cloudevents+json; charset=utf-8",
    "user-agent": "Waybill",
    "webhook-id": eventId,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
  return { method: "POST", headers, body: bytes };
}
