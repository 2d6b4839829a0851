import { type RouteConfig, z } from "@hono/zod-openapi";
import { refusals } from "./parts.ts";

const received = z.object({ received: z.literal(true) }).openapi("CallbackReceived");

/** The call that carriers make. */
export const carrierOperations: readonly RouteConfig[] = [{
  method: "post",
  path: "/v1/carriers/{carrier}/callbacks",
  operationId: "carrierCallback",
  summary: "A carrier tells what happened to parcels",
  description:
    "The body is the carrier's own, and so is its proof: a signature header, a token header, or `?token=`. Answered once the body is " +
    "durable; what it says is worked out afterwards, so a parcel that nobody knows yet is no error. Repeating a callback changes nothing. " +
    "A set-up call is answered as the carrier expects it.",
  tags: ["Carriers"],
  security: [],
  request: {
    params: z.object({ carrier: z.string().openapi({ example: "ups" }) }),
    query: z.object({
      token: z.string().optional().openapi({ description: "For carriers that sign nothing." }),
    }),
    body: { required: true, content: { "*/*": { schema: z.string() } } },
  },
  responses: {
    200: {
      description: "It is kept, or it was a set-up call.",
      content: { "application/json": { schema: received, example: { received: true } } },
    },
    ...refusals(
      "unreadable-callback",
      "not-authentic",
      "not-found",
      "body-too-large",
      "overloaded",
      "defect",
    ),
  },
}];
