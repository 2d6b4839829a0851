import { expect } from "vitest";
import type { CancelOrder, OrderLineInput, PlaceOrder, RecordPayment, ShipOrder } from "../commands.ts";
import { actorId, type HoldId, type LocationCode, type OrderId, type ShipmentId, type Sku } from "../ids.ts";
import type { TrackingStatus } from "../parcel/status.ts";
import type { ParcelMoved, Part, SkuAnswer, SkuMessageFromOrder, StockAnswered } from "../protocol.ts";
import { givenKey, someCause } from "../testing/given.ts";
import { order } from "./order.ts";
import type { OrderStatus, OrderView } from "./order_view.ts";

/** Words for the order's specs: short ways to say what happens to one order, `ord_A`. */
export const ord = "ord_A" as OrderId;
export const LON = "LON1" as LocationCode;
export const MAN = "MAN1" as LocationCode;
export const A = "A" as Sku;
export const B = "B" as Sku;
export const POST = "POST" as Sku;

export const line = (sku: Sku, quantity: number, rest: Partial<OrderLineInput> = {}): OrderLineInput => ({
  sku,
  quantity,
  unitPrice: "1.00",
  discount: "0",
  taxRate: "0",
  ...rest,
});

export const place = (rest: Partial<PlaceOrder> = {}): PlaceOrder => ({
  type: "place",
  order: ord,
  channel: "web",
  orderNumber: "536365",
  placedAt: "2011-12-01T08:26:00Z",
  currency: "GBP",
  lines: [line(A, 6)],
  pricesIncludeTax: false,
  payment: "captured",
  holdMinutes: 10,
  stockPolicy: "reject",
  personal: false,
  fingerprint: "place-1",
  ...rest,
});
export const pending = (rest: Partial<PlaceOrder> = {}): PlaceOrder => place({ payment: "pending", ...rest });

export const captured = (reference = "pay-1", fingerprint = reference): RecordPayment => ({
  type: "payment",
  status: "captured",
  reference,
  fingerprint,
});
export const failed = (reference = "pay-1", fingerprint = reference): RecordPayment => ({
  type: "payment",
  status: "failed",
  reference,
  fingerprint,
});
export const cancel = (lines?: readonly (readonly [Sku, number])[], request = "req-1"): CancelOrder => ({
  type: "cancel",
  reason: "changed my mind",
  request,
  fingerprint: request,
  ...(lines && { lines: lines.map(([sku, quantity]) => ({ sku, quantity })) }),
});
/** `shp_1` under reference `1`, from London unless said otherwise. */
export const ship = (
  lines: readonly (readonly [Sku, number])[],
  reference = "1",
  rest: Partial<ShipOrder> = {},
): ShipOrder => ({
  type: "ship",
  shipment: shipmentOf(reference),
  token: `token-${reference}`,
  reference,
  location: LON,
  carrier: "dpd",
  trackingNumber: `T${reference}`,
  lines: lines.map(([sku, quantity]) => ({ sku, quantity })),
  fingerprint: JSON.stringify([reference, lines, rest]),
  ...rest,
});
export const shipmentOf = (reference = "1") => `shp_${reference}` as ShipmentId;
/** What the parcel of that shipment says of itself. */
export const parcel = (
  status: TrackingStatus,
  version: number,
  rest: { reference?: string; subStatus?: string } = {},
): ParcelMoved => {
  const { reference, ...sub } = rest;
  return { type: "parcel", shipment: shipmentOf(reference), status, ...sub, atMs: version, version };
};
export const due = (dueMs = 1): { type: "timer"; name: string; dueMs: number } => ({
  type: "timer",
  name: "hold",
  dueMs,
});

export const holdOf = (attempt = 1): HoldId => `${ord}/${attempt}` as HoldId;
export const part = (quantity: number, location = LON): Part => ({ location, quantity });

export const stock = (...answers: readonly SkuAnswer[]): StockAnswered => ({ type: "stock", answers });
export const held = (sku: Sku, parts: readonly Part[], rest: { queued?: number; attempt?: number } = {}) => ({
  kind: "held" as const,
  sku,
  hold: holdOf(rest.attempt),
  parts,
  queued: rest.queued ?? 0,
  service: false,
});
export const service = (sku: Sku, attempt = 1) => ({ ...held(sku, [], { attempt }), service: true });
export const refused = (sku: Sku, requested: number, available: number, attempt = 1) => ({
  kind: "refused" as const,
  sku,
  hold: holdOf(attempt),
  requested,
  available,
});
export const released = (sku: Sku, parts: readonly Part[], dequeued = 0, attempt = 1) => ({
  kind: "released" as const,
  sku,
  hold: holdOf(attempt),
  parts,
  dequeued,
});
export const filled = (sku: Sku, parts: readonly Part[], attempt = 1) => ({
  kind: "filled" as const,
  sku,
  hold: holdOf(attempt),
  parts,
});
export const lost = (sku: Sku, parts: readonly Part[], attempt = 1) => ({
  kind: "lost" as const,
  sku,
  hold: holdOf(attempt),
  parts,
});

type Short<M> = M extends SkuMessageFromOrder ? Omit<M, "hold" | "order"> : never;
export const packed = (sku: Sku, reference = "1", attempt = 1) => ({
  kind: "packed" as const,
  sku,
  hold: holdOf(attempt),
  shipment: shipmentOf(reference),
});
export const notPacked = (sku: Sku, allocated: number, reference = "1", attempt = 1) => ({
  ...packed(sku, reference, attempt),
  kind: "not_packed" as const,
  allocated,
});

/** A message to a SKU about this order's hold. */
export const to = (sku: Sku, message: Short<SkuMessageFromOrder>, attempt = 1) => ({
  to: actorId("sku", sku),
  message: { ...message, hold: holdOf(attempt), order: ord },
});

/** How a refused line of a shipment from London is told. */
export const shipmentError = (index: number, sku: Sku, requested: number, allocated: number) => ({
  pointer: `/lines/${index}/quantity`,
  detail: `Only ${allocated} of ${requested} are allocated at ${LON}`,
  sku,
  requested,
  allocated,
});

/** What an order says to SKUs, and to the parcel, of a shipment. */
export const pack = (quantity: number, reference = "1", location = LON) => ({
  type: "shipment.pack" as const,
  shipment: shipmentOf(reference),
  location,
  quantity,
});
export const leave = (reference = "1") => ({
  type: "shipment.hand_over" as const,
  shipment: shipmentOf(reference),
});
export const undo = (reference = "1") => ({
  type: "shipment.unpack" as const,
  shipment: shipmentOf(reference),
});
export const register = (reference = "1") => ({
  to: `parcel:dpd:T${reference}`,
  message: {
    type: "register",
    order: ord,
    shipment: shipmentOf(reference),
    token: `token-${reference}`,
    handedOverAtMs: someCause.atMs,
  },
});
/** What the order asks its series for: an invoice of these lines, one unit of each costing 1.00 without tax. */
export const asksInvoice = (
  source: string,
  lines: readonly (readonly [line: number, sku: Sku, quantity: number])[],
  suppliedOn: string | undefined = "2011-12-01",
) => {
  const total = `${lines.reduce((sum, [, , quantity]) => sum + quantity, 0)}.00`;
  const draft = {
    type: "invoice",
    source,
    entity: "main",
    channel: "web",
    order: { id: ord, number: "536365", placedOn: "2011-12-01" },
    ...(suppliedOn && { suppliedOn }),
    currency: "GBP",
    pricesIncludeTax: false,
    taxMode: "document",
    lines: lines.map(([line, sku, quantity]) => ({
      line,
      sku,
      unitPrice: "1.00",
      taxRate: "0",
      taxCategory: "Z",
      quantity,
      discount: "0.00",
      net: `${quantity}.00`,
      tax: "0.00",
    })),
    taxes: [{ category: "Z", rate: "0", net: total, tax: "0.00" }],
    net: total,
    tax: "0.00",
    total,
    paid: total,
  };
  return { to: "series:main", message: { type: "issue", from: `order:${ord}`, draft } };
};
export const unknown = givenKey(order, ord);
/** An order of 6 A, which it has. */
export const confirmed = unknown.after(place(), stock(held(A, [part(6)])));
/** The answer that shows the order in this status, and with these of its other members. */
export const status = (value: OrderStatus, rest: Partial<OrderView> = {}) => ({
  ok: true as const,
  value: expect.objectContaining({ status: value, ...rest }),
});
