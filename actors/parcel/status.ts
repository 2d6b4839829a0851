/** What a parcel's status can be, and what that means (DOMAIN 4). The names are the API's. */

export const trackingStatuses = [
  "unknown",
  "pre_transit",
  "in_transit",
  "out_for_delivery",
  "delivery_attempted",
  "available_for_pickup",
  "delivered",
  "exception",
  "return_to_sender",
  "expired",
  "cancelled",
] as const;
export type TrackingStatus = (typeof trackingStatuses)[number];

/** Sub-statuses that mean something to us; others pass through as text. */
export const subStatuses = {
  unknown: [],
  pre_transit: ["label_created"],
  in_transit: [
    "accepted",
    "arrived_at_facility",
    "departed_facility",
    "processing",
    "customs_cleared",
    "forwarded",
    "delivery_scheduled",
    "rescheduled",
    "edd_updated",
  ],
  out_for_delivery: [],
  delivery_attempted: ["notice_left", "not_home", "business_closed", "access_restricted", "final"],
  available_for_pickup: [],
  delivered: ["safe_place", "neighbour", "reception", "locker", "partial", "damaged"],
  exception: [
    "delayed",
    "weather",
    "carrier_mechanical",
    "capacity",
    "held",
    "customs_held",
    "customs_documentation",
    "customs_duties_unpaid",
    "address_issue",
    "action_required",
    "damaged",
    "misrouted",
    "lost",
    "disposed",
    "undeliverable",
    "seized",
  ],
  return_to_sender: ["refused", "unclaimed", "moved", "undeliverable", "returned"],
  expired: [],
  cancelled: [],
} as const satisfies { readonly [S in TrackingStatus]: readonly string[] };

/** A status with its sub-status, if there is one. */
export interface Standing {
  readonly status: TrackingStatus;
  readonly subStatus?: string;
}

/** How far along: a scan of a lower rank never replaces one of a higher rank, with the exceptions of `fold.ts`. */
export function rankOf({ status, subStatus }: Standing): number {
  switch (status) {
    case "unknown":
      return 0;
    case "pre_transit":
      return 10;
    case "in_transit":
      return subStatus === "accepted" ? 20 : 30;
    case "out_for_delivery":
      return 40;
    case "delivery_attempted":
      return 45;
    case "available_for_pickup":
      return 50;
    case "exception":
      return 60;
    case "return_to_sender":
      return subStatus === "returned" ? 95 : 70;
    case "expired":
      return 80;
    case "delivered":
      return 90;
    case "cancelled":
      return 99;
  }
}

const finalExceptions: ReadonlySet<string | undefined> = new Set(["disposed", "seized"]);

/** Nothing that a carrier says leads out of it. */
export function isFinal({ status, subStatus }: Standing): boolean {
  return status === "cancelled" || (status === "return_to_sender" && subStatus === "returned") ||
    (status === "exception" && finalExceptions.has(subStatus));
}

/** Whose move it is. */
export type ActionRequired = "none" | "customer" | "merchant" | "carrier";

const actions: { readonly [subStatus: string]: ActionRequired } = {
  notice_left: "customer",
  not_home: "customer",
  business_closed: "customer",
  access_restricted: "customer",
  customs_duties_unpaid: "customer",
  customs_documentation: "merchant",
  action_required: "customer",
  address_issue: "merchant",
  damaged: "merchant",
  lost: "merchant",
  disposed: "merchant",
  undeliverable: "merchant",
  seized: "merchant",
  misrouted: "carrier",
  delayed: "carrier",
  held: "carrier",
  customs_held: "carrier",
  carrier_mechanical: "carrier",
};

export function actionRequired({ status, subStatus }: Standing): ActionRequired {
  if (status === "available_for_pickup") return "customer";
  if (status === "return_to_sender") return "merchant";
  if (status === "delivered" && subStatus !== "damaged" && subStatus !== "partial") return "none";
  const known = subStatus !== undefined && Object.hasOwn(actions, subStatus) ? actions[subStatus] : undefined;
  return known ?? (status === "exception" ? "carrier" : "none");
}
