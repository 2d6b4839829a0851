import { z } from "zod";
import type {
  CreditOrder,
  DescribeSeller,
  IssueCredit,
  RefundOrder,
  SettleRefund,
} from "../../actors/money_commands.ts";
import { creditReasons } from "../../actors/series/document.ts";
import type { Seller } from "../../actors/series/seller.ts";
import { currency, decimal, fields, fingerprint, schemaOf, sku, text, units } from "./shape.ts";

/** Commands about money: credits, refunds, and who sells. */

export const by = text.describe("Id of the API key");
export const reason = z.enum(creditReasons);
const returnId = text.optional().describe("The return that it follows from");

export const creditOrder = schemaOf<CreditOrder>()(fields("Credits what was invoiced of an order.", {
  type: z.literal("credit"),
  fingerprint,
  reference: text,
  reason,
  lines: z.array(z.strictObject({ sku, quantity: units, line: z.int().min(1).optional() })).optional(),
  amount: decimal.optional().describe("With tax; off the lines, or off all that is left"),
  returnId,
  by,
}));

export const refundOrder = schemaOf<RefundOrder>()(fields("Pays money back to the customer.", {
  type: z.literal("refund"),
  fingerprint,
  refund: text.describe("rfn_ and what it is derived from: order and reference"),
  reference: text,
  amount: decimal,
  method: text,
  returnId,
  creditNote: text.optional().describe("Number of the credit note that it pays out"),
  by,
}));

export const settleRefund = schemaOf<SettleRefund>()(fields("Says what became of a refund.", {
  type: z.literal("refund.settle"),
  refund: text,
  status: z.enum(["succeeded", "failed"]),
  by,
}));

export const seller = schemaOf<Seller>()(fields("The legal entity that sells, as its documents have it.", {
  entity: text,
  name: text,
  address: z.strictObject({
    line1: text.optional(),
    line2: text.optional(),
    city: text.optional(),
    postalCode: text.optional(),
    region: text.optional(),
    country: text.describe("ISO 3166-1 alpha-2"),
  }),
  vatId: text.optional(),
  taxId: text.optional(),
  registration: text.optional(),
  email: text.optional(),
  phone: text.optional(),
  bank: z.strictObject({ accountName: text.optional(), iban: text, bic: text.optional() }).optional(),
  legalText: text.optional(),
  exemptions: z.record(z.string(), text).optional().describe("Why tax is not charged, by its category"),
  language: text,
  timeZone: text.describe("IANA"),
  fiscalYearStartMonth: z.int().min(1).max(12),
  prefixes: z.strictObject({ invoice: text, creditNote: text }),
}));

export const describeSeller = schemaOf<DescribeSeller>()(fields("Says who sells.", {
  type: z.literal("describe"),
  seller,
}));

export const issueCredit = schemaOf<IssueCredit>()(fields("Credits a sale that is not known here.", {
  type: z.literal("issue_credit"),
  fingerprint,
  credit: text.describe("crd_ and what it is derived from: channel and reference"),
  entity: text,
  channel: text.optional(),
  reference: text,
  reason,
  currency,
  pricesIncludeTax: z.boolean(),
  taxMode: z.enum(["document", "per_line"]),
  personal: z.boolean(),
  customerMark: text.optional(),
  lines: z.array(z.strictObject({
    sku: sku.optional(),
    description: text.optional(),
    quantity: units,
    unitPrice: decimal,
    taxRate: decimal,
  })),
  by,
}));
