import { z } from "zod";
import type { CreditEvent } from "../../actors/credit/credit_events.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import type { SeriesEvent } from "../../actors/series/series_events.ts";
import { issueCredit, reason, seller } from "./invoice_commands.ts";
import {
  currency,
  decimal,
  eventsOf,
  fields,
  orderId,
  schemaOf,
  sku,
  text,
  timestamp,
  units,
} from "./shape.ts";

const day = text.regex(/^\d{4}-\d{2}-\d{2}$/).describe("YYYY-MM-DD");
const hash = text.describe("SHA-256, hex");
const taxCategory = z.enum(["S", "Z", "E", "AE", "K", "G", "O"]).describe("UNCL5305");
const taxed = { net: decimal, tax: decimal, taxRate: decimal, taxCategory };
const numbered = { number: text, issuedOn: day };

const issuedDocument = schemaOf<IssuedDocument>()(fields("An invoice or credit note got its number.", {
  ...numbered,
  type: z.enum(["invoice", "credit_note"]),
  series: text,
  fiscalYear: z.int(),
  sequence: z.int().min(1),
  issuedAt: timestamp,
  seller: z.strictObject({ entity: text, hash }),
  previousHash: text.describe("Empty for the first of its series"),
  hash,
  source: text.describe("Why it exists: once for ever"),
  entity: text,
  channel: text.optional(),
  order: z.strictObject({ id: orderId, number: text, placedOn: day }).optional(),
  buyer: z.strictObject({ actor: text, mark: text.optional() }).optional()
    .describe("Where the party block lies in PERSONAL, and its keyed mark"),
  currency,
  pricesIncludeTax: z.boolean(),
  taxMode: z.enum(["document", "per_line"]),
  suppliedOn: day.optional(),
  lines: z.array(z.strictObject({
    ...taxed,
    line: z.int().min(1),
    sku: sku.optional(),
    description: text.optional(),
    quantity: units,
    unitPrice: decimal,
    discount: decimal,
    invoice: text.optional(),
  })),
  shipping: z.strictObject({ ...taxed, service: text.optional() }).optional(),
  taxes: z.array(z.strictObject({ category: taxCategory, rate: decimal, net: decimal, tax: decimal })),
  net: decimal,
  tax: decimal,
  total: decimal,
  paid: decimal.optional(),
  corrects: z.array(z.strictObject(numbered)).optional(),
  reason: reason.optional(),
  returnId: text.optional(),
}));

/** The events of the series of one selling entity. */
export const seriesEventSchemas = eventsOf<SeriesEvent>()({
  "series.seller_described@1": fields("What documents say of their seller from now on.", { seller, hash }),
  "series.document_issued@1": issuedDocument,
  "series.continued@1": fields("The log was restored: no number of before is given again.", {
    suffix: text.optional().describe("What numbers have behind the year from now on"),
    after: z.record(text, z.int().min(1)).optional().describe("The last number that counts as given"),
    ends: z.record(text, z.strictObject({ sequence: z.int().min(0), hash })),
  }),
});

const { type: _, ...requested } = issueCredit.shape;

/** The events of a credit without an order. */
export const creditEventSchemas = eventsOf<CreditEvent>()({
  "credit.requested@1": fields("A credit without an order was asked for.", requested),
  "credit.issued@1": fields("It got its number.", { ...numbered, total: decimal }),
  "credit.issued@2": fields("It got its number; with what it is known by.", {
    ...{ ...numbered, total: decimal },
    ...issueCredit.pick({ channel: true, reference: true, currency: true }).shape,
  }),
});
