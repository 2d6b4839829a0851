import type { DeliveryEstimate, ScanInput, ScanParcel } from "../commands.ts";
import type { OrderId, ShipmentId } from "../ids.ts";
import type { ParcelMoved, RegisterParcel } from "../protocol.ts";
import { givenKey } from "../testing/given.ts";
import { parcel } from "./parcel.ts";
import { lookTimer } from "./draft.ts";
import type { TrackingStatus } from "./status.ts";

/** Words for the parcel's specs. Days and hours count from when it was handed over. */
export const startMs = Date.UTC(2011, 11, 1, 9);
export const hourMs = 3_600_000, dayMs = 24 * hourMs;
export const day = (days: number) => startMs + days * dayMs;
export const at = (days: number) => ({ id: `cmd_${days}`, atMs: day(days) });

export const unknown = givenKey(parcel, "dpd:15501234567890");
export const register = (shipment = "1", days = 0, order = "A"): RegisterParcel => ({
  type: "register",
  order: `ord_${order}` as OrderId,
  shipment: `shp_${shipment}` as ShipmentId,
  token: `token-${shipment}`,
  handedOverAtMs: day(days),
});
export const registered = unknown.after(register());

/** `in_transit/accepted`, so many days after the hand-over. */
export const scan = (said: string, days: number, rest: Partial<ScanInput> = {}): ScanInput => {
  const [status, subStatus] = said.split("/") as [TrackingStatus, string | undefined];
  const sub = subStatus === undefined ? {} : { subStatus };
  return { status, ...sub, atMs: day(days), description: said, carrierCode: said.toUpperCase(), ...rest };
};
export const said = (...scans: readonly ScanInput[]): ScanParcel => ({ type: "scans", scans, source: "dpd" });
export const expects = (to: string, scans: readonly ScanInput[] = []): ScanParcel => ({
  ...said(...scans),
  estimatedDelivery: { from: to, to } satisfies DeliveryEstimate,
});
export const look = (days: number) => ({ type: "timer" as const, name: lookTimer, dueMs: day(days) });

/** What a shipment's order is told. */
export const tells = (said: string, version: number, days: number, shipment = "1", order = "A") => {
  const { status, subStatus } = scan(said, days);
  const message: ParcelMoved = {
    type: "parcel",
    shipment: `shp_${shipment}` as ShipmentId,
    status,
    ...(subStatus !== undefined && { subStatus }),
    atMs: day(days),
    version,
  };
  return { to: `order:ord_${order}`, message };
};
