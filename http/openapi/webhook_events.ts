import { type RouteConfig, z } from "@hono/zod-openapi";
import { catalogue } from "../../projections/webhooks/catalogue.ts";
import { eventSchema } from "../schemas/webhook_events.ts";

const headers = z.object({
  "webhook-id": z.string().openapi({ description: "The event's `id`; the same however often it is sent." }),
  "webhook-timestamp": z.string().openapi({ description: "Unix seconds of this sending." }),
  "webhook-signature": z.string().openapi({
    description:
      "`v1,` and base64 of HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`; several, with spaces " +
      "between, while a secret is rotated.",
  }),
});

/** The requests that we make: one for each event that can be subscribed to. */
export const webhookOperations: readonly RouteConfig[] = catalogue.map((event) => ({
  method: "post",
  path: event.name,
  operationId: `on ${event.name} v${event.version}`,
  summary: event.says,
  tags: ["Webhooks"],
  request: {
    headers,
    body: { required: true, content: { "application/cloudevents+json": { schema: eventSchema(event) } } },
  },
  responses: {
    "2XX": {
      description:
        "It is taken. Anything else, or nothing within 15 s: it is sent again, later each time, for three days.",
    },
    410: { description: "The endpoint is not told anything any more." },
  },
}));
