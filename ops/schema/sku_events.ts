import { z } from "zod";
import type { SkuEvent } from "../../actors/sku/sku_events.ts";
import {
  delta,
  eventsOf,
  fields,
  holdId,
  location,
  orderId,
  parts,
  priority,
  text,
  timeMs,
  units,
} from "./shape.ts";

const bucket = z.enum(["sellable", "qualityControl", "quarantine", "refurbish", "damaged"]);
const arrival = z.enum(["sellable", "qualityControl"]);
const aside = { aside: text, reason: z.enum(["manual", "count", "suspect", "adjustment"]), over: units };
const claim = z.enum(["reserved", "allocated"]);
const owned = { hold: holdId, order: orderId };
const ownedParts = { ...owned, parts };
const placed = { location, quantity: units };
const moved = { ...owned, ...placed };
const parcelled = { ...moved, parcel: text };
const kitted = { ...placed, kit: text, role: z.enum(["component", "kit"]) };
const etaMs = timeMs.nullable();
const supply = { ...placed, supply: text, etaMs, promisable: z.boolean() };

/** The events of a SKU: where its goods are, and who claims them. */
export const skuEventSchemas = eventsOf<SkuEvent>()({
  "sku.described@1": fields("The SKU is described anew.", {
    description: text,
    barcode: text.optional(),
    taxCategory: text.optional(),
    stocked: z.boolean(),
    backorderLimit: units.nullable(),
    weightGrams: z.number().optional(),
  }),
  "safety_stock.revised@1": fields("Some locations keep another safety stock.", {
    levels: z.array(z.strictObject({ location, quantity: units, delta })),
  }),
  "location.revised@1": fields("A location's priority changed.", { location, priority }),
  "supply.expected@1": fields("Goods are on their way.", supply),
  "supply.revised@1": fields("What is on its way changed.", { ...supply, delta }),
  "goods.received@1": fields("Goods arrived.", {
    ...placed,
    doc: text,
    bucket: arrival,
    expected: z.strictObject({ supply: text, quantity: units }).optional(),
    priority: priority.optional(),
  }),
  "qc.passed@1": fields("Inspected goods are good.", { ...placed, reference: text }),
  "qc.failed@1": fields("Inspected goods are not good.", {
    ...placed,
    to: z.enum(["damaged", "quarantine", "refurbish"]),
    grade: text,
    reference: text,
  }),
  "stock.reserved@1": fields("Units are held for an order.", {
    ...ownedParts,
    deadlineMs: timeMs.optional(),
  }),
  "reservation.released@1": fields("Held units are free again.", { ...ownedParts, reason: text }),
  "reservation.expired@1": fields("Held units are free again: the time is up.", ownedParts),
  "reservation.confirmed@1": fields("A hold is firm: its units are allocated.", {
    ...ownedParts,
    queued: units,
  }),
  "stock.allocated@1": fields("Units are allocated to an order.", ownedParts),
  "allocation.released@1": fields("Allocated units are free again.", { ...ownedParts, reason: text }),
  "units.picked@1": fields("Units are in a tote.", moved),
  "units.unpicked@1": fields("Units are back on the shelf.", moved),
  "pick.short@1": fields("Units were not where they should be.", { ...moved, aside: text }),
  "parcel.packed@1": fields("Units are in a closed parcel.", parcelled),
  "parcel.unpacked@1": fields("Units left the parcel.", parcelled),
  "stock.packed@1": fields("Allocated units are bound for a shipment.", parcelled),
  "stock.unpacked@1": fields("The shipment did not come about: the units are allocated again.", parcelled),
  "parcel.handed_over@1": fields("A parcel left with its carrier.", parcelled),
  "backorder.queued@1": fields("Units are queued until goods come.", { ...owned, quantity: units }),
  "backorder.filled@1": fields("Queued units got goods.", { ...ownedParts, claim }),
  "backorder.dequeued@1": fields("Queued units are wanted no more.", {
    ...owned,
    quantity: units,
    reason: text,
  }),
  "transfer.dispatched@1": fields("Goods left for another location.", {
    ...placed,
    transfer: text,
    to: location,
    etaMs,
    claim: z.strictObject(owned).nullable(),
  }),
  "transfer.received@1": fields("Transferred goods arrived.", { ...placed, transfer: text, bucket: arrival }),
  "return.received@1": fields("Returned goods arrived.", { ...placed, return: text }),
  "return.graded@1": fields("Returned goods are graded.", {
    ...placed,
    return: text,
    grade: text,
    to: bucket.nullable(),
  }),
  "count.posted@1": fields("Stock was counted.", {
    count: text,
    location,
    bucket,
    counted: units,
    expected: delta,
    delta,
  }),
  "stock.adjusted@1": fields("Stock was set right, with a reason and a document.", {
    location,
    bucket,
    delta,
    reason: text,
    doc: text,
    priority: priority.optional(),
  }),
  "stock.moved@1": fields("Units moved between buckets.", {
    ...placed,
    from: bucket,
    to: bucket,
    reason: text,
    reference: text,
  }),
  "stock.held@1": fields("Units are set aside without an order.", { ...placed, ...aside }),
  "hold.lifted@1": fields("Units that were set aside are free again.", { ...placed, ...aside }),
  "kit.assembled@1": fields("A kit was put together.", kitted),
  "kit.broken@1": fields("A kit was taken apart.", kitted),
  "stock.shortfall_detected@1": fields(
    "More had to go than was free: claims are lost by the events that follow.",
    {
      ...placed,
      reason: text,
      reference: text,
    },
  ),
  "claim.lost@1": fields("A shortfall took units away from an order.", {
    ...ownedParts,
    claim,
    reason: text,
  }),
});
