import { z } from "@hono/zod-openapi";
import { parseCursor } from "../../projections/cursor.ts";
import { edgeLimits } from "../limits.ts";
import { orderStatuses } from "../../actors/order/order_view.ts";
import * as field from "./text.ts";
import { time } from "./time.ts";

export const skusPerQueryMax = 200;

const limitRule = `must be a whole number from 1 to ${edgeLimits.listLimitMax}`;
/** How many of a list are wanted. */
export const limit = z.string().regex(/^[1-9]\d{0,5}$/, { error: limitRule }).transform(Number)
  .refine((count) => count <= edgeLimits.listLimitMax, { error: limitRule })
  .optional().openapi({
    type: "integer",
    minimum: 1,
    maximum: edgeLimits.listLimitMax,
    default: edgeLimits.listLimit,
  });
export const cursor = z.string().refine((text) => text.length <= 512 && parseCursor(text) !== undefined, {
  error: "must be the cursor that an earlier page named",
});

export const limitShape = {
  type: "integer",
  minimum: 1,
  maximum: edgeLimits.listLimitMax,
  default: edgeLimits.listLimit,
} as const;

/** The query of GET /v1/orders. */
export const ordersQuery = z.object({
  channel: field.channel.optional(),
  orderNumber: field.orderNumber.optional(),
  status: z.enum(orderStatuses).optional(),
  createdFrom: time.optional(),
  limit,
  cursor: cursor.optional(),
});
export type OrdersQuery = z.output<typeof ordersQuery>;

export const stockQuery = z.object({
  sku: z.array(field.sku, { error: "is required; it may be repeated" }).min(1).max(skusPerQueryMax)
    .openapi({ example: ["85123A"] }),
});
