import { z } from "@hono/zod-openapi";
import * as field from "./text.ts";

export const documentLinesMax = 5_000;
export const safetyStockMax = 1_000;
const unitsMax = 1_000_000_000;

export const locationBody = z.object({
  name: field.requiredText(200),
  country: field.country,
  postalCode: field.text(32).optional(),
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  priority: z.int().min(0).max(1_000_000).nullable().default(null).openapi({
    description: "Where stock is taken from first: the lowest number; null comes last, ties by code.",
  }),
}).openapi("LocationInput");

export const skuBody = z.object({
  description: field.requiredText(500),
  barcode: field.text(64).optional(),
  taxCategory: field.text(64).optional(),
  stocked: z.boolean().default(true).openapi({
    description: "false: a service such as postage, of which there is no stock.",
  }),
  safetyStock: z.record(field.locationCode, z.int().min(0).max(unitsMax)).default({}).openapi({
    description: "Units per location that are never promised.",
    example: { LON1: 5 },
  }),
  backorderLimit: z.int().min(0).max(unitsMax).nullable().default(null).openapi({
    description: "How many units may be queued; null is no limit, 0 is never.",
  }),
  weightGrams: z.int().min(0).max(unitsMax).optional(),
}).openapi("SkuInput");

const deltaRule = `must be a whole number from -${unitsMax} to ${unitsMax}, and not 0`;

export const receiptBody = z.object({
  location: field.locationCode,
  reference: field.reference,
  lines: z.array(z.object({ sku: field.sku, quantity: field.quantity(unitsMax) }))
    .min(1, { error: "must have at least one line" }).max(documentLinesMax),
}).openapi("ReceiptInput");

export const adjustmentBody = z.object({
  location: field.locationCode,
  reference: field.reference,
  reason: field.requiredText(500),
  force: z.boolean().default(false).openapi({
    description: "Release claims by the shortfall rule instead of refusing.",
  }),
  lines: z.array(z.object({
    sku: field.sku,
    delta: z.number({ error: deltaRule }).int({ error: deltaRule }).min(-unitsMax, { error: deltaRule })
      .max(unitsMax, { error: deltaRule }).refine((delta) => delta !== 0, { error: deltaRule }),
  })).min(1, { error: "must have at least one line" }).max(documentLinesMax),
}).openapi("AdjustmentInput");
