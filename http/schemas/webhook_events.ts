import { refundAnswer } from "./invoice_answers.ts";
import { z } from "@hono/zod-openapi";
import { caseEnds, casePriorities } from "../../actors/parcel/case_events.ts";
import { delayReasons } from "../../actors/parcel/parcel_events.ts";
import { trackingStatuses } from "../../actors/parcel/status.ts";
import { type Disposition, dispositions, grades } from "../../actors/return/disposition.ts";
import { type PublicEvent, typeOf } from "../../projections/webhooks/catalogue.ts";
import { orderStatuses } from "../../actors/order/order_view.ts";

/** What endpoints are sent, as the reference describes it; tests hold real messages against it. */

const instant = z.string().openapi({ format: "date-time" });

const orderData = z.strictObject({
  orderId: z.string(),
  channel: z.string(),
  orderNumber: z.string(),
  status: z.enum(orderStatuses).openapi({ description: "Right after it happened." }),
  payment: z.enum(["captured", "pending", "failed"]),
  currency: z.string(),
  net: z.string(),
  tax: z.string(),
  total: z.string(),
  placedAt: instant,
  holdReason: z.string().optional(),
  expiresAt: instant.optional(),
}).openapi("OrderEventData");

const reason = z.enum(delayReasons);
const shipmentData = z.strictObject({
  shipmentId: z.string(),
  orderId: z.string(),
  channel: z.string(),
  orderNumber: z.string(),
  reference: z.string(),
  location: z.string(),
  carrier: z.string(),
  service: z.string().optional(),
  trackingNumber: z.string(),
  trackingToken: z.string(),
  trackingUrl: z.string().optional().openapi({
    description: "The customer's page, where its address is configured.",
  }),
  handedOverAt: instant,
  status: z.enum(trackingStatuses),
  subStatus: z.string().optional(),
  statusAt: instant,
  delayed: z.strictObject({ reason, since: instant, revised: z.string().optional() }).optional(),
  delayCleared: z.strictObject({ reason, at: instant }).optional(),
}).openapi("ShipmentEventData");

const caseData = z.strictObject({
  caseId: z.string(),
  state: z.enum(["open", "closed"]),
  problem: z.string(),
  description: z.string(),
  team: z.string().optional(),
  priority: z.enum(casePriorities).optional(),
  dueAt: instant.optional(),
  closeReason: z.enum(caseEnds).optional(),
  closedAt: instant.optional(),
  orderId: z.string(),
  channel: z.string(),
  orderNumber: z.string(),
  shipmentId: z.string(),
  carrier: z.string(),
  trackingNumber: z.string(),
  openedAt: instant,
}).openapi("CaseEventData");

const returnData = z.strictObject({
  returnId: z.string(),
  orderId: z.string(),
  channel: z.string(),
  orderNumber: z.string(),
  reference: z.string(),
  reason: z.string(),
  location: z.string().optional().openapi({ description: "Where they came to." }),
  lines: z.array(z.strictObject({
    sku: z.string(),
    quantity: z.int().min(1),
    grade: z.enum(grades).optional(),
    disposition: z.enum(dispositions as readonly [Disposition, ...Disposition[]]).optional(),
    restockAs: z.string().optional(),
  })),
  at: instant,
}).openapi("ReturnEventData");

const documentData = z.strictObject({
  number: z.string(),
  orderId: z.string(),
  channel: z.string(),
  orderNumber: z.string(),
  issuedOn: z.string().openapi({ format: "date" }),
  currency: z.string(),
  total: z.string(),
}).openapi("DocumentEventData");
const standAloneData = documentData.omit({ orderId: true, orderNumber: true }).extend({
  creditId: z.string().openapi({ description: "Read it as `/v1/credits/{creditId}`." }),
  channel: z.string().optional(),
  reference: z.string().openapi({ description: "What it was asked for under." }),
}).openapi("StandAloneCreditEventData");

const refundData = refundAnswer.extend({ channel: z.string(), orderNumber: z.string() }).strict()
  .openapi("RefundEventData");

const testData = z.strictObject({ endpointId: z.string() }).openapi("WebhookTestData");
const disabledData = z.strictObject({
  endpointId: z.string(),
  url: z.string(),
  reason: z.enum(["gone", "failing"]),
  detail: z.string(),
}).openapi("WebhookDisabledData");

function dataOf(name: string): z.ZodType {
  if (name === "webhook.test") return testData;
  if (name === "webhook.disabled") return disabledData;
  if (name.startsWith("case.")) return caseData;
  if (name.startsWith("return.")) return returnData;
  if (name.startsWith("credit.")) return z.union([documentData, standAloneData]);
  if (name.startsWith("invoice.")) return documentData;
  if (name.startsWith("refund.")) return refundData;
  return name.startsWith("shipment.") ? shipmentData : orderData;
}

/** The whole message. */
export const eventSchema = (event: Pick<PublicEvent, "name" | "version">) =>
  z.strictObject({
    specversion: z.literal("1.0"),
    id: z.string().openapi({ pattern: "^evt_[0-9A-HJKMNP-TV-Z]{26}$" }),
    source: z.string(),
    type: z.literal(typeOf(event)),
    subject: z.string(),
    time: instant,
    datacontenttype: z.literal("application/json"),
    data: dataOf(event.name),
  });
