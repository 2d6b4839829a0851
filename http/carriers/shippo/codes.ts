import { codeTable } from "../codes.ts";

const page = "docs.goshippo.com/docs/tracking/tracking";

/** What a status says alone. */
export const statusTable = codeTable([
  ["PRE_TRANSIT", "pre_transit", undefined, page],
  ["TRANSIT", "in_transit", undefined, page],
  ["DELIVERED", "delivered", undefined, page],
  ["RETURNED", "return_to_sender", undefined, page],
  ["FAILURE", "exception", "undeliverable", page],
  ["UNKNOWN", "unknown", undefined, page],
]);

/** What a status says with its substatus. A pair that does not stand here contradicts itself, and the status counts. */
export const pairTable = codeTable([
  ["PRE_TRANSIT/information_received", "pre_transit", undefined, page],
  ["TRANSIT/out_for_delivery", "out_for_delivery", undefined, page],
  ["TRANSIT/delivery_attempted", "delivery_attempted", undefined, page],
  ["TRANSIT/notice_left", "delivery_attempted", "notice_left", page],
  ["TRANSIT/pickup_available", "available_for_pickup", undefined, page],
  ["TRANSIT/package_accepted", "in_transit", "accepted", page],
  ["TRANSIT/package_arrived", "in_transit", "arrived_at_facility", page],
  ["TRANSIT/package_departed", "in_transit", "departed_facility", page],
  ["TRANSIT/package_processing", "in_transit", "processing", page],
  ["TRANSIT/package_processed", "in_transit", "processing", page],
  ["TRANSIT/package_forwarded", "in_transit", "forwarded", page],
  ["TRANSIT/delivery_scheduled", "in_transit", "delivery_scheduled", page],
  ["TRANSIT/delivery_rescheduled", "in_transit", "rescheduled", page],
  ["TRANSIT/reschedule_delivery", "exception", "action_required", page],
  ["TRANSIT/delayed", "exception", "delayed", page],
  ["TRANSIT/package_held", "exception", "held", page],
  ["TRANSIT/package_damaged", "exception", "damaged", page],
  ["TRANSIT/address_issue", "exception", "address_issue", page],
  ["TRANSIT/contact_carrier", "exception", "action_required", page],
  ["TRANSIT/location_inaccessible", "exception", "access_restricted", page],
  ["DELIVERED/delivered", "delivered", undefined, page],
  ["RETURNED/return_to_sender", "return_to_sender", undefined, page],
  ["RETURNED/package_unclaimed", "return_to_sender", "unclaimed", page],
  ["FAILURE/package_undeliverable", "exception", "undeliverable", page],
  ["FAILURE/package_disposed", "exception", "disposed", page],
  ["FAILURE/package_lost", "exception", "lost", page],
  ["UNKNOWN/other", "unknown", undefined, page],
]);
