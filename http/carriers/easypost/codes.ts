import { type CodeRow, codeTable } from "../codes.ts";

const statuses = "docs.easypost.com/docs/trackers (Tracker.status)";
const details = "docs.easypost.com/docs/trackers (Tracker.status_detail); meaning by its name, unverified";

/** What a tracker or one of its details says by `status`. */
export const statusTable = codeTable([
  ["unknown", "unknown", undefined, statuses],
  ["pre_transit", "pre_transit", undefined, statuses],
  ["in_transit", "in_transit", undefined, statuses],
  ["out_for_delivery", "out_for_delivery", undefined, statuses],
  ["delivered", "delivered", undefined, statuses],
  ["available_for_pickup", "available_for_pickup", undefined, statuses],
  ["return_to_sender", "return_to_sender", undefined, statuses],
  ["failure", "exception", "undeliverable", statuses],
  ["cancelled", "cancelled", undefined, statuses],
  ["error", "unknown", "tracker_error", statuses],
]);

/** Reasons for which a parcel that EasyPost calls `in_transit` or `unknown` needs attention, and its failure gets a name. */
const troubles: readonly (readonly [detail: string, subStatus: string | undefined])[] = [
  ["address_correction", "address_issue"],
  ["awaiting_information", "action_required"],
  ["damaged", "damaged"],
  ["delayed", "delayed"],
  ["delivery_exception", undefined],
  ["held", "held"],
  ["lost", "lost"],
  ["missorted", "misrouted"],
  ["transit_exception", undefined],
  ["weather_delay", "weather"],
];
const troubled = ["in_transit", "unknown", "failure"].flatMap((status) =>
  troubles.map(([detail, sub]): CodeRow => [
    `${status}/${detail}`,
    "exception",
    sub ?? (status === "failure" ? "undeliverable" : undefined),
    details,
  ])
);

/** What `status/status_detail` says together, where that is more than the status alone. */
export const pairTable = codeTable([
  ["pre_transit/label_created", "pre_transit", "label_created", details],
  ["in_transit/arrived_at_facility", "in_transit", "arrived_at_facility", details],
  ["in_transit/arrived_at_destination", "in_transit", "arrived_at_facility", details],
  ["in_transit/received_at_destination_facility", "in_transit", "arrived_at_facility", details],
  ["in_transit/received_at_origin_facility", "in_transit", "accepted", details],
  ["in_transit/departed_facility", "in_transit", "departed_facility", details],
  ["in_transit/departed_origin_facility", "in_transit", "departed_facility", details],
  ["in_transit/transferred_to_destination_carrier", "in_transit", "forwarded", details],
  ["in_transit/arrived_at_pickup_location", "available_for_pickup", undefined, details],
  ["in_transit/out_for_delivery", "out_for_delivery", undefined, details],
  ["in_transit/refused", "return_to_sender", "refused", details],
  ["in_transit/return", "return_to_sender", undefined, details],
  ["unknown/expired", "expired", undefined, details],
  ["in_transit/expired", "expired", undefined, details],
  ["failure/expired", "expired", undefined, details],
  ["failure/cancelled", "cancelled", undefined, details],
  ["failure/refused", "return_to_sender", "refused", details],
  ["failure/return", "return_to_sender", undefined, details],
  ["return_to_sender/refused", "return_to_sender", "refused", details],
  ["delivered/damaged", "delivered", "damaged", details],
  ...troubled,
]);
