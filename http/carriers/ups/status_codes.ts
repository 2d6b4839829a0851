import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { type CodeRow, codeTable } from "../codes.ts";

const vendor = "UPS-API/api-documentation:UPSTrackAlert.yaml@aee93d67c53c";
const lists = "lists of UPS status codes in public repositories, agreeing with each other; unverified";

const rows = (source: string, status: TrackingStatus, subStatus: string | undefined, codes: string) =>
  codes.split(" ").map((code): CodeRow => [code, status, subStatus, source]);

/**
 * `descriptionCode` of an alert and `statusCode` of a reply: three digits that say the same in fewer words. They are text: `021` is no
 * number.
 */
export const statusCodes = codeTable([
  ...rows(vendor, "pre_transit", "label_created", "003"),
  ...rows(vendor, "in_transit", undefined, "005"),
  ...rows(vendor, "in_transit", "processing", "071"),
  ...rows(vendor, "out_for_delivery", undefined, "021"),
  ...rows(vendor, "delivered", undefined, "011"),
  ...rows(lists, "pre_transit", undefined, "044 045"),
  ...rows(lists, "cancelled", undefined, "007"),
  ...rows(lists, "in_transit", undefined, "010 025 039 041 042 056 057"),
  ...rows(lists, "in_transit", "accepted", "038"),
  ...rows(lists, "in_transit", "customs_cleared", "014"),
  ...rows(lists, "in_transit", "customs", "012"),
  ...rows(lists, "in_transit", "rescheduled", "027 028 054 055 063"),
  ...rows(lists, "out_for_delivery", undefined, "006"),
  ...rows(lists, "available_for_pickup", undefined, "017 040"),
  ...rows(lists, "delivered", undefined, "026"),
  ...rows(lists, "delivery_attempted", undefined, "022 023 060 061 062 066"),
  ...rows(lists, "delivery_attempted", "final", "024"),
  ...rows(lists, "delivery_attempted", "refused", "064"),
  ...rows(lists, "exception", undefined, "013 030"),
  ...rows(lists, "exception", "action_required", "029 049"),
  ...rows(lists, "exception", "held", "016 018 019 020"),
  ...rows(lists, "exception", "delayed", "046 047 048"),
  ...rows(lists, "exception", "weather", "032 051 052 053"),
  ...rows(lists, "exception", "address_issue", "050"),
  ...rows(lists, "exception", "customs_documentation", "058"),
  ...rows(lists, "exception", "damaged", "059"),
  ...rows(lists, "exception", "lost", "068"),
  ...rows(lists, "return_to_sender", undefined, "033 035 036 037"),
  ...rows(lists, "return_to_sender", "returned", "034 067"),
  ...rows(lists, "return_to_sender", "unclaimed", "069"),
]);
