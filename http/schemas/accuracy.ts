import { z } from "@hono/zod-openapi";
import { estimateStages } from "../../projections/lanes/journey.ts";
import { cursor, limit, limitShape } from "./queries.ts";
import * as field from "./text.ts";
import { instantOf } from "./time.ts";

const day = z.string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && instantOf(`${text}T00:00:00Z`) !== undefined, {
    error: "must be a day, such as 2026-12-01",
  })
  .openapi({ format: "date" });
/** `ZZ`: nobody has said which. */
const place = z.literal("ZZ").or(field.country).openapi({ pattern: "^[A-Z]{2}$" });

/** The query of GET /v1/carriers/accuracy. */
export const accuracyQuery = z.object({
  carrier: field.carrier.optional(),
  origin: place.optional(),
  destination: place.optional(),
  stage: z.enum(estimateStages).optional(),
  from: day.optional().openapi({
    description: "The first day of deliveries; 28 days before `to` when absent.",
  }),
  to: day.optional().openapi({ description: "The last one, not before `from`; today when absent." }),
  by: z.enum(["lane", "day"]).default("lane").openapi({ description: "`day`: a row for each day, too." }),
  limit: limit.optional().openapi(limitShape),
  cursor: cursor.optional(),
});

const count = z.int().min(0);
export const accuracyAnswer = z.object({
  carrier: z.string(),
  service: z.string().optional(),
  origin: z.string().openapi({ description: "Country; `ZZ` where nobody has said." }),
  destination: z.string(),
  day: z.string().optional(),
  stage: z.enum(estimateStages).openapi({
    description:
      "Which estimate: the first, the one that stood when the carrier took the parcel, or the last before delivery.",
  }),
  source: z.string().openapi({
    description: "`carrier`: its own; `lane`: ours, from what it did there lately.",
  }),
  parcels: count,
  onTime: count.openapi({ description: "Delivered within the window; a day lasts until its end in UTC." }),
  early: count,
  late: count,
  errorHours: z.object({ p50: z.number(), p95: z.number() }).openapi({
    description: "How far off, either way. Counts are kept by bucket: at most so much.",
  }),
}).openapi("EstimateAccuracy");
