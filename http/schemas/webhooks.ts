import { z } from "@hono/zod-openapi";
import { namesOfAll } from "../../projections/webhooks/catalogue.ts";
import { deliveryStates } from "../../projections/webhooks/delivery_log.ts";
import { matches } from "../../projections/webhooks/subscription.ts";
import { cursor, limit } from "./queries.ts";
import * as field from "./text.ts";
import { time } from "./time.ts";

export const urlCharsMax = 2_048, patternsMax = 50;

const isPrintable = (value: string) => value.isWellFormed() && !/[\s\p{Cc}]/u.test(value);

const pattern = z.string()
  .refine((value) => value.length <= 64 && namesOfAll.some((name) => matches(value, name)), {
    error: `must be "*", such as "order.*", or one of ${namesOfAll.join(", ")}`,
  })
  .openapi({ example: "order.*" });

export const endpointBody = z.object({
  url: z.string().max(urlCharsMax, { error: `must have at most ${urlCharsMax} characters` })
    .refine((value) => isPrintable(value) && URL.canParse(value), { error: "must be a URL" })
    .openapi({ format: "uri", example: "https://shop.example/hooks" }),
  events: z.array(pattern).min(1, { error: "must name at least one event" }).max(patternsMax).optional()
    .openapi({ description: "All, when absent.", example: ["order.*", "shipment.delivered"] }),
  channel: field.channel.optional().openapi({ description: "Only what is of this sales channel." }),
  description: field.text(200).optional(),
}).openapi("WebhookEndpointInput");

const instant = z.string().openapi({ format: "date-time" });
const endpointFields = {
  endpointId: z.string().openapi({ pattern: "^whe_[0-9A-HJKMNP-TV-Z]{26}$" }),
  url: z.string().openapi({ format: "uri" }),
  events: z.array(z.string()),
  channel: z.string().optional(),
  description: z.string().optional(),
  status: z.enum(["active", "disabled"]),
  disabled: z.object({ at: instant, reason: z.enum(["gone", "failing"]), detail: z.string() }).optional()
    .openapi({ description: "`gone`: it answered 410. `failing`: it took nothing for five days." }),
  createdAt: instant,
  formerSecretUntil: instant.optional().openapi({
    description: "Until then messages have several signatures.",
  }),
} as const;

export const endpointAnswer = z.object(endpointFields).openapi("WebhookEndpoint");
export const endpointWithSecret = z.object({
  ...endpointFields,
  secret: z.string().openapi({ description: "`whsec_…`: shown now and never again." }),
}).openapi("WebhookEndpointWithSecret");
export const endpointsAnswer = z.object({ items: z.array(endpointAnswer) }).openapi("WebhookEndpoints");

export const deliveriesQuery = z.object({
  status: z.enum(deliveryStates).optional(),
  limit,
  cursor: cursor.optional(),
});

export const deliveryAnswer = z.object({
  deliveryId: z.string(),
  eventId: z.string().openapi({ description: "The `webhook-id`, and the `id` of the event." }),
  type: z.string(),
  subject: z.string(),
  happenedAt: instant,
  createdAt: instant,
  status: z.enum(deliveryStates),
  nextAttemptAt: instant.optional(),
  attempts: z.array(z.object({
    attempt: z.int().min(1),
    at: instant,
    ms: z.int().min(0),
    status: z.int().optional().openapi({ description: "Of the answer; absent when there was none." }),
    error: z.string().optional(),
    response: z.string().optional().openapi({ description: "How the answer's body begins." }),
  })).openapi({ description: "Oldest first; the last 50." }),
}).openapi("WebhookDelivery");

const deliveryId = z.string().regex(/^dlv_[0-9A-HJKMNP-TV-Z]{26}$/, {
  error: "must be the id of a delivery",
});

export const replayBody = z.object({
  deliveryId: deliveryId.optional().openapi({ description: "One delivery; or else `since`." }),
  since: time.optional().openapi({ description: "All of events that happened then or later." }),
  status: z.array(z.enum(["delivered", "failed"])).min(1).max(2).optional()
    .openapi({ description: "With `since`: only those; both when absent." }),
  dryRun: z.boolean().optional().openapi({
    description: "Only count. With `since` that is what happens unless it is `false`.",
  }),
}).refine(({ deliveryId, since }) => (deliveryId === undefined) !== (since === undefined), {
  error: "must have deliveryId or since, and not both",
}).openapi("WebhookReplayInput");

export const replayAnswer = z.object({
  matched: z.int().min(0),
  replayed: z.int().min(0).openapi({ description: "At most 10,000 at once, the oldest." }),
  dryRun: z.boolean(),
}).openapi("WebhookReplay");

export const testAnswer = z.object({ deliveryId: z.string(), eventId: z.string() }).openapi("WebhookTest");
