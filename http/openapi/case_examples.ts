import { caseIdOf } from "../../actors/parcel/case_id.ts";
import { cause, orderAnswer, placedAt, shipmentExample, shipmentId } from "./examples.ts";

/** What becomes of the story's parcel: its address is wrong, somebody sees to it, and it arrives as expected. */
const { carrier, trackingNumber, service } = shipmentExample;
const { orderId, channel, orderNumber, customer } = orderAnswer;

export const caseId = caseIdOf(`${carrier}:${trackingNumber}`, 1);
const caseNow = { caseId, state: "open", team: "customer_service", priority: "high", dueAt: placedAt };
export const caseAnswer = {
  ...caseNow,
  problem: "exception/address_issue",
  description: "The address is wrong",
  openedAt: placedAt,
  ...{ carrier, trackingNumber, shipmentId, orderId, channel, orderNumber },
  ...{ customerReference: customer.id, notes: 0 },
};
export const noteExample = { text: "Ada says it is number 14" };
export const notedAnswer = { ...caseNow, noteId: cause };
export const assignExample = { team: "warehouse", priority: "urgent" };
export const assignedAnswer = { ...caseNow, ...assignExample };
export const closeExample = { outcome: "resolved" };
export const closedAnswer = { ...assignedAnswer, state: "closed" };

export const accuracyAnswer = {
  ...{ carrier, service, origin: "GB", destination: "GB", stage: "first", source: "carrier" },
  ...{ parcels: 1, onTime: 1, early: 0, late: 0, errorHours: { p50: 0, p95: 0 } },
};
