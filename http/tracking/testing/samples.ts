import { subStatuses, type TrackingStatus, trackingStatuses } from "../../../actors/parcel/status.ts";
import type { TrackingEvent, TrackingView } from "../view.ts";

const minuteMs = 60_000;

/** Everything that a parcel can be: `exception/customs_held`, and each status with a sub-status that nobody knows. */
export const standings = trackingStatuses.flatMap((status) => [
  status,
  ...subStatuses[status].map((sub) => `${status}/${sub}`),
  `${status}/only_the_carrier_knows`,
]);

/** `in_transit/arrived_at_facility`, a time, a place, and the carrier's words. */
function scan(
  said: string,
  at: string,
  location?: string,
  description = "",
  localTime?: string,
): TrackingEvent {
  const [status, subStatus] = said.split("/") as [TrackingStatus, string | undefined];
  return {
    status,
    ...(subStatus !== undefined && { subStatus }),
    at,
    ...(localTime !== undefined && { localTime }),
    ...(location !== undefined && { location }),
    description,
    carrierCode: "X1",
  };
}

const journey = [
  scan(
    "pre_transit/label_created",
    "2026-11-16T09:02:00Z",
    undefined,
    "Shipper created a label, UPS has not received the package yet.",
  ),
  scan("in_transit/accepted", "2026-11-16T11:40:00Z", "Shenzhen, CN", "Origin Scan"),
  scan("in_transit/departed_facility", "2026-11-17T02:15:00Z", "Hong Kong, HK", "Departed from Facility"),
  scan("unknown", "2026-11-17T09:00:00Z", undefined, "Warehouse operations XQ-7"),
  scan("in_transit/arrived_at_facility", "2026-11-18T04:05:00Z", "Leipzig, DE", "Arrived at Facility"),
  scan(
    "in_transit/customs_cleared",
    "2026-11-18T09:30:00Z",
    "LEIPZIG - GERMANY",
    "Released by clearing agency.",
  ),
  scan("in_transit/departed_facility", "2026-11-18T22:48:00Z", "Leipzig, DE", "Departed from Facility"),
  scan(
    "in_transit/arrived_at_facility",
    "2026-11-19T05:20:00Z",
    "East Midlands, GB",
    "Arrived at Facility",
    "2026-11-19T05:20:00",
  ),
];

/** Before the estimate of `parcel`. */
export const beforeDeliveryMs = Date.UTC(2026, 10, 20, 9);

/** A parcel from Shenzhen that stands so: `exception/customs_held`. */
export function parcel(said: string, more: Partial<TrackingView> = {}): TrackingView {
  const [status, subStatus] = said.split("/") as [TrackingStatus, string | undefined];
  const before = status === "unknown" ? [] : status === "pre_transit" ? journey.slice(0, 1) : journey;
  const same = before.at(-1)?.status === status && before.at(-1)?.subStatus === subStatus;
  const last = scan(said, "2026-11-20T08:12:00Z", "London, GB", `Carrier's words for ${said}`);
  const events = status === "unknown" || same ? before : [...before, last];
  return {
    status,
    ...(subStatus !== undefined && { subStatus }),
    statusAt: events.at(-1)?.at ?? "2026-11-16T09:00:00Z",
    carrier: "ups",
    trackingNumber: "1Z999AA10123456784",
    estimatedDelivery: { from: "2026-11-20T13:00:00Z", to: "2026-11-20T15:00:00Z" },
    events,
    token: "token",
    shipmentId: "shp_1",
    orderId: "ord_1",
    requests: [],
    orderNumber: "536365",
    carrierTitle: "UPS",
    carrierUrl: "https://www.ups.com/track?tracknum=1Z999AA10123456784",
    origin: { name: "Shenzhen", country: "CN" },
    destinationCountry: "GB",
    lines: [
      { description: "White hanging heart T-light holder", quantity: 6 },
      { description: "Knitted Union flag hot water bottle", quantity: 1 },
    ],
    revision: `${said.replace("/", ".")}-1`,
    ...more,
  };
}

/** A parcel that machines have scanned this often. */
export function wellScanned(count: number): TrackingView {
  const startMs = Date.parse("2026-11-01T00:00:00Z");
  const events = Array.from({ length: count }, (_, i) =>
    scan(
      "in_transit/processing",
      new Date(startMs + i * 53 * minuteMs).toISOString(),
      i % 2 ? "Leipzig, DE" : "London, GB",
      `Scan ${i + 1}`,
    ));
  return parcel("in_transit/processing", { events, statusAt: events.at(-1)!.at });
}

export const shop = {
  name: "Heart & Holder",
  colour: "#d9480f",
  contactEmail: "help@shop.example",
  legalUrl: "https://shop.example/legal",
};
