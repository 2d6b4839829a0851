import { z } from "zod";
import { type Disposition, dispositions, grades } from "../../actors/return/disposition.ts";
import type {
  EndReturn,
  GradeReturn,
  ReceiveReturn,
  ReturnGoods,
} from "../../actors/return/return_commands.ts";
import type { ReturnEvent } from "../../actors/return/return_events.ts";
import {
  eventsOf,
  fields,
  fingerprint,
  location,
  orderId,
  priority,
  request,
  returnId,
  schemaOf,
  shipmentId,
  sku,
  text,
  timeMs,
  trackingStatus,
  units,
} from "./shape.ts";

/** The commands to returns and about them, and their events. */

const by = text.describe("The id of the API key");
const lines = z.array(z.strictObject({ sku, quantity: units }));
const judged = {
  sku,
  quantity: units,
  grade: z.enum(grades).describe("A as new, B open box, C to refurbish, D scrap, Q quarantine"),
  disposition: z.enum(dispositions as readonly [Disposition, ...Disposition[]]),
  restockAs: sku.optional().describe("What they are sold as from now on"),
};
export const gradedLines = z.array(z.strictObject(judged));

const parcel = z.strictObject({ carrier: text, trackingNumber: text }).optional().describe(
  "In which they travel",
);
const arrived = z.union([
  z.strictObject({ kind: z.literal("rto"), location, shipment: shipmentId }),
  z.strictObject({ kind: z.literal("blind"), location }),
]).optional().describe("Present when nobody announced them: they are there already");

export const returnGoods = schemaOf<ReturnGoods>()(fields("Says that goods of the order are to come back.", {
  type: z.literal("return"),
  fingerprint,
  return: returnId,
  reference: text,
  reason: text,
  lines,
  parcel,
  arrived,
  by,
}));
export const receiveReturn = schemaOf<ReceiveReturn>()(fields("Says that goods of a return have come.", {
  type: z.literal("receive"),
  fingerprint,
  request,
  location,
  lines,
  by,
}));
export const gradeReturn = schemaOf<GradeReturn>()(fields("Says what is made of goods that have come.", {
  type: z.literal("grade"),
  fingerprint,
  request,
  lines: z.array(z.strictObject({
    ...judged,
    location: location.optional().describe("Absent: where such goods came to first"),
  })),
  by,
}));
const ending = { fingerprint, request, by };
export const endReturn = schemaOf<EndReturn>()(fields("Ends a return: nothing more is to come.", {
  type: z.enum(["cancel", "settle"]),
  ...ending,
}));

const operation = z.int().min(1).describe("1, 2, 3 … within the return");
const asked = { operation, request, fingerprint, by, atMs: timeMs };
const moved = { sku, location, quantity: units };
const short = z.array(z.strictObject({ move: z.int().min(0), there: units })).describe(
  "What could not be moved, because no more than this was there",
);
const rejection = <Reason extends string>(reasons: readonly [Reason, ...Reason[]]) =>
  z.strictObject({
    reason: z.enum(reasons),
    detail: text,
    errors: z.array(z.object({ pointer: text, detail: text }).catchall(z.unknown())).optional(),
  });

/** The events of a return, from its authorisation to its end. */
export const returnEventSchemas = eventsOf<ReturnEvent>()({
  "order_return.authorised@1": fields("Goods may come back.", {
    order: orderId,
    reference: text,
    reason: text,
    lines,
    parcel,
    arrived,
    by,
    atMs: timeMs,
    expiresAtMs: timeMs.describe("By when the first of it has to come"),
  }),
  "order_return.parcel_moved@1": fields("The carrier says something else of its parcel.", {
    status: trackingStatus,
    subStatus: text.optional(),
    atMs: timeMs,
    version: z.int().min(1).describe("The parcel's own count of its changes"),
  }),
  "order_return.receipt_asked@1": fields("Goods came; the location and their SKUs are told.", {
    ...asked,
    location,
    lines,
  }),
  "order_return.grading_asked@1": fields("Goods are graded; their SKUs are told.", {
    ...asked,
    lines: gradedLines,
    moves: z.array(z.strictObject({ ...moved, line: z.int().min(0).describe("Index into lines") })),
  }),
  "order_return.located@1": fields("A location told its priority.", { operation, location, priority }),
  "order_return.answered@1": fields("Some SKUs answered, others are missing.", {
    operation,
    answered: units,
    short,
  }),
  "order_return.restock_asked@1": fields("Units left their SKU; the one they are sold as is told.", {
    operation,
    short,
  }),
  "order_return.received@1": fields("Every SKU has what came.", {
    operation,
    location,
    lines,
    by,
    atMs: timeMs,
  }),
  "order_return.graded@1": fields("Every SKU has done what the grading says.", {
    operation,
    lines: gradedLines,
    left: z.array(z.strictObject(moved)).describe("Still to be graded"),
    rejection: rejection(["not-in-quality-control"]).optional(),
    by,
    atMs: timeMs,
  }),
  "order_return.ended@1": fields("Nothing more comes.", {
    status: z.enum(["settled", "cancelled", "expired"]),
    lines: lines.describe("What never came"),
    by: by.optional(),
    request: request.optional(),
    fingerprint: fingerprint.optional(),
    atMs: timeMs,
  }),
  "order_return.refused@1": fields("A request was refused; the answer is remembered.", {
    request,
    fingerprint,
    rejection: rejection([
      "exceeds-authorised",
      "exceeds-received",
      "return-closed",
      "return-received",
      "return-ungraded",
    ]),
  }),
});
