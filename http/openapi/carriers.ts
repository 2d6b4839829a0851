import { createHmac } from "node:crypto";
import { type RouteConfig, z } from "@hono/zod-openapi";
import { genericBody } from "../carriers/generic/body.ts";
import { accuracyAnswer, accuracyQuery } from "../schemas/accuracy.ts";
import { accuracyAnswer as accuracyExample } from "./case_examples.ts";
import { readHeader } from "./parameters.ts";
import { always, notModified, page, refusals } from "./parts.ts";

/** What a carrier without an adapter, or a script of the shop's own, may send. */
export const genericExample = {
  events: [
    {
      trackingNumber: "ACME-1001",
      carrier: "acme",
      status: "in_transit",
      subStatus: "departed_facility",
      occurredAt: "2026-11-22T06:15:00+01:00",
      location: "Leipzig, DE",
      description: "Left the depot",
      estimatedDelivery: { from: "2026-11-23", to: "2026-11-24" },
    },
    { trackingNumber: "ACME-1002", carrier: "acme", status: "delivered", occurredAt: "2026-11-22T09:40:00Z" },
  ],
};
export const genericSignature = `sha256=${
  createHmac("sha256", "secret").update(JSON.stringify(genericExample)).digest("hex")
}`;

const received = z.object({ received: z.literal(true) }).openapi("CallbackReceived");

const callback: RouteConfig = {
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
    headers: z.object({
      "x-waybill-signature": z.string().optional().openapi({
        description:
          "For `generic`: `sha256=` and the hex HMAC-SHA256 of the body as it is sent, keyed with " +
          "WAYBILL_CARRIER_GENERIC_SECRET. This one is of the example below, as JSON without blanks, keyed with `secret`.",
        example: genericSignature,
      }),
    }),
    body: {
      required: true,
      description: "JSON for `generic`; for all others their own body, of whatever type they send it as.",
      content: {
        "application/json": { schema: genericBody, example: genericExample },
        "*/*": { schema: z.string() },
      },
    },
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
};

const accuracy: RouteConfig = {
  method: "get",
  path: "/v1/carriers/accuracy",
  operationId: "listAccuracy",
  summary: "How estimates have turned out",
  description:
    "Of each delivered parcel three estimates are compared with the delivery: the first, the one that stood when its carrier took it, and " +
    "the last. By carrier and lane (country to country).",
  tags: ["Carriers"],
  security: [{ key: ["operate"] }],
  request: { headers: readHeader, query: accuracyQuery },
  responses: {
    200: page(
      "AccuracyPage",
      accuracyAnswer,
      ["first", "hand_over", "last"].map((stage) => ({ ...accuracyExample, stage })),
    ),
    304: notModified,
    ...refusals(...always, "malformed-header", "invalid-request", "unavailable"),
  },
};

/** The call that carriers make, and how they are judged. */
export const carrierOperations: readonly RouteConfig[] = [callback, accuracy];
