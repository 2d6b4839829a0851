import { z } from "@hono/zod-openapi";
import { parseDecimal } from "../../actors/money/decimal.ts";
import { creditReasons } from "../../actors/series/document.ts";
import { placeIn } from "../../projections/invoices/invoice_queries.ts";
import { isDecimal } from "../decimal.ts";
import { amount, currency, decimal, taxRate } from "./money.ts";
import { customer, orderLinesMax, orderQuantityMax } from "./order.ts";
import { limit } from "./queries.ts";
import * as field from "./text.ts";
import { instantOf } from "./time.ts";

const dayRule = "must be a day, such as 2026-11-30";
const day = z.string().refine((text) => instantOf(`${text}T00:00:00Z`) !== undefined, { error: dayRule })
  .openapi({ format: "date", pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

/** One that another list named is none of ours. */
function isCursor(text: string): boolean {
  try {
    return text.length <= 512 && placeIn(text) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
const cursor = z.string().refine(isCursor, { error: "must be the cursor that an earlier page named" });

/** The query of GET /v1/invoices. */
export const invoicesQuery = z.object({
  series: field.code(64, "INV-2026").optional().openapi({ description: "What the numbers begin with." }),
  type: z.enum(["invoice", "credit_note"]).optional(),
  channel: field.channel.optional(),
  from: day.optional().openapi({ description: "Issued on this day or later.", example: "2026-11-01" }),
  to: day.optional().openapi({
    description: "Issued on this day or earlier; not before `from`.",
    example: "2099-11-30",
  }),
  limit,
  cursor: cursor.optional(),
});
export type InvoicesQuery = z.output<typeof invoicesQuery>;

const positive = amount.refine((value) => !isDecimal(value) || parseDecimal(value) > 0n, {
  error: "must be more than 0",
});
const returnId = field.code(64, "ret_01").optional().openapi({
  description: "The return that it follows from.",
});
const creditedReturn = returnId.openapi({
  description: "The return that it follows from: no more than that holds is credited for it.",
});

/** The body of POST /v1/orders/{orderId}/credits. */
export const creditBody = z.object({
  reference: field.reference,
  reason: z.enum(creditReasons),
  lines: z.array(z.object({
    sku: field.sku,
    quantity: field.quantity(orderQuantityMax * orderLinesMax),
    line: z.int().min(1).max(orderLinesMax).optional().openapi({
      description: "Which of the order's lines, from 1, where several have the SKU.",
    }),
  })).min(1, { error: "must have at least one line; leave it out to credit all that is left" }).max(
    orderLinesMax,
  )
    .optional(),
  amount: positive.optional().openapi({
    description:
      "An amount off the price, tax included: of these lines, or of all that is left. No units are credited by it, whatever `quantity` says: " +
      "they can still be, for what is left of their price.",
  }),
  returnId: creditedReturn,
}).openapi("CreditInput");

/** The body of POST /v1/orders/{orderId}/refunds. */
export const refundBody = z.object({
  reference: field.reference,
  amount: positive,
  method: field.requiredText(64).openapi({ example: "card" }),
  returnId,
  creditNote: field.code(64, "CN-2026-000001").optional().openapi({
    description: "The number of the credit note that it pays out.",
  }),
}).openapi("RefundInput");

export const settleBody = z.object({ status: z.enum(["succeeded", "failed"]) }).openapi("RefundSettlement");

/** The body of POST /v1/credits. */
export const standAloneCreditBody = z.object({
  channel: field.channel.optional().openapi({ description: "When absent, the API key's, if it has one." }),
  reference: field.reference.openapi({ description: "The natural key within the channel." }),
  reason: z.enum(creditReasons),
  currency,
  pricesIncludeTax: z.boolean().default(false),
  customer: customer.optional(),
  lines: z.array(
    z.object({
      description: field.text(500).optional(),
      sku: field.sku.optional(),
      quantity: field.quantity(orderQuantityMax),
      unitPrice: decimal,
      taxRate: taxRate.default("0"),
    }).refine(({ sku, description }) => sku !== undefined || description !== undefined, {
      error: "must have a description or a sku",
    }),
  ).min(1, { error: "must have at least one line" }).max(orderLinesMax),
}).openapi("StandAloneCreditInput");
export type StandAloneCreditBody = z.output<typeof standAloneCreditBody>;
