import { z } from "@hono/zod-openapi";
import { caseOutcomes, casePriorities } from "../../actors/parcel/case_events.ts";
import { isOrderId } from "../order_id.ts";
import { cursor, limit } from "./queries.ts";
import * as field from "./text.ts";
import { time } from "./time.ts";

const teamRule = "must be a team's name: 1 to 32 of a-z, 0-9, _ and -, such as customer_service";
const team = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, { error: teamRule })
  .openapi({ example: "customer_service" });
const priority = z.enum(casePriorities);
export const noteCharsMax = 4_000;

/** The query of GET /v1/cases. */
export const casesQuery = z.object({
  state: z.enum(["open", "closed"]).optional(),
  team: team.optional(),
  priority: priority.optional(),
  carrier: field.carrier.optional(),
  orderId: z.string().refine(isOrderId, { error: "must be the id of an order" }).optional(),
  dueBefore: time.optional().openapi({ example: "2099-12-24T12:00:00Z" }),
  limit,
  cursor: cursor.optional(),
});

export const noteBody = z.object({ text: field.requiredText(noteCharsMax) }).openapi("CaseNoteInput");

export const assignBody = z.object({
  team: team.optional(),
  priority: priority.optional(),
  dueAt: time.optional(),
}).refine(
  ({ team, priority, dueAt }) => team !== undefined || priority !== undefined || dueAt !== undefined,
  {
    error: "must name a team, a priority or a due date",
  },
).openapi("CaseAssignment");

export const closeBody = z.object({
  outcome: z.enum(caseOutcomes).default("resolved"),
}).openapi("CaseClosing");

const instant = z.string().openapi({ format: "date-time" });

export const caseAnswer = z.object({
  caseId: z.string().openapi({ pattern: "^case_[A-Za-z0-9_-]+$" }),
  state: z.enum(["open", "closed"]),
  problem: z.string().openapi({
    description: "`delayed/<reason>`, or a status of the parcel with its sub-status.",
    example: "exception/address_issue",
  }),
  description: z.string(),
  team: z.string(),
  priority,
  dueAt: instant,
  openedAt: instant,
  closedAt: instant.optional(),
  closeReason: z.enum(["cleared", ...caseOutcomes]).optional(),
  carrier: z.string(),
  trackingNumber: z.string(),
  shipmentId: z.string(),
  orderId: z.string(),
  channel: z.string().optional(),
  orderNumber: z.string().optional(),
  customerReference: z.string().optional().openapi({ description: "The order's `customer.id`." }),
  notes: z.int().min(0).openapi({ description: "How many there are." }),
}).openapi("Case");

export const caseWithNotes = caseAnswer.omit({ notes: true }).extend({
  notes: z.array(z.object({
    noteId: z.string(),
    at: instant,
    by: z.string().openapi({ description: "The API key." }),
    text: z.string().optional().openapi({
      description: "Absent until it is copied, and once the person it speaks of is erased.",
    }),
  })).openapi({ description: "Oldest first." }),
}).openapi("CaseWithNotes");

export const caseChanged = caseAnswer.pick({
  caseId: true,
  state: true,
  team: true,
  priority: true,
  dueAt: true,
}).extend({ noteId: z.string().optional() }).openapi("CaseChanged");
