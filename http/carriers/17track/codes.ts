import type { Standing } from "../../../actors/parcel/status.ts";
import { codeTable } from "../codes.ts";

const statuses = "17TRACK v2.2 package statuses, as its receivers quote them; not read at the vendor's";
const milestones = "17TRACK v2.2 milestones (key_stage), in recorded bodies";
const subStatuses =
  "17TRACK v2.2/v2.4 sub-statuses, as several public receivers quote them with their descriptions";

/** Statuses, sub-statuses and milestones: an event's `sub_status` and `stage` may be of any kind. */
export const statusTable = codeTable([
  ["NotFound", "unknown", "not_found", statuses],
  ["InfoReceived", "pre_transit", undefined, statuses],
  ["InTransit", "in_transit", undefined, statuses],
  ["Expired", "expired", undefined, statuses],
  ["AvailableForPickup", "available_for_pickup", undefined, statuses],
  ["OutForDelivery", "out_for_delivery", undefined, statuses],
  ["DeliveryFailure", "delivery_attempted", undefined, statuses],
  ["Delivered", "delivered", undefined, statuses],
  ["Exception", "exception", undefined, statuses],
  ["PickedUp", "in_transit", "accepted", milestones],
  ["Departure", "in_transit", "departed_facility", milestones],
  ["Arrival", "in_transit", "arrived_at_facility", milestones],
  ["Returning", "return_to_sender", undefined, milestones],
  ["Returned", "return_to_sender", "returned", milestones],
  ["NotFound_Other", "unknown", "not_found", subStatuses],
  ["NotFound_InvalidCode", "unknown", "not_found", subStatuses],
  ["InTransit_PickedUp", "in_transit", "accepted", subStatuses],
  ["InTransit_Other", "in_transit", undefined, subStatuses],
  ["InTransit_Departure", "in_transit", "departed_facility", subStatuses],
  ["InTransit_Arrival", "in_transit", "arrived_at_facility", subStatuses],
  ["InTransit_CustomsProcessing", "in_transit", "processing", subStatuses],
  ["InTransit_CustomsReleased", "in_transit", "customs_cleared", subStatuses],
  ["InTransit_CustomsRequiringInformation", "exception", "customs_documentation", subStatuses],
  ["Expired_Other", "expired", undefined, subStatuses],
  ["AvailableForPickup_Other", "available_for_pickup", undefined, subStatuses],
  ["OutForDelivery_Other", "out_for_delivery", undefined, subStatuses],
  ["DeliveryFailure_Other", "delivery_attempted", undefined, subStatuses],
  ["DeliveryFailure_NoBody", "delivery_attempted", "not_home", subStatuses],
  ["DeliveryFailure_Security", "delivery_attempted", "action_required", subStatuses],
  ["DeliveryFailure_Rejected", "delivery_attempted", "refused", subStatuses],
  ["DeliveryFailure_InvalidAddress", "delivery_attempted", "address_issue", subStatuses],
  ["Delivered_Other", "delivered", undefined, subStatuses],
  ["Exception_Other", "exception", undefined, subStatuses],
  ["Exception_Returning", "return_to_sender", undefined, subStatuses],
  ["Exception_Returned", "return_to_sender", "returned", subStatuses],
  ["Exception_NoBody", "exception", "address_issue", subStatuses],
  ["Exception_Security", "exception", "held", subStatuses],
  ["Exception_Damage", "exception", "damaged", subStatuses],
  ["Exception_Damaged", "exception", "damaged", subStatuses],
  ["Exception_Rejected", "exception", "refused", subStatuses],
  ["Exception_Delayed", "exception", "delayed", subStatuses],
  ["Exception_Lost", "exception", "lost", subStatuses],
  ["Exception_Destroyed", "exception", "disposed", subStatuses],
  ["Exception_Cancel", "cancelled", undefined, subStatuses],
]);

/** Of the first of these codes that the table has. */
export function meaningOfAny(...codes: readonly (string | undefined)[]): Standing | undefined {
  for (const code of codes) {
    const meaning = statusTable.meaningOf(code);
    if (meaning) return meaning;
  }
  return undefined;
}
