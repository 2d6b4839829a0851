import { codeTable } from "../codes.ts";

const tags = "aftership.com/docs/tracking/enum/delivery-statuses";
const subtags = "aftership.com/docs/tracking/enum/delivery-sub-statuses";
const subtags2026 = "aftership.com/docs/tracking/2026-07/enum/delivery-sub-statuses";
const helpPage = "tracking-helpcenter.aftership.com: learn-about-delivery-sub-status (since March 2026)";
const olderSubtag = "AfterShip webhook changelog: replaced by AvailableForPickup_001";

/** What a tag says alone. */
export const tagTable = codeTable([
  ["Pending", "unknown", undefined, tags],
  ["InfoReceived", "pre_transit", undefined, tags],
  ["InTransit", "in_transit", undefined, tags],
  ["OutForDelivery", "out_for_delivery", undefined, tags],
  ["AttemptFail", "delivery_attempted", undefined, tags],
  ["Delivered", "delivered", undefined, tags],
  ["AvailableForPickup", "available_for_pickup", undefined, tags],
  ["Exception", "exception", undefined, tags],
  ["Expired", "expired", undefined, tags],
]);

/** Subtags, which refine tags. */
export const subtagTable = codeTable([
  ["Pending_001", "unknown", undefined, subtags],
  ["InfoReceived_001", "pre_transit", undefined, subtags],
  ["InTransit_001", "in_transit", undefined, subtags],
  ["InTransit_002", "in_transit", "accepted", subtags],
  ["InTransit_003", "in_transit", "arrived_at_facility", subtags],
  ["InTransit_004", "in_transit", "arrived_at_facility", subtags],
  ["InTransit_005", "in_transit", "customs_cleared", subtags],
  ["InTransit_006", "in_transit", "processing", subtags],
  ["InTransit_007", "in_transit", "departed_facility", subtags],
  ["InTransit_008", "in_transit", undefined, subtags],
  ["InTransit_009", "in_transit", "forwarded", subtags],
  ["OutForDelivery_001", "out_for_delivery", undefined, subtags],
  ["OutForDelivery_002", "available_for_pickup", undefined, olderSubtag],
  ["OutForDelivery_003", "out_for_delivery", undefined, subtags],
  ["OutForDelivery_004", "out_for_delivery", "delivery_scheduled", subtags],
  ["AttemptFail_001", "delivery_attempted", undefined, subtags],
  ["AttemptFail_002", "delivery_attempted", "not_home", subtags],
  ["AttemptFail_003", "delivery_attempted", "business_closed", subtags],
  ["Delivered_001", "delivered", undefined, subtags],
  ["Delivered_002", "delivered", undefined, subtags],
  ["Delivered_003", "delivered", undefined, subtags],
  ["Delivered_004", "delivered", undefined, subtags],
  ["Delivered_005", "delivered", "neighbour", subtags2026],
  ["AvailableForPickup_001", "available_for_pickup", undefined, subtags],
  ["Exception_001", "exception", undefined, subtags],
  ["Exception_002", "exception", "address_issue", subtags],
  ["Exception_003", "exception", "refused", subtags],
  ["Exception_004", "exception", "customs_held", subtags],
  ["Exception_005", "exception", "delayed", subtags],
  ["Exception_006", "exception", "action_required", subtags],
  ["Exception_007", "exception", "address_issue", subtags],
  ["Exception_008", "exception", "unclaimed", subtags],
  ["Exception_009", "exception", "undeliverable", subtags],
  ["Exception_010", "return_to_sender", undefined, subtags],
  ["Exception_011", "return_to_sender", "returned", subtags],
  ["Exception_012", "exception", "damaged", subtags],
  ["Exception_013", "exception", "lost", subtags],
  ["Exception_016", "exception", "delayed", helpPage],
  ["Exception_017", "exception", "weather", helpPage],
  ["Exception_018", "exception", "customs_documentation", helpPage],
  ["Exception_019", "exception", "delayed", helpPage],
  ["Exception_020", "cancelled", undefined, helpPage],
  ["Exception_021", "exception", "disposed", helpPage],
  ["Expired_001", "expired", undefined, subtags],
]);
