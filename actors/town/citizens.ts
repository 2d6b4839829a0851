import type {
  AdjustStock,
  CancelOrder,
  DescribeSku,
  PlaceOrder,
  ReceiveGoods,
  RecordPayment,
  ScanInput,
  ScanParcel,
  ShipOrder,
} from "../commands.ts";
import { actorId, type LocationCode, type OrderId, type ShipmentId, type Sku } from "../ids.ts";
import type { TrackingStatus } from "../parcel/status.ts";
import type { Call } from "./town.ts";

/** What happens in a town: short ways to say it, and ways to make it up. */
export const startMs = Date.UTC(2011, 11, 1, 8, 0);
export const LON = "LON1" as LocationCode;
export const MAN = "MAN1" as LocationCode;
export const orderOf = (number: string | number) => `ord_${number}` as OrderId;
export const skuOf = (code: string) => code as Sku;

export type Lines = readonly (readonly [sku: string, quantity: number])[];
export const linesOf = (lines: Lines) => lines.map(([sku, quantity]) => ({ sku: skuOf(sku), quantity }));
export const print = (...parts: readonly unknown[]) => JSON.stringify(parts);

export function buy(
  number: string | number,
  lines: Lines,
  rest: Partial<PlaceOrder> = {},
  atMs = startMs,
): Call {
  const order = orderOf(number);
  const command: PlaceOrder = {
    type: "place",
    order,
    channel: "web",
    orderNumber: String(number),
    placedAt: "2011-12-01T08:26:00Z",
    currency: "GBP",
    lines: linesOf(lines).map((line) => ({ ...line, unitPrice: "1.25", discount: "0", taxRate: "0.2" })),
    pricesIncludeTax: false,
    payment: "captured",
    holdMinutes: 10,
    stockPolicy: "reject",
    personal: false,
    fingerprint: print("buy", number, lines, rest),
    ...rest,
  };
  return { to: actorId("order", order), command, atMs };
}
export function pay(
  number: string | number,
  status: "captured" | "failed",
  reference = "p",
  atMs = startMs,
): Call {
  const command: RecordPayment = {
    type: "payment",
    status,
    reference,
    fingerprint: print(status, reference),
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
export function cancel(number: string | number, lines?: Lines, request = "c", atMs = startMs): Call {
  const command: CancelOrder = {
    type: "cancel",
    reason: "changed my mind",
    request,
    fingerprint: print("cancel", lines),
    ...(lines && { lines: linesOf(lines) }),
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
/** A parcel leaves, from London and under a number of its own unless said otherwise. */
export function ship(
  number: string | number,
  lines: Lines,
  reference = "s",
  rest: Partial<ShipOrder> = {},
  atMs = startMs,
): Call {
  const command: ShipOrder = {
    type: "ship",
    shipment: `shp_${number}_${reference}` as ShipmentId,
    token: `token_${number}_${reference}`,
    reference,
    location: LON,
    carrier: "dpd",
    trackingNumber: `${number}_${reference}`,
    lines: linesOf(lines),
    fingerprint: print("ship", lines, reference, rest),
    ...rest,
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
/** What the carrier says of a parcel: statuses with the hour in which they were scanned. */
export function scans(
  tracking: string,
  said: readonly (readonly [status: TrackingStatus, hour: number])[],
  atMs = startMs,
): Call {
  const scans = said.map(([status, hour]): ScanInput => ({
    status,
    atMs: startMs + hour * 3_600_000,
    description: status,
    carrierCode: status,
  }));
  const command: ScanParcel = { type: "scans", scans, source: "dpd" };
  return { to: actorId("parcel", `dpd:${tracking}`), command, atMs };
}
export function look(number: string | number, atMs = startMs): Call {
  return { to: actorId("order", orderOf(number)), command: { type: "read" }, atMs };
}
export function receive(reference: string, lines: Lines, location = LON, atMs = startMs): Call {
  const command: ReceiveGoods = {
    type: "receipt",
    location,
    reference,
    lines: linesOf(lines),
    fingerprint: print("receipt", lines),
  };
  return { to: actorId("stockdoc", `${location}:${reference}`), command, atMs };
}
export function adjust(reference: string, lines: Lines, force = false, location = LON, atMs = startMs): Call {
  const command: AdjustStock = {
    type: "adjustment",
    location,
    reference,
    reason: "count",
    force,
    lines: linesOf(lines).map(({ sku, quantity: delta }) => ({ sku, delta })),
    fingerprint: print("adjustment", lines, force),
  };
  return { to: actorId("stockdoc", `${location}:${reference}`), command, atMs };
}
export function describeSku(sku: string, rest: Partial<DescribeSku>, atMs = startMs): Call {
  const command: DescribeSku = {
    type: "describe",
    description: sku,
    stocked: true,
    safetyStock: {},
    backorderLimit: null,
    ...rest,
  };
  return { to: actorId("sku", sku), command, atMs };
}

/** `POST` is a service; `C` may be sold short by 4 at most. */
export const founding: readonly Call[] = [
  describeSku("POST", { stocked: false }),
  describeSku("C", { backorderLimit: 4, safetyStock: { [LON]: 1 } }),
  receive("founding", [["A", 8], ["B", 5], ["C", 6]]),
  receive("founding", [["A", 4], ["C", 2]], MAN),
];
