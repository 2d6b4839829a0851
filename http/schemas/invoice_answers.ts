import { z } from "@hono/zod-openapi";
import { creditReasons } from "../../actors/series/document.ts";
import { paymentStatuses } from "../../projections/invoices/payment.ts";
import { customer } from "./order.ts";

/** What the API answers of invoices, for its description; the values themselves come from the series, as they were frozen. */
const money = z.string().openapi({
  example: "21.24",
  description: "In the currency's own places; never negative.",
});
const day = z.string().openapi({ format: "date" });
const instant = z.string().openapi({ format: "date-time" });
const rate = { taxRate: z.string(), taxCategory: z.enum(["S", "Z", "E", "AE", "K", "G", "O"]) };
const corrected = z.object({ number: z.string(), issuedOn: day });

const line = z.object({
  line: z.int().min(1),
  sku: z.string().optional(),
  description: z.string().optional(),
  quantity: z.int().min(0),
  unitPrice: z.string(),
  discount: z.string(),
  net: money,
  tax: money,
  ...rate,
  invoice: z.string().optional().openapi({ description: "Of a credit note: the invoice whose line it was." }),
});

export const invoiceListed = z.object({
  number: z.string().openapi({ example: "INV-2026-000001" }),
  type: z.enum(["invoice", "credit_note"]),
  series: z.string(),
  fiscalYear: z.int(),
  sequence: z.int().min(1).openapi({ description: "Place in the series, without gaps." }),
  issuedOn: day.openapi({ description: "The day in the seller's time zone, by which it is booked." }),
  issueDate: day,
  issuedAt: instant,
  source: z.string().openapi({ description: "Why it exists, once for ever." }),
  channel: z.string().optional(),
  orderId: z.string().optional(),
  orderNumber: z.string().optional(),
  orderPlacedOn: day.optional(),
  currency: z.string(),
  pricesIncludeTax: z.boolean(),
  taxMode: z.enum(["document", "per_line"]),
  suppliedOn: day.optional(),
  lines: z.array(line),
  shipping: z.object({ service: z.string().optional(), net: money, tax: money, ...rate }).optional(),
  taxes: z.array(z.object({ category: rate.taxCategory, rate: z.string(), net: money, tax: money })),
  net: money,
  tax: money,
  total: money,
  paid: money.optional().openapi({ description: "Of an invoice: what had been paid when it was issued." }),
  due: money.optional().openapi({ description: "Of an invoice: `total` less `paid`, as it was issued." }),
  status: z.enum(paymentStatuses).optional().openapi({
    description:
      "Of an invoice, by what is known today of payments, refunds, credits and payouts; the document never changes. " +
      "`paid`: nothing is left to pay.",
  }),
  creditedAmount: money.optional().openapi({ description: "Of an invoice: what credit notes took off it." }),
  outstanding: z.string().optional().openapi({
    description:
      "Of an invoice: `total` less `creditedAmount`, less what the order's payments leave for it; negative where the customer has something to " +
      "get. What was captured for the order, or paid by payouts where that is more or is just what cancellations left of the order, less refunds " +
      "that succeeded and chargebacks, pays its invoices oldest first. What remains waits for what is still to be invoiced; what is more than " +
      "that, as after a cancellation until it is refunded, stands as negative at invoices that were credited, up to that, else at the newest one.",
    example: "0.00",
  }),
  corrects: z.array(corrected).optional().openapi({
    description: "Of a credit note; empty when its sale is not known here.",
  }),
  reason: z.enum(creditReasons).optional(),
  returnId: z.string().optional(),
  seller: z.looseObject({ hash: z.string() }),
  buyer: z.object({ actor: z.string(), mark: z.string().optional() }).optional(),
  previousHash: z.string(),
  hash: z.string().openapi({
    description: "SHA-256 in hex over the canonical JSON (RFC 8785) of what was frozen.",
  }),
}).openapi("ListedInvoice");

export const invoiceAnswer = invoiceListed.extend({
  seller: z.looseObject({ name: z.string(), hash: z.string() }).openapi({
    description: "What was said of the seller on the day of issue.",
  }),
  buyer: customer.extend({ actor: z.string(), mark: z.string().optional() }).optional().openapi({
    description: "The customer block, until the person is erased.",
  }),
}).openapi("Invoice");

export const creditAnswer = z.object({
  number: z.string().openapi({ example: "CN-2026-000001" }),
  type: z.literal("credit_note"),
  orderId: z.string(),
  reference: z.string().optional(),
  reason: z.enum(creditReasons),
  returnId: z.string().optional(),
  issuedOn: day,
  currency: z.string(),
  total: money,
  corrects: z.array(z.string()).openapi({ description: "Numbers of invoices." }),
  lines: z.array(z.object({
    line: z.int().min(1),
    sku: z.string(),
    quantity: z.int().min(0).openapi({
      description:
        "As the note says it: an amount off the price is 1 of that price, however many units it is off.",
    }),
    units: z.int().min(0).openapi({
      description:
        "How many are credited; 0 where an amount lowered their price: what is left of that can still be credited with them.",
    }),
    net: money,
    tax: money,
  })),
}).openapi("CreditNote");

const issuing = z.object({
  creditId: z.string().openapi({ pattern: "^crd_[0-9A-HJKMNP-TV-Z]{26}$" }),
  type: z.literal("credit_note"),
  status: z.enum(["issuing", "issued"]),
  channel: z.string().optional(),
  reference: z.string(),
  reason: z.enum(creditReasons),
  currency: z.string(),
});
const numbered = z.object({ number: z.string(), issuedOn: day, total: money });
export const standAloneCreditAnswer = issuing.extend({ status: z.literal("issued") }).extend(numbered.shape)
  .openapi("StandAloneCredit");
/** The same, that may have no number yet. */
export const standAloneCreditRead = issuing.extend(numbered.partial().shape).openapi("StandAloneCreditState");

export const refundAnswer = z.object({
  refundId: z.string().openapi({ pattern: "^rfn_[0-9A-HJKMNP-TV-Z]{42}$" }),
  orderId: z.string(),
  reference: z.string(),
  amount: money,
  currency: z.string(),
  method: z.string(),
  status: z.enum(["pending", "succeeded", "failed"]),
  returnId: z.string().optional(),
  creditNote: z.string().optional(),
  requestedAt: instant,
}).openapi("Refund");
