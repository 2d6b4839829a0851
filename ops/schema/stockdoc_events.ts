import { z } from "zod";
import type { StockDocEvent } from "../../actors/stockdoc/stockdoc_events.ts";
import { delta, eventsOf, fields, location, priority, sku, text, units } from "./shape.ts";

const skus = z.int().min(0).describe("How many SKUs");

/** The events of a stock document: a receipt or an adjustment over many SKUs. */
export const stockDocEventSchemas = eventsOf<StockDocEvent>()({
  "stock_document.opened@1": fields("A receipt or an adjustment came in.", {
    kind: z.enum(["receipt", "adjustment"]),
    location,
    reference: text,
    fingerprint: text,
    reason: text.optional(),
    force: z.boolean().optional(),
    lines: z.array(z.strictObject({ sku, delta })),
  }),
  "stock_document.located@1": fields("The location told its priority.", { priority }),
  "stock_document.asked@1": fields("So many SKUs were asked.", {
    step: z.enum(["hold", "apply", "release"]),
    skus,
  }),
  "stock_document.answered@1": fields("Some SKUs answered.", {
    skus,
    failed: z.array(z.strictObject({ sku, outcome: z.enum(["claimed", "below_zero"]), free: units })),
  }),
  "stock_document.settled@1": fields("All is applied, or nothing.", {
    status: z.enum(["received", "adjusted", "refused"]),
  }),
});
