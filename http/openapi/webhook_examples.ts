import { createHash } from "node:crypto";
import { idAt } from "../../projections/webhooks/cloud_event.ts";
import { deliveryIdOf } from "../../projections/webhooks/outbox.ts";

/** The end of the story that `examples.ts` begins: somebody wants to be told of it. */
const createdAt = "2026-12-01T08:26:00Z", type = "com.waybill.webhook.test.v1";
export const idempotencyKey = '"8e03978e-40d5-43dd-bc93-6894a57f9324"';

/** As `requestOf` names it, for the key `all`. */
const requestAt = (path: string) =>
  createHash("sha256").update(JSON.stringify(["all", path, idempotencyKey.slice(1, -1)])).digest("base64url");

const path = "/v1/webhook-endpoints";
export const endpointId = idAt("whe", [requestAt(path)]);
export const endpointExample = {
  url: "https://shop.example/hooks",
  events: ["order.*", "shipment.delivered"],
  description: "the shop's newsletter",
};
export const endpointAnswer = {
  endpointId,
  url: endpointExample.url,
  events: endpointExample.events,
  description: endpointExample.description,
  status: "active",
  createdAt,
};
const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDHcQqVh7zYsA=";
export const createdAnswer = { ...endpointAnswer, secret };
const formerSecretUntil = "2026-12-02T08:26:00Z";
export const rotatedAnswer = { ...endpointAnswer, formerSecretUntil, secret };
export const enabledAnswer = { ...endpointAnswer, formerSecretUntil };

const eventId = idAt("evt", ["test", requestAt(`${path}/${endpointId}/test`), type, endpointId]);
const deliveryId = deliveryIdOf(endpointId, eventId);
export const testAnswer = { deliveryId, eventId };
export const deliveryAnswer = {
  ...{ deliveryId, eventId, type, subject: endpointId, happenedAt: createdAt, createdAt, status: "pending" },
  nextAttemptAt: createdAt,
  attempts: [],
};
export const replayExample = { since: "2026-11-01T00:00:00Z", status: ["failed"] };
export const replayAnswer = { matched: 0, replayed: 0, dryRun: true };
export const replayedAnswer = { matched: 12, replayed: 12, dryRun: false };
