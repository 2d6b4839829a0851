import { stockCounters } from "../../actors/sku/stock_changes.ts";
import { problemBody, type ProblemName, problems, type Refusal } from "../problems.ts";
import { orderIdOf, shipmentIdOf } from "../order_id.ts";

/**
 * One small story, which the reference shows and its forms send as it stands: goods come in, orders take some, one unit is cancelled.
 * A test plays it, so that every answer here is a real one.
 */
const sku = "85123A", location = "LON1", channel = "web", orderNumber = "1001";
const description = "WHITE HANGING HEART T-LIGHT HOLDER";
export const placedAt = "2026-12-01T08:26:00Z", cause = "01KBCD5Z5GVZ991HDWR7EZ8RPA";
export const orderId = orderIdOf(channel, orderNumber);
export const customerMark = "c8W6_a6exHRu84juGK89Vzo6pPrslP-_5DariYzlZio";

export const locationExample = { name: "London", country: "GB", postalCode: "E1 6AN", priority: 1 };
export const locationAnswer = { location, ...locationExample };

export const skuExample = { description, barcode: "5012345678900", safetyStock: { [location]: 1 } };
const none = Object.fromEntries(stockCounters.map((counter) => [counter, 0]));
const noUnits = { ...none, safetyStock: 1, onHand: 0, available: 0 };
export const skuAnswer = {
  sku,
  stocked: true,
  description,
  available: 0,
  backordered: 0,
  locations: [{ location, ...noUnits }],
};

export const receiptExample = { location, reference: "PO-1001", lines: [{ sku, quantity: 10 }] };
export const receiptAnswer = { ...receiptExample, status: "received" };

export const adjustmentExample = {
  location,
  reference: "COUNT-1001",
  reason: "broken",
  lines: [{ sku, delta: -1 }],
};
export const adjustmentAnswer = { ...adjustmentExample, status: "adjusted" };

const customer = {
  id: "17850",
  name: "Ada Lovelace",
  email: "ada@example.com",
  phone: "+442071838750",
  language: "en-GB",
  address: { line1: "12 St James's Square", city: "London", postalCode: "SW1Y 4JH", country: "GB" },
};
export const orderExample = {
  channel,
  orderNumber,
  currency: "GBP",
  customer,
  lines: [{ sku, description, quantity: 6, unitPrice: "2.55", taxRate: "0.20" }],
  shipping: { amount: "4.95", taxRate: "0.20", service: "next_day" },
};
const line = {
  line: 1,
  sku,
  description,
  quantity: 6,
  unitPrice: "2.55",
  taxRate: "0.20",
  net: "15.30",
  allocated: [{ location, quantity: 6 }],
  backordered: 0,
  cancelled: 0,
  shipped: 0,
  returned: 0,
};
export const placedAnswer = {
  orderId,
  channel,
  orderNumber,
  status: "confirmed",
  payment: "captured",
  placedAt,
  currency: "GBP",
  net: "20.25",
  tax: "4.05",
  total: "24.30",
  shipping: { net: "4.95", service: "next_day" },
  lines: [line],
};
export const acceptedAnswer = { orderId, channel, orderNumber, status: "reserving" };
export const orderAnswer = { ...placedAnswer, customer };

const briefly = (number: string, quantity: number) =>
  JSON.stringify({
    ...{ channel, orderNumber: number, currency: "GBP" },
    lines: [{ sku, quantity, unitPrice: "2.55" }],
  });
/** Text, because a body of lines is not one JSON value. */
export const bulkExample = `${briefly("1002", 1)}\n${briefly("1003", 6)}\n`;
const { shipping: _, ...bare } = placedAnswer;
const { description: __, ...unnamed } = line;
const short = {
  pointer: "/lines/0/quantity",
  detail: "Only 1 of 6 can be had",
  sku,
  requested: 6,
  available: 1,
};
const shortDetail = "Cannot reserve the order: not enough stock for 1 line";
export const bulkAnswer = [
  {
    ...bare,
    line: 1,
    orderId: orderIdOf(channel, "1002"),
    orderNumber: "1002",
    net: "2.55",
    tax: "0.00",
    total: "2.55",
    lines: [{ ...unnamed, quantity: 1, taxRate: "0", net: "2.55", allocated: [{ location, quantity: 1 }] }],
  },
  {
    line: 2,
    ...problemBody({
      problem: "insufficient-stock",
      detail: shortDetail,
      orderId: orderIdOf(channel, "1003"),
      errors: [short],
    }, "/v1/orders:bulk"),
  },
].map((result) => `${JSON.stringify(result)}\n`).join("");

const { customer: ___, ...impersonal } = orderExample;
const history = [
  {
    version: 1,
    type: "order.placed",
    at: placedAt,
    data: {
      ...impersonal,
      order: orderId,
      placedAt,
      lines: [{ ...orderExample.lines[0], discount: "0" }],
      ...{ attempt: 1, payment: "captured", holdMinutes: 10, stockPolicy: "reject", personal: true },
      ...{ pricesIncludeTax: false, taxMode: "document" },
      fingerprint: "YsRgWfVAnBkk9R03RdK6XtHNnFbC0G_WlHcfET5-9jo",
      customerMark,
    },
    cause,
  },
  {
    version: 2,
    type: "order.confirmed",
    at: placedAt,
    data: { attempt: 1, lines: [{ line: 1, parts: [{ location, quantity: 6 }] }] },
    cause,
  },
];
export const historyAnswer = { items: history };
export const historyStream = history.map((event) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\nid: ${event.version}\n\n`
).join("");

const units = { ...noUnits, onHand: 9, sellable: 9, allocated: 7, available: 1 };
export const stockAnswer = {
  ...skuAnswer,
  available: 1,
  locations: [{ location, ...units }],
  asOf: placedAt,
  position: "p1-0.g",
};

export const shipmentExample = {
  reference: "PARCEL-1001",
  location,
  carrier: "ups",
  service: "next_day",
  trackingNumber: "1Z999AA10123456784",
  lines: [{ sku, quantity: 5 }],
};
const trackingToken = "q8Zr1yq1pIYqjv5bQ2mWwQe4m3E",
  { reference, trackingNumber, carrier, service } = shipmentExample;
export const shipmentId = shipmentIdOf(orderId, reference);
const trackingUrl = `http://town/t/${trackingToken}`;
export const shipmentCreated = { shipmentId, trackingToken, trackingUrl, orderId, reference };
export const shipmentAnswer = {
  ...{
    shipmentId,
    orderId,
    reference,
    location,
    service,
    handedOverAt: placedAt,
    trackingToken,
    trackingUrl,
  },
  lines: [{ line: 1, sku, quantity: 5 }],
  ...{ statusAt: placedAt, carrier, trackingNumber, status: "pre_transit", events: [] },
  requests: [],
};
export const customerRequest = {
  request: "req_VQm2zXw5yLp7sNdb8JtRk3",
  kind: "contact",
  status: "open",
  askedAt: placedAt,
};

export const paymentExample = { status: "captured", reference: "pay-1001" };
export const cancelExample = { reason: "changed my mind", lines: [{ sku, quantity: 1 }] };
export const cancelledAnswer = {
  ...placedAnswer,
  net: "17.70",
  tax: "3.54",
  total: "21.24",
  lines: [{ ...line, net: "12.75", allocated: [{ location, quantity: 5 }], cancelled: 1 }],
};

const wrong = { pointer: "/lines/0/quantity", detail: "must be a whole number from 1 to 1000000" };
const claimed = {
  pointer: "/lines/0/delta",
  detail: "Cannot take 6 units: 1 are not claimed",
  ...{ sku, delta: -6, available: 1 },
};
const listing: { readonly [Name in ProblemName]?: Omit<Refusal, "problem"> } = {
  "invalid-request": { detail: "Cannot accept request: one field is wrong", errors: [wrong] },
  "insufficient-stock": { detail: shortDetail, orderId, errors: [short] },
  "stock-claimed": {
    detail: `Cannot adjust stock at ${location}: 1 of 1 lines take more than may go`,
    errors: [claimed],
  },
};

/** What an answer of this kind looks like; the detail of a real one names what it is about. */
export function problemExample(problem: ProblemName) {
  const { title, about } = problems[problem];
  const sentence = (about.slice(0, about.indexOf(". ") + 1) || about).replaceAll("`", "");
  return { summary: title, value: problemBody({ problem, detail: sentence, ...listing[problem] }) };
}
