import { z } from "zod";
import type { OrderMoneyEvent } from "../../actors/order/money_events.ts";
import { by, reason, refundOrder } from "./invoice_commands.ts";
import { decimal, eventsOf, fields, sku, text, timeMs, units } from "./shape.ts";

const amount = { net: decimal, tax: decimal };
const row = { ...amount, line: z.int().min(1), quantity: units };
const of = text.describe("Source of the invoice");
const numbered = {
  source: text,
  number: text,
  issuedOn: text.describe("YYYY-MM-DD"),
  total: decimal,
};
const { type: _, ...refund } = refundOrder.shape;

/** The events of an order's invoices, credits and refunds. */
export const orderMoneyEventSchemas = eventsOf<OrderMoneyEvent>()({
  "order.invoice_requested@1": fields("What an invoice is to say is settled.", {
    source: text,
    lines: z.array(z.strictObject(row)),
    shipping: z.strictObject(amount).optional(),
  }),
  "order.invoiced@1": fields("An invoice got its number.", numbered),
  "order.credit_requested@1": fields("What a credit note is to say is settled.", {
    source: text,
    reason,
    lines: z.array(z.strictObject({ ...row, of, units })),
    shipping: z.array(z.strictObject({ ...amount, of })),
    asked: z.strictObject({
      reference: text,
      fingerprint: text,
      by,
      returnId: text.optional(),
      returned: z.array(z.strictObject({ sku, quantity: units })).optional()
        .describe("Units of the return for which an amount is credited"),
    }).optional().describe("Absent where it follows from a cancellation"),
  }),
  "order.credited@1": fields("A credit note got its number.", numbered),
  "order.refund_requested@1": fields("Money is to go back to the customer.", { ...refund, atMs: timeMs }),
  "order.refund_settled@1": fields("The payment provider said what became of a refund.", {
    refund: text,
    status: z.enum(["succeeded", "failed"]),
    by,
    atMs: timeMs,
  }),
});
