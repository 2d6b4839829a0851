import { z } from "@hono/zod-openapi";
import { orderId } from "./examples.ts";

export const preferHeader = z.object({
  prefer: z.string().optional().openapi({
    description: "`wait=N`: how many seconds to wait for the decision (2 when absent, 30 at most). " +
      "`respond-async`: 202 as soon as the request is durable.",
    example: "wait=5",
  }),
});

export const idempotencyHeader = preferHeader.extend({
  "idempotency-key": z.string().openapi({
    description: "1 to 255 visible ASCII characters, quoted or bare.",
    example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  }),
});

export const readHeader = z.object({
  "waybill-position": z.string().optional().openapi({
    description: "The position that a change answered: waits up to 2 s until it can be read.",
  }),
  "if-none-match": z.string().optional().openapi({
    description: "An `ETag`: 304 while nothing has changed.",
  }),
});

export const orderPath = z.object({
  orderId: z.string().openapi({ example: orderId }),
});
