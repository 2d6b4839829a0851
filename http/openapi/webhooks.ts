import { type RouteConfig, z } from "@hono/zod-openapi";
import {
  deliveriesQuery,
  deliveryAnswer,
  endpointAnswer,
  endpointBody,
  endpointsAnswer,
  endpointWithSecret,
  replayAnswer,
  replayBody,
  testAnswer,
} from "../schemas/webhooks.ts";
import { idempotencyHeader, readHeader } from "./parameters.ts";
import { always, changed, jsonBody, notModified, page, read, refusals, withBody } from "./parts.ts";
import * as story from "./webhook_examples.ts";

const path = "/v1/webhook-endpoints", one = `${path}/{endpointId}` as const;
const shared = { tags: ["Webhooks"], security: [{ key: ["webhooks"] }] };
const params = z.object({ endpointId: z.string().openapi({ example: story.endpointId }) });
const ifNoneMatch = readHeader.pick({ "if-none-match": true });
const idempotency = idempotencyHeader.pick({ "idempotency-key": true });
const keyed = [
  "idempotency-key-required",
  "malformed-header",
  "idempotency-mismatch",
  "unavailable",
] as const;
const unknown = "unknown-webhook-endpoint";

/** The calls about whom we tell what happens. */
export const webhookEndpointOperations: readonly RouteConfig[] = [
  {
    ...shared,
    method: "post",
    path,
    operationId: "createWebhookEndpoint",
    summary: "Be told what happens",
    description:
      "Messages are CloudEvents 1.0 in JSON, signed as Standard Webhooks says; *Webhooks* below lists them. They come at least once, in " +
      "no order: tell repeats by `webhook-id`, and what is newer by the event's `time`. Only what happens from now on is sent. The " +
      "secret is in this answer and nowhere else.",
    request: { headers: idempotency, body: jsonBody(endpointBody, story.endpointExample) },
    responses: {
      201: changed("It is made.", endpointWithSecret, story.createdAnswer),
      ...refusals(...always, ...withBody, ...keyed, "too-many-webhook-endpoints"),
    },
  },
  {
    ...shared,
    method: "get",
    path,
    operationId: "listWebhookEndpoints",
    summary: "List endpoints, the newest first",
    request: { headers: ifNoneMatch },
    responses: {
      200: read("All of them.", endpointsAnswer, { items: [story.endpointAnswer] }),
      304: notModified,
      ...refusals(...always, "unavailable"),
    },
  },
  {
    ...shared,
    method: "get",
    path: one,
    operationId: "getWebhookEndpoint",
    summary: "Read an endpoint",
    request: { headers: ifNoneMatch, params },
    responses: {
      200: read("The endpoint.", endpointAnswer, story.endpointAnswer),
      304: notModified,
      ...refusals(...always, unknown, "unavailable"),
    },
  },
  {
    ...shared,
    method: "delete",
    path: one,
    operationId: "deleteWebhookEndpoint",
    summary: "Be told nothing more",
    request: { params },
    responses: {
      204: { description: "It is gone, or was before." },
      ...refusals(...always, unknown, "unavailable"),
    },
  },
  {
    ...shared,
    method: "post",
    path: `${one}/rotate`,
    operationId: "rotateWebhookSecret",
    summary: "Exchange the secret for a new one",
    description:
      "The former secret stays good for 24 hours: until then each message has a signature with either.",
    request: { headers: idempotency, params },
    responses: {
      200: changed("Here is the new one.", endpointWithSecret, story.rotatedAnswer),
      ...refusals(...always, ...keyed, unknown, "too-many-webhook-secrets"),
    },
  },
  {
    ...shared,
    method: "post",
    path: `${one}/enable`,
    operationId: "enableWebhookEndpoint",
    summary: "Go on with an endpoint that was disabled",
    description:
      "An endpoint is disabled when it answers 410, or has taken nothing for five days. What happened since then waits.",
    request: { headers: idempotency, params },
    responses: {
      200: changed("It is active.", endpointAnswer, story.enabledAnswer),
      ...refusals(...always, ...keyed, unknown),
    },
  },
  {
    ...shared,
    method: "post",
    path: `${one}/test`,
    operationId: "testWebhookEndpoint",
    summary: "Send it a test event",
    request: { headers: idempotency, params },
    responses: {
      202: changed("It is on its way; its delivery tells what came of it.", testAnswer, story.testAnswer),
      ...refusals(...always, ...keyed, unknown),
    },
  },
  {
    ...shared,
    method: "get",
    path: `${one}/deliveries`,
    operationId: "listWebhookDeliveries",
    summary: "List what it was told in the last 30 days, the newest first",
    request: { headers: ifNoneMatch, params, query: deliveriesQuery },
    responses: {
      200: page("WebhookDeliveries", deliveryAnswer, [story.deliveryAnswer]),
      304: notModified,
      ...refusals(...always, "invalid-request", unknown, "unavailable"),
    },
  },
  {
    ...shared,
    method: "post",
    path: `${one}/replay`,
    operationId: "replayWebhookDeliveries",
    summary: "Send one delivery again, or all since a time",
    description:
      "The same bytes under the same `webhook-id`, newly signed. With `since` it only counts unless `dryRun` is `false`. An " +
      "Idempotency-Key is needed for what is not a dry run.",
    request: { headers: idempotency.partial(), params, body: jsonBody(replayBody, story.replayExample) },
    responses: {
      200: changed("The count of a dry run.", replayAnswer, story.replayAnswer),
      202: changed("They are due again.", replayAnswer, story.replayedAnswer),
      ...refusals(...always, ...withBody, ...keyed, unknown, "unknown-webhook-delivery"),
    },
  },
];
