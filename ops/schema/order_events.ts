import { z } from "zod";
import type { OrderEvent } from "../../actors/order/events.ts";
import type { OrderMoneyEvent } from "../../actors/order/money_events.ts";
import { cancelOrder, placeOrder, recordPayment, shipOrder } from "./commands.ts";
import { gradedLines, returnGoods } from "./return_schemas.ts";
import {
  eventsOf,
  fields,
  holdId,
  location,
  parts,
  returnId,
  shipmentId,
  sku,
  text,
  timeMs,
  trackingStatus,
  units,
} from "./shape.ts";

const attempt = z.int().min(1).describe("Numbers the hold that the order asks every SKU for");
const line = z.int().min(1).describe("1, 2, 3 … in the order's own sequence");
const shortages = z.array(z.strictObject({ line, sku, requested: units, available: units }));
const quantities = z.array(z.strictObject({ sku, quantity: units }));
const granted = {
  attempt,
  lines: z.array(z.strictObject({
    line,
    parts,
    queued: units.optional(),
    cancelled: units.optional(),
    service: z.literal(true).optional(),
  })),
};
const moved = { lines: z.array(z.strictObject({ line, attempt, parts })) };
const payment = { reference: text, fingerprint: text };
const held = z.strictObject({
  kind: z.literal("held"),
  sku,
  hold: holdId,
  parts,
  queued: units,
  service: z.boolean(),
});
const refused = z.strictObject({
  kind: z.literal("refused"),
  sku,
  hold: holdId,
  requested: units,
  available: units,
});
const timerDue = z.strictObject({ type: z.literal("timer"), name: text, dueMs: timeMs });
const refusal = z.strictObject({
  reason: z.enum([
    "order-closed",
    "payment-captured",
    "already-shipped",
    "not-allocated",
    "nothing-invoiced",
    "credit-exceeds-invoice",
    "refund-exceeds-captured",
    "exceeds-shipped",
  ]),
  detail: text,
  errors: z.array(z.object({ pointer: text, detail: text }).catchall(z.unknown())).optional(),
});
const beyond = z.array(z.strictObject({ sku, quantity: units })).optional().describe(
  "Units without paper that the order did not ship: no line of it counts them",
);
const { type: _____, lines: ______, ...announced } = returnGoods.shape;
const by = announced.by;
const returning = z.array(z.strictObject({
  line,
  sku,
  quantity: units,
  returning: units.describe("Of the line, in all returns, after this"),
}));
const { type: _, ...placement } = placeOrder.shape;
const { type: __, ...handover } = shipOrder.shape;
const { fingerprint: ___, lines: ____, ...shipment } = handover;
const timedShip = z.strictObject({ ...shipOrder.shape, atMs: timeMs });
const awaited = z.array(z.strictObject({ sku, attempt, quantity: units }));

/** The events of an order, from its placing to its end. */
export const orderEventSchemas = eventsOf<Exclude<OrderEvent, OrderMoneyEvent>>()({
  "order.placed@1": fields("The order came in.", {
    ...placement,
    attempt,
    taxMode: z.enum(["document", "per_line"]).describe("Tax is rounded once per rate, or once per line"),
    deadlineMs: timeMs.optional(),
  }),
  "order.stock_answered@1": fields("Some SKUs answered, others are missing.", {
    attempt,
    answers: z.array(z.union([held, refused])),
  }),
  "order.reserved@1": fields("All stock is held, the money is not there yet.", {
    ...granted,
    deadlineMs: timeMs,
  }),
  "order.confirmed@1": fields("Paid and at least partly allocated.", granted),
  "order.backordered@1": fields("Paid, and all of it waits for goods.", granted),
  "order.reallocated@1": fields("Lost units are claimed or queued again.", granted),
  "order.rejected@1": fields("Refused for want of stock; nothing is held.", { attempt, shortages }),
  "order.stock_asked@1": fields("Stock is asked for again under a new attempt.", {
    attempt,
    why: z.enum(["paid", "lost"]),
    asked: quantities,
  }),
  "order.held@1": fields("A person has to decide.", { attempt, reason: z.literal("stock_lost"), shortages }),
  "order.payment_captured@1": fields("The money is there.", payment),
  "order.payment_failed@1": fields("The payment failed.", payment),
  "order.cancelled@1": fields("The whole order ended.", { reason: z.literal("payment_failed") }),
  "order.expired@1": fields("The money did not come in time.", { deadlineMs: timeMs }),
  "order.closed@1": fields("All was delivered, its return window is over, and nothing of it is open.", {
    windowEndedMs: timeMs,
    atMs: timeMs,
  }),
  "order.cancel_requested@1": fields("Someone asked to cancel; SKUs are told to give back.", {
    request: text,
    fingerprint: text,
    reason: text,
    lines: quantities.optional(),
    awaited,
  }),
  "order.lines_cancelled@1": fields("Units are cancelled.", {
    answered: z.array(z.strictObject({ sku, attempt })),
    lines: z.array(z.strictObject({
      line,
      quantity: units,
      attempt: attempt.optional(),
      parts: parts.optional(),
      dequeued: units.optional(),
    })),
  }),
  "order.backorder_filled@1": fields("Queued units got goods.", moved),
  "order.claim_lost@1": fields("Claimed units are gone.", moved),
  "order.refused@1": fields(
    "A keyed command was refused; the answer is remembered.",
    {
      topic: text,
      fingerprint: text,
      rejection: refusal,
    },
  ),
  "order.command_deferred@1": fields("A command waits until the SKUs have answered.", {
    command: z.union([recordPayment, cancelOrder, timedShip, timerDue]),
  }),
  "order.command_resumed@1": fields("The oldest deferred command is decided now.", { left: units }),
  "order.shipment_requested@1": fields("A parcel is to leave; SKUs are told to bind its units.", {
    ...handover,
    atMs: timeMs,
    awaited,
  }),
  "order.shipment_answered@1": fields("Some SKUs answered a shipment, others are missing.", {
    shipment: shipmentId,
    packed: z.array(z.strictObject({ sku, attempt })),
    short: z.array(z.strictObject({ sku, attempt, allocated: units })),
  }),
  "order.shipped@1": fields("A parcel left.", {
    ...shipment,
    atMs: timeMs.describe("When it was handed over"),
    lines: z.array(z.strictObject({
      line,
      sku,
      quantity: units.describe("In this parcel"),
      shipped: units.describe("Of the line, this parcel included"),
      from: z.array(z.strictObject({ attempt, quantity: units })).describe("By hold; none for a service"),
    })),
  }),
  "order.shipment_failed@1": fields("Some SKU could not bind its units; nothing left.", {
    shipment: shipmentId,
    reference: text,
    rejection: refusal,
  }),
  "order.parcel_moved@1": fields("The carrier said something new of a parcel.", {
    shipment: shipmentId,
    status: trackingStatus,
    subStatus: text.optional(),
    atMs: timeMs,
    version: z.int().min(1).describe("The parcel's own count of its changes"),
  }),
  "order.return_requested@1": fields("Goods may come back; their return is asked to begin.", {
    ...announced,
    atMs: timeMs,
    lines: returning,
    beyond,
  }),
  "order.return_authorised@1": fields("The return has begun: its goods may come.", {
    return: returnId,
    atMs: timeMs,
  }),
  "order.return_received@1": fields("Goods came back, and wait for an inspection.", {
    return: returnId,
    location,
    lines: z.array(z.strictObject({
      line,
      sku,
      quantity: units,
      returned: units.describe("Of the line, in all returns, this receipt included"),
    })),
    beyond,
    by,
    atMs: timeMs,
  }),
  "order.return_graded@1": fields("It was decided what becomes of goods that came back.", {
    return: returnId,
    lines: gradedLines,
    by,
    atMs: timeMs,
  }),
  "order.return_ended@1": fields("Nothing more of the return comes.", {
    return: returnId,
    status: z.enum(["settled", "cancelled", "expired"]),
    lines: returning.describe("What never came, and may be returned again"),
    by: by.optional(),
    atMs: timeMs,
  }),
});
