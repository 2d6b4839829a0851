import { z } from "@hono/zod-openapi";
import { placeIn } from "../../projections/invoices/invoice_queries.ts";
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
  to: day.optional().openapi({ description: "Issued on this day or earlier.", example: "2099-11-30" }),
  limit,
  cursor: cursor.optional(),
});
export type InvoicesQuery = z.output<typeof invoicesQuery>;
