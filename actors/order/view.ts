import { formatMinor } from "../money/decimal.ts";
import { type Totals, totalsOf } from "../money/totals.ts";
import { arrivalView } from "../return/return_state.ts";
import type { OrderLineView, OrderStatus, OrderView, ReturnView, ShipmentView } from "./order_view.ts";
import {
  anyOpen,
  bySku,
  type Claim,
  type KnownOrder,
  type LineState,
  liveUnits,
  type Return,
  type Shipment,
  shippedUnits,
  unitsOf,
} from "./state.ts";
import type { LocationCode } from "../ids.ts";

/** The headline: a fold over phase and lines. */
export function orderStatus(state: KnownOrder): OrderStatus {
  if (state.phase === "rejected" || state.phase === "expired" || state.phase === "reserving") {
    return state.phase;
  }
  if (state.closed) return "closed";
  const live = liveUnits(state);
  if (live === 0) return "cancelled";
  if (state.phase === "awaiting_payment") return state.phase;
  // The money came late, and what it is to buy is being asked for again.
  if (state.asking?.why === "paid") return "reserving";
  if (state.hold !== undefined && anyOpen(state)) return "on_hold";
  const shipped = shippedUnits(state);
  if (shipped > 0) return shipped < live ? "partially_shipped" : arrived(state) ? "delivered" : "shipped";
  if (state.shipping !== undefined) return "in_fulfilment";
  return state.lines.some((line, i) => hasSupply(line, state.placed.lines[i]!.quantity))
    ? "confirmed"
    : "backordered";
}

/** Every parcel has been delivered, by what its carrier said last. */
function arrived({ shipments }: KnownOrder): boolean {
  return shipments.every(({ parcel }) => parcel?.status === "delivered");
}

/** Something of the line can be handed over: claimed goods, or a service. */
function hasSupply(line: LineState, quantity: number): boolean {
  return line.claims.length > 0 || (line.service && quantity > line.cancelled);
}

/** Nobody pays for an order that was rejected or expired: all of it counts as cancelled, unless late money revives it. */
const isVoid = ({ phase }: KnownOrder) => phase === "rejected" || phase === "expired";

/** Amounts of what is not cancelled. */
export function orderTotals(state: KnownOrder): Totals {
  return totalsWith(state, (i, quantity) => isVoid(state) ? 0 : quantity - state.lines[i]!.cancelled);
}

/** What the customer has paid, in minor units: all that the order came to when the money was taken. */
export function capturedAmount(state: KnownOrder): bigint {
  if (state.payment !== "captured") return 0n;
  return state.captured ?? totalsWith(state, (_, quantity) => quantity).total;
}

/** Amounts with so many units of each line. */
export function totalsWith(
  { placed }: KnownOrder,
  liveOf: (index: number, quantity: number) => number,
): Totals {
  const { currency, pricesIncludeTax, taxMode, shipping, lines } = placed;
  const priced = lines.map((line, i) => ({
    quantity: line.quantity,
    live: liveOf(i, line.quantity),
    unitPrice: line.unitPrice,
    discount: line.discount,
    taxRate: line.taxRate,
  }));
  const proRata = placed.invoicing?.flatShipping === "pro_rata";
  const charged = shipping && { ...shipping, proRata };
  return totalsOf({ currency, pricesIncludeTax, taxMode, lines: priced, shipping: charged });
}

export function orderView(state: KnownOrder): OrderView {
  const { placed } = state;
  const totals = orderTotals(state);
  const money = (amount: bigint) => formatMinor(amount, totals.exponent);
  const status = orderStatus(state);
  const { service } = placed.shipping ?? {};
  return {
    orderId: placed.order,
    channel: placed.channel,
    orderNumber: placed.orderNumber,
    status,
    ...(status === "on_hold" && { holdReason: state.hold }),
    payment: state.payment,
    placedAt: placed.placedAt,
    ...(status === "awaiting_payment" && { expiresAt: new Date(placed.deadlineMs!).toISOString() }),
    currency: placed.currency,
    net: money(totals.net),
    tax: money(totals.tax),
    total: money(totals.total),
    ...(placed.shipping && { shipping: { net: money(totals.shipping.net), ...(service && { service }) } }),
    lines: state.lines.map((line, i) => lineView(state, i, line, money(totals.lines[i]!.net))),
  };
}

function lineView(state: KnownOrder, index: number, line: LineState, net: string): OrderLineView {
  const { sku, description, quantity, unitPrice, taxRate } = state.placed.lines[index]!;
  return {
    line: index + 1,
    sku,
    ...(description !== undefined && { description }),
    quantity,
    unitPrice,
    taxRate,
    net,
    allocated: byLocation(line.claims),
    backordered: unitsOf(line.queue),
    cancelled: isVoid(state) ? quantity : line.cancelled,
    shipped: line.shipped,
    returned: line.returned,
  };
}

/** One row for each location, in the order in which they were claimed. */
function byLocation(claims: readonly Claim[]): { location: LocationCode; quantity: number }[] {
  const rows: { location: LocationCode; quantity: number }[] = [];
  for (const { location, quantity } of claims) {
    const row = rows.find((other) => other.location === location);
    if (row) row.quantity += quantity;
    else rows.push({ location, quantity });
  }
  return rows;
}

export function shipmentView({ placed }: KnownOrder, shipment: Shipment): ShipmentView {
  const { shipment: shipmentId, token: trackingToken, atMs, parcel: _, toInvoice: __, ...rest } = shipment;
  const { order: orderId } = placed;
  return { orderId, shipmentId, trackingToken, ...rest, handedOverAt: new Date(atMs).toISOString() };
}

export function returnView(
  { placed }: KnownOrder,
  { return: returnId, reference, reason, atMs, lines, beyond = [], parcel, arrived }: Return,
): ReturnView {
  const sums = Array.from(bySku([...lines, ...beyond]), ([sku, quantity]) => ({ sku, quantity }));
  const authorisedAt = new Date(atMs).toISOString(), { order: orderId } = placed;
  return {
    ...{ orderId, returnId, reference, reason },
    ...(arrived ? { status: "received", arrived: arrivalView(arrived) } : { status: "authorised" }),
    ...(parcel && { parcel }),
    ...{ lines: sums, authorisedAt },
  };
}
