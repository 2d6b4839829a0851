import { z } from "@hono/zod-openapi";
import { orderStatuses } from "../../actors/order/order_view.ts";

/** What the API answers, for its description; the values themselves come from the actors and the readers. */
const money = z.string().openapi({ example: "24.30" });
const units = z.int().min(0);
const instant = z.string().openapi({ format: "date-time" });

export const orderAnswer = z.object({
  orderId: z.string().openapi({ pattern: "^ord_[0-9A-HJKMNP-TV-Z]{26}$" }),
  channel: z.string(),
  orderNumber: z.string(),
  status: z.enum(orderStatuses),
  holdReason: z.string().optional(),
  payment: z.enum(["captured", "pending", "failed"]),
  placedAt: instant,
  expiresAt: instant.optional().openapi({
    description: "While `awaiting_payment`: when the stock is released.",
  }),
  currency: z.string(),
  net: money,
  tax: money,
  total: money.openapi({
    description: "What the customer pays for what is not cancelled, tax and shipping included.",
  }),
  shipping: z.object({ net: money, service: z.string().optional() }).optional(),
  lines: z.array(z.object({
    line: z.int().min(1),
    sku: z.string(),
    description: z.string().optional(),
    quantity: units,
    unitPrice: z.string(),
    taxRate: z.string(),
    net: money,
    allocated: z.array(z.object({ location: z.string(), quantity: units })).openapi({
      description: "Units that are held for the line, by location, and have not left. " +
        "While the order is `awaiting_payment` they are only `reserved` in the stock, end with `expiresAt`, and cannot be shipped.",
    }),
    backordered: units,
    cancelled: units,
    shipped: units,
    returned: units.openapi({ description: "Units of `shipped` that came back." }),
  })),
}).openapi("Order");

export const acceptedOrder = z.object({
  orderId: z.string(),
  channel: z.string().optional(),
  orderNumber: z.string().optional(),
  status: z.literal("reserving").optional(),
}).openapi("AcceptedOrder", { description: "Durable, and not decided yet: read the Location." });

export const stockAnswer = z.object({
  sku: z.string(),
  stocked: z.boolean(),
  description: z.string().optional(),
  available: units.openapi({ description: "What can be promised now, over all locations." }),
  backordered: units,
  locations: z.array(z.object({
    location: z.string(),
    onHand: units,
    sellable: units,
    qualityControl: units,
    quarantine: units,
    refurbish: units,
    damaged: units,
    reserved: units,
    allocated: units,
    picked: units,
    packed: units,
    held: units,
    incoming: units,
    safetyStock: units,
    available: units,
  })),
  asOf: instant.openapi({ description: "How old this answer may be." }),
  position: z.string(),
}).openapi("Stock");

export const historyAnswer = z.object({
  version: z.int().min(1),
  type: z.string().openapi({ example: "order.placed" }),
  at: instant,
  data: z.unknown(),
  cause: z.string(),
}).openapi("OrderEvent");

export const problemAnswer = z.object({
  type: z.string().openapi({ example: "/problems/invalid-request" }),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional(),
  orderId: z.string().optional().openapi({
    description: "With `insufficient-stock`: the order whose number is spent.",
  }),
  errors: z.array(z.looseObject({ pointer: z.string(), detail: z.string() })).optional(),
}).openapi("Problem");
