import { z } from "zod";
import { caseEnds, casePriorities } from "../../actors/parcel/case_events.ts";
import { customerRequestKinds } from "../../actors/commands.ts";
import { delayReasons, type ParcelEvent } from "../../actors/parcel/parcel_events.ts";
import { scanParcel, tellLane } from "./parcel_commands.ts";
import { eventsOf, fields, orderId, returnId, shipmentId, text, timeMs, trackingStatus } from "./shape.ts";

const standing = z.strictObject({ status: trackingStatus, subStatus: text.optional() });
const reason = z.enum(delayReasons);
const heardAtMs = timeMs.describe("When we were told");
const kind = z.enum(customerRequestKinds);
const scan = scanParcel.shape.scans.element;

const caseId = text.startsWith("case_").describe("case_ and the parcel's key with the case's number");
const priority = z.enum(casePriorities);
const person = {
  request: text.describe("Names the request by its Idempotency-Key"),
  fingerprint: text,
  by: text.describe("The API key"),
};

/** The events of a parcel: what its carrier said, and what that means. */
export const parcelEventSchemas = eventsOf<ParcelEvent>()({
  "parcel.registered@1": fields("A shipment travels in the parcel.", {
    order: orderId,
    shipment: shipmentId,
    token: text.describe("What the tracking page is asked for by"),
    handedOverAtMs: timeMs,
    service: text.optional(),
    promisedMs: timeMs.optional(),
    anew: z.literal(true).optional().describe("The number had been another parcel's"),
  }),
  "parcel.followed@1": fields("Goods that come back travel in the parcel.", {
    return: returnId,
    atMs: timeMs,
  }),
  "parcel.scanned@1": fields("The carrier told of scans that were not known.", {
    source: text.describe("Which callback"),
    heardAtMs,
    checkpoints: z.array(z.strictObject({ ...scan.shape, hash: text.describe("Names the scan") })),
  }),
  "parcel.estimate_changed@1": fields("The carrier expects to deliver it at another time.", {
    from: text,
    to: text,
    source: text,
    heardAtMs,
  }),
  "parcel.moved@1": fields("The status changed.", {
    move: z.int().min(1).describe("Counts these changes"),
    from: standing,
    to: standing,
    atMs: timeMs,
  }),
  "parcel.delayed@1": fields("The parcel is late.", {
    reason,
    sinceMs: timeMs,
    revised: text.optional().describe("The day on which it is expected now"),
  }),
  "parcel.delay_cleared@1": fields("The parcel is no longer late for that reason.", { reason, atMs: timeMs }),
  "parcel.expired@1": fields("Nothing was heard of it for so long that nobody waits.", { atMs: timeMs }),
  "parcel.scans_corrected@1": fields("Known scans mean something else than was understood.", {
    source: text.describe("Which replay"),
    correctedAtMs: timeMs,
    corrections: z.array(z.strictObject({
      was: text.describe("The hash of the scan as it was kept"),
      checkpoint: z.strictObject({ ...scan.shape, hash: text }),
    })),
  }),
  "parcel.lane_told@1": fields("On which lane it travels, and what its carrier did there lately.", {
    lane: tellLane.shape.lane,
    figures: tellLane.shape.figures,
    rules: tellLane.shape.rules,
    cases: tellLane.shape.cases,
    atMs: timeMs,
  }),
  "parcel.case_opened@1": fields("A problem of the parcel needs a person.", {
    case: caseId,
    number: z.int().min(1).describe("Counts the cases of the parcel"),
    problem: text.describe("delayed/<reason>, <status> or <status>/<sub-status>"),
    episode: z.number().describe("Which time the parcel has this problem"),
    description: text,
    team: text,
    priority,
    dueAtMs: timeMs,
    order: orderId,
    shipment: shipmentId,
    atMs: timeMs,
  }),
  "parcel.case_noted@1": fields("Somebody wrote something down; the text lies in PERSONAL.", {
    case: caseId,
    ...person,
    note: text.describe("The id of the note, and of the command that brought it"),
    personal: z.literal(true),
    atMs: timeMs,
  }),
  "parcel.case_changed@1": fields("A person gave the case to others, or changed how soon it is due.", {
    case: caseId,
    ...person,
    team: text.optional(),
    priority: priority.optional(),
    dueAtMs: timeMs.optional(),
    atMs: timeMs,
  }),
  "parcel.case_closed@1": fields("The problem is gone, or a person said so.", {
    case: caseId,
    request: person.request.optional(),
    fingerprint: person.fingerprint.optional(),
    by: person.by.optional(),
    reason: z.enum(caseEnds),
    atMs: timeMs,
  }),
  "parcel.customer_asked@1": fields("The receiver asked the shop for something.", {
    request: text.describe("Names the request"),
    kind,
    order: orderId,
    shipment: shipmentId,
    personal: z.literal(true).describe("The words lie in PERSONAL, under the causing command"),
    atMs: timeMs,
  }),
  "parcel.customer_answered@1": fields("The shop said what became of a receiver's request.", {
    request: text,
    kind,
    shipment: shipmentId,
    outcome: z.enum(["done", "declined"]),
    atMs: timeMs,
  }),
});
