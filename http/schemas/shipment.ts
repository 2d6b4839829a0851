import { z } from "@hono/zod-openapi";
import { customerRequestKinds } from "../../actors/commands.ts";
import { trackingStatuses } from "../../actors/parcel/status.ts";
import { orderLinesMax, orderQuantityMax } from "./order.ts";
import * as field from "./text.ts";
import { time } from "./time.ts";

export const trackingNumber = z.string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,63}$/, {
    error: "must be 1 to 64 letters, digits, blanks and . _ / -, beginning with a letter or a digit",
  })
  .openapi({ example: "1Z999AA10123456784", description: "Blanks and case do not matter." });

export const shipmentBody = z.object({
  reference: field.reference,
  location: field.locationCode,
  carrier: field.carrier,
  service: field.text(64).optional(),
  trackingNumber,
  promisedBy: time.optional().openapi({ description: "By when the customer was promised this parcel." }),
  lines: z.array(z.object({ sku: field.sku, quantity: field.quantity(orderQuantityMax * orderLinesMax) }))
    .min(1, { error: "must have at least one line" }).max(orderLinesMax),
}).openapi("ShipmentInput");

const instant = z.string().openapi({ format: "date-time" });

export const shipmentCreated = z.object({
  shipmentId: z.string().openapi({ pattern: "^shp_[0-9A-HJKMNP-TV-Z]{42}$" }),
  trackingToken: z.string(),
  trackingUrl: z.string().openapi({ format: "uri", description: "The customer's page." }),
  orderId: z.string(),
  reference: z.string(),
}).openapi("ShipmentCreated");

export const trackingEvent = z.object({
  status: z.enum(trackingStatuses),
  subStatus: z.string().optional(),
  at: instant,
  location: z.string().optional(),
  description: z.string(),
  carrierCode: z.string(),
}).openapi("TrackingEvent");

/** What is told of a parcel to everyone who may know it. */
export const trackingFields = {
  status: z.enum(trackingStatuses),
  subStatus: z.string().optional(),
  statusAt: instant,
  carrier: z.string(),
  trackingNumber: z.string(),
  estimatedDelivery: z.object({ from: z.string(), to: z.string() }).optional(),
  delayed: z.object({ reason: z.string(), since: instant }).optional(),
  events: z.array(trackingEvent).openapi({ description: "Oldest first." }),
} as const;

const requestFields = {
  request: z.string().openapi({ example: "req_VQm2zXw5yLp7sNdb8JtRk3" }),
  kind: z.enum(customerRequestKinds),
  status: z.enum(["open", "done", "declined", "replaced", "lapsed"]).openapi({
    description: "`replaced` by a newer one of the kind; `lapsed`: nobody answered before it was too late.",
  }),
  askedAt: instant,
} as const;

/** What the shop says of a receiver's request. */
export const requestAnswerBody = z.object({ outcome: z.enum(["done", "declined"]) }).openapi(
  "RequestAnswerInput",
);
export const requestAnswered = z.object(requestFields).openapi("CustomerRequest");

export const shipmentAnswer = z.object({
  shipmentId: z.string(),
  orderId: z.string(),
  reference: z.string(),
  location: z.string(),
  service: z.string().optional(),
  handedOverAt: instant,
  trackingToken: z.string(),
  trackingUrl: z.string(),
  lines: z.array(z.object({ line: z.int().min(1), sku: z.string(), quantity: z.int().min(1) })),
  ...trackingFields,
  requests: z.array(z.object({
    ...requestFields,
    said: z.record(z.string(), z.string()).optional().openapi({
      description: "What was filled in: personal data, which is not part of the shipment's history.",
    }),
  })).openapi({ description: "What the receiver asked for on the tracking page, oldest first." }),
}).openapi("Shipment");
