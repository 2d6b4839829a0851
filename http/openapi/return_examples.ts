import { returnIdOf } from "../order_id.ts";
import { orderId, placedAt, shipmentExample } from "./examples.ts";

/** Of the story's parcel three units come back: two as good as new, one only as a second choice. */
const { location } = shipmentExample, { sku } = shipmentExample.lines[0]!;
const reason = "too small", authorisedAt = placedAt;

export const returnExample = { reference: "RMA-1001", reason, lines: [{ sku, quantity: 4 }] };
export const returnId = returnIdOf(orderId, returnExample.reference);
export const authorisedAnswer = { orderId, returnId, ...returnExample, status: "authorised", authorisedAt };

export const receiptExample = { location, lines: [{ sku, quantity: 3 }] };
export const receivedAnswer = { returnId, orderId, ...receiptExample, receivedAt: placedAt };

export const gradingExample = {
  lines: [
    { sku, quantity: 2, grade: "A", disposition: "restock" },
    { sku, quantity: 1, grade: "B", disposition: "restock_as", restockAs: `${sku}-B` },
  ],
};
export const gradedAnswer = { returnId, orderId, ...gradingExample, gradedAt: placedAt };
export const returnAnswer = {
  returnId,
  orderId,
  ...returnExample,
  status: "graded",
  authorisedAt,
  expiresAt: placedAt,
  lines: [{ sku, quantity: 4, received: 3, ungraded: 0 }],
  graded: gradingExample.lines,
};
export const settledAnswer = { ...returnAnswer, status: "settled" };

/** Another one, of which nothing comes. */
export const lostExample = { reference: "RMA-1002", reason, lines: [{ sku, quantity: 1 }] };
export const lostId = returnIdOf(orderId, lostExample.reference);
export const cancelledAnswer = {
  ...returnAnswer,
  ...lostExample,
  returnId: lostId,
  status: "cancelled",
  lines: [{ sku, quantity: 1, received: 0, ungraded: 0 }],
  graded: [],
};
