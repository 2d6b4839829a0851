import { hash } from "node:crypto";
import type { OrderId, ReturnId, ShipmentId } from "../actors/ids.ts";
import { base32 } from "../streams/base32.ts";

/**
 * The id that a channel's order number has for ever: the first 130 bits of SHA-256 over the JSON array of both, so that no two pairs
 * share an encoding.
 */
export function orderIdOf(channel: string, orderNumber: string): OrderId {
  // In hex: the runtime takes three times as long to hand out the bytes.
  return `ord_${base32(hash("sha256", JSON.stringify([channel, orderNumber]), "hex"))}` as OrderId;
}

/**
 * The id that an order's shipment reference has for ever: the order's own, so that the order can be asked of it, and the first 80 bits
 * of SHA-256 over the JSON array of both.
 */
export function shipmentIdOf(order: OrderId, reference: string): ShipmentId {
  return `shp_${ownedBy(order, reference)}` as ShipmentId;
}
/** The same of what is to come back. */
export function returnIdOf(order: OrderId, reference: string): ReturnId {
  return `ret_${ownedBy(order, reference)}` as ReturnId;
}
function ownedBy(order: OrderId, reference: string): string {
  const own = base32(hash("sha256", JSON.stringify([order, reference]), "hex")).slice(0, shipmentChars);
  return `${order.slice("ord_".length)}${own}`;
}
const idChars = 26, shipmentChars = 16;

/** Also of those that were made before an id named its order. */
export function isShipmentId(text: string): text is ShipmentId {
  return /^shp_[0-9A-HJKMNP-TV-Z]{26}(?:[0-9A-HJKMNP-TV-Z]{16})?$/.test(text);
}

/** Whose shipment it is; undefined for an id that does not tell. */
export function orderOfShipment(id: ShipmentId): OrderId | undefined {
  if (id.length < "shp_".length + idChars + shipmentChars) return undefined;
  return `ord_${id.slice("shp_".length, "shp_".length + idChars)}` as OrderId;
}

export function isReturnId(text: string): text is ReturnId {
  return /^ret_[0-9A-HJKMNP-TV-Z]{42}$/.test(text);
}

/** Whose return it is. */
export function orderOfReturn(id: ReturnId): OrderId {
  return `ord_${id.slice("ret_".length, "ret_".length + idChars)}` as OrderId;
}

/** The id that an order's refund reference has for ever: the order's own, and 80 bits of what both are, as of shipments. */
export function refundIdOf(order: OrderId, reference: string): string {
  const own = base32(hash("sha256", JSON.stringify(["refund", order, reference]), "hex")).slice(
    0,
    shipmentChars,
  );
  return `rfn_${order.slice("ord_".length)}${own}`;
}

/** Whose refund it is; undefined for what is no id of one. */
export function orderOfRefund(id: string): OrderId | undefined {
  const [, order] = /^rfn_([0-9A-HJKMNP-TV-Z]{26})[0-9A-HJKMNP-TV-Z]{16}$/.exec(id) ?? [];
  return order === undefined ? undefined : `ord_${order}` as OrderId;
}

/** The id that a credit without an order has for ever, by its channel, if any, and its reference. */
export function creditIdOf(channel: string | undefined, reference: string): string {
  return `crd_${base32(hash("sha256", JSON.stringify([channel ?? null, reference]), "hex"))}`;
}

export const isCreditId = (text: string): boolean => /^crd_[0-9A-HJKMNP-TV-Z]{26}$/.test(text);

export function isOrderId(text: string): text is OrderId {
  return /^ord_[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}

/** The id that a source's payout reference has for ever: as an order's, of the JSON array of both. */
export function payoutIdOf(source: string, reference: string): string {
  return `po_${base32(hash("sha256", JSON.stringify([source, reference]), "hex"))}`;
}

export const isPayoutId = (text: string): boolean => /^po_[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
