import { z } from "zod";
import { delayReasons, type ParcelEvent } from "../../actors/parcel/parcel_events.ts";
import { scanParcel } from "./commands.ts";
import { eventsOf, fields, orderId, shipmentId, text, timeMs, trackingStatus } from "./shape.ts";

const standing = z.strictObject({ status: trackingStatus, subStatus: text.optional() });
const reason = z.enum(delayReasons);
const heardAtMs = timeMs.describe("When we were told");
const scan = scanParcel.shape.scans.element;

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
});
