import { type RouteConfig, z } from "@hono/zod-openapi";
import { milestones } from "../../projections/outbox/milestones.ts";
import type { ProblemName } from "../problems.ts";
import { html, jsonBody, language, refusals } from "./parts.ts";

const params = z.object({
  key: z.string().openapi({
    example: "8d1b4f3e-2f43-4c1e-9f9c-0c1d2e3f4a5b",
    description: "Of the link in a message, or the token of a parcel's page.",
  }),
});
const shared = { tags: ["Notifications"], security: [] };
const request = { params, query: language };
const noLink = { 404: { description: "A page that says that the link is not valid.", content: html } };
const form = "application/x-www-form-urlencoded";

const wanted = z.array(z.enum(milestones)).optional();
const preferences = z.object({ email: wanted, sms: wanted }).openapi("NotificationPreferences", {
  description: "By channel the milestones that somebody wants to hear of: all others are switched off.",
});

const subscription = z.object({
  endpoint: z.string().max(2_000).openapi({ format: "uri" }),
  keys: z.object({ p256dh: z.string(), auth: z.string() }),
}).openapi("PushSubscription", { description: "As the browser's `PushSubscription.toJSON()` says it." });
const subscribing = jsonBody(subscription, {
  endpoint: "https://push.example.net/send/4Yz1",
  keys: {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "BTBZMqHH6r4Tts7J_aSIgg",
  },
});
/** While nothing can be changed, the page itself says so. */
const pageRefusals = (...names: readonly ProblemName[]) => {
  const { 503: down, ...rest } = refusals(...names);
  const description = `The page, which says that nothing can be changed just now; or ${down?.description}`;
  return { ...rest, 503: { ...down, description, content: { ...html, ...down?.content } } };
};
const pushRefusals = [
  ...["unknown-parcel", "malformed-json", "body-too-large", "unsupported-media-type"] as const,
  ...["invalid-request", "unavailable", "read-only", "defect"] as const,
];

/** What people can say of the messages that they get: whoever has the link may. */
export const notificationOperations: readonly RouteConfig[] = [
  {
    ...shared,
    method: "get",
    path: "/t/{key}/notifications",
    operationId: "notificationPage",
    summary: "The page on which a customer chooses what to hear of",
    request: { params, query: language.extend({ saved: z.literal("1").optional() }) },
    responses: {
      200: { description: "The page.", content: html },
      ...noLink,
      ...refusals("unavailable", "defect"),
    },
  },
  {
    ...shared,
    method: "post",
    path: "/t/{key}/notifications",
    operationId: "chooseNotifications",
    summary: "A customer chooses what to hear of, by which channel",
    description: "It counts for the address, and so for all of its orders.",
    request: { ...request, body: { required: true, content: { [form]: { schema: preferences } } } },
    responses: {
      303: { description: "It is kept: go on to the page." },
      ...noLink,
      ...pageRefusals("body-too-large", "unavailable", "defect"),
    },
  },
  {
    ...shared,
    method: "get",
    path: "/t/{key}/unsubscribe",
    operationId: "unsubscribePage",
    summary: "The page that asks whether a customer wants no more messages",
    request,
    responses: {
      200: { description: "The page.", content: html },
      ...noLink,
      ...refusals("unavailable", "defect"),
    },
  },
  {
    ...shared,
    method: "post",
    path: "/t/{key}/unsubscribe",
    operationId: "unsubscribe",
    summary: "A customer wants no more messages",
    description:
      "By the channel that the link came by; with a parcel's token, by any. A mail program sends it by itself (RFC 8058): the body does not count.",
    request,
    responses: {
      200: { description: "A page that says so.", content: html },
      ...noLink,
      ...pageRefusals("unavailable", "defect"),
    },
  },
  {
    ...shared,
    method: "post",
    path: "/t/{key}/push",
    operationId: "subscribeBrowser",
    summary: "A browser wants to be told of an order (Web Push, RFC 8030)",
    request: { params, body: subscribing },
    responses: { 204: { description: "It will be, or was before." }, ...refusals(...pushRefusals) },
  },
  {
    ...shared,
    method: "delete",
    path: "/t/{key}/push",
    operationId: "unsubscribeBrowser",
    summary: "A browser wants to be told no more",
    request: { params, body: subscribing },
    responses: { 204: { description: "It will not be, or was not before." }, ...refusals(...pushRefusals) },
  },
];
