import { z } from "@hono/zod-openapi";
import { type Disposition, dispositions, grades } from "../../actors/return/disposition.ts";
import { trackingStatuses } from "../../actors/parcel/status.ts";
import type { ReturnStatus } from "../../actors/return/return_state.ts";
import { isShipmentId } from "../order_id.ts";
import { orderLinesMax, orderQuantityMax } from "./order.ts";
import { cursor, limit } from "./queries.ts";
import { trackingNumber } from "./shipment.ts";
import * as field from "./text.ts";

const quantity = field.quantity(orderQuantityMax * orderLinesMax);
const oneLine = { error: "must have at least one line" };
const lines = z.array(z.object({ sku: field.sku, quantity })).min(1, oneLine).max(orderLinesMax);
const reference = field.reference.optional().openapi({
  description: "A natural key within the return: with one, no Idempotency-Key is needed.",
});

const arrivals = {
  rto: "`rto`: the carrier of that shipment has brought it back.",
  blind: "`blind`: without any paper; also what the order never shipped.",
} as const;
const arrived = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("rto").openapi({ description: arrivals.rto }),
    location: field.locationCode,
    shipmentId: z.string().refine(isShipmentId, { error: "must be the id of a shipment" }),
  }),
  z.object({
    kind: z.literal("blind").openapi({ description: arrivals.blind }),
    location: field.locationCode,
  }),
]).optional().openapi({ description: "Where the goods are, when nobody announced them." });

const parcel = { carrier: field.carrier, trackingNumber };

export const returnBody = z.object({
  reference: field.reference,
  reason: field.requiredText(500),
  lines,
  parcel: z.object(parcel).optional().openapi({ description: "In which they travel, where that is known." }),
  arrived,
}).refine((body) => body.parcel === undefined || body.arrived === undefined, {
  error: "must not be given for goods that are there already",
  path: ["parcel"],
}).openapi("ReturnInput");

export const returnReceiptBody = z.object({ location: field.locationCode, reference, lines })
  .openapi("ReturnReceiptInput");

const disposition = z.enum(dispositions as readonly [Disposition, ...Disposition[]]).openapi({
  description:
    "`restock`: for sale again. `restock_as`: for sale as the SKU `restockAs`. `refurbish`, `quarantine`: they stay, for sale to nobody. " +
    "`scrap`, `return_to_vendor`, `send_back` (to the customer): they leave.",
});
const grade = z.enum(grades).openapi({
  description: "A: as new, B: open box, C: to refurbish, D: scrap, Q: to be looked into.",
});
const judged = { sku: field.sku, quantity, grade, disposition };

export const gradingBody = z.object({
  reference,
  lines: z.array(
    z.object({
      ...judged,
      restockAs: field.sku.optional(),
      location: field.locationCode.optional().openapi({
        description: "Where they lie; absent: where such goods came to first.",
      }),
    }).refine((line) => (line.disposition === "restock_as") === (line.restockAs !== undefined), {
      error: "must be given with the disposition restock_as, and with no other",
      path: ["restockAs"],
    }),
  ).min(1, oneLine).max(orderLinesMax),
}).openapi("GradingInput");

export const returnsQuery = z.object({ limit, cursor: cursor.optional() });

const instant = z.string().openapi({ format: "date-time" });
const units = z.int().min(0);
const names = {
  returnId: z.string().openapi({ pattern: "^ret_[0-9A-HJKMNP-TV-Z]{42}$" }),
  orderId: z.string(),
};
const said = z.array(z.object({ sku: z.string(), quantity: units }));
const gradedLines = z.array(z.object({ ...judged, sku: z.string(), restockAs: z.string().optional() }));
const statuses = [
  "authorised",
  "in_transit",
  "received",
  "graded",
  "settled",
  "cancelled",
  "expired",
] as const satisfies readonly ReturnStatus[];

export const returnAuthorised = z.object({
  ...names,
  reference: z.string(),
  reason: z.string(),
  status: z.enum(["authorised", "received"]).openapi({
    description: "`received`: of goods that nobody announced, which are there already.",
  }),
  parcel: z.object({ carrier: z.string(), trackingNumber: z.string() }).optional(),
  arrived,
  lines: said,
  authorisedAt: instant,
}).openapi("ReturnAuthorised");

export const returnReceived = z.object({
  ...names,
  location: z.string(),
  lines: said,
  receivedAt: instant,
}).openapi("ReturnReceived");

export const returnGraded = z.object({ ...names, lines: gradedLines, gradedAt: instant }).openapi(
  "ReturnGraded",
);

export const returnAnswer = z.object({
  ...names,
  reference: z.string(),
  reason: z.string(),
  status: z.enum(statuses).openapi({
    description:
      "`in_transit`: its carrier has the parcel, and nothing was received of it yet. `received`: something came and is not graded yet. `graded`: all that came is, and more may come. `settled`: nothing more is expected.",
  }),
  parcel: z.object({
    ...{ carrier: z.string(), trackingNumber: z.string() },
    ...{ status: z.enum(trackingStatuses).optional(), subStatus: z.string().optional() },
    statusAt: instant.optional(),
  }).optional(),
  arrived,
  authorisedAt: instant,
  expiresAt: instant.openapi({ description: "By when the first of it has to come, or to be under way." }),
  lines: z.array(z.object({ sku: z.string(), quantity: units, received: units, ungraded: units })),
  graded: gradedLines,
}).openapi("Return");

export const acceptedReturn = z.object({ ...names, pending: z.string() }).openapi("AcceptedReturn");
