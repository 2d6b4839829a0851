import { hash } from "node:crypto";
import type { OrderId, ShipmentId } from "../actors/ids.ts";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Hex digits and the base32 characters that they make. */
const digitsAtOnce = 5, charsAtOnce = 4, idChars = 26;

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
  const own = base32(hash("sha256", JSON.stringify([order, reference]), "hex")).slice(0, shipmentChars);
  return `shp_${order.slice("ord_".length)}${own}` as ShipmentId;
}
const shipmentChars = 16;

/** Also of those that were made before an id named its order. */
export function isShipmentId(text: string): text is ShipmentId {
  return /^shp_[0-9A-HJKMNP-TV-Z]{26}(?:[0-9A-HJKMNP-TV-Z]{16})?$/.test(text);
}

/** Whose shipment it is; undefined for an id that does not tell. */
export function orderOfShipment(id: ShipmentId): OrderId | undefined {
  if (id.length < "shp_".length + idChars + shipmentChars) return undefined;
  return `ord_${id.slice("shp_".length, "shp_".length + idChars)}` as OrderId;
}

export function isOrderId(text: string): text is OrderId {
  return /^ord_[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}

function base32(hex: string): string {
  let text = "";
  for (let at = 0; text.length < idChars; at += digitsAtOnce) {
    const bits = Number.parseInt(hex.slice(at, at + digitsAtOnce), 16);
    for (let i = 1; i <= charsAtOnce; i++) text += crockford[(bits >>> (5 * (charsAtOnce - i))) & 31];
  }
  return text.slice(0, idChars);
}
