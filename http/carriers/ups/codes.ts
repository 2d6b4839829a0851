import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { type CodeRow, codeTable } from "../codes.ts";

const vendor = "UPS-API/api-documentation:UPSTrackAlert.yaml@e6f36df4da29";
const vendorOld = "UPS-API/api-documentation:UPSTrackAlert.yaml@aee93d67c53c";
const karrio = "karrioapi/karrio:ups/units.py@deea10f8568b";
const incident = `${karrio} (incidents)`;
const unverified = "general knowledge of the Track API's status types, unverified";

const rows = (source: string, status: TrackingStatus, subStatus: string | undefined, codes: string) =>
  codes.split(" ").map((code): CodeRow => [code, status, subStatus, source]);

/** `code` of an activity: two characters, and what is decided by first. */
export const activityCodes = codeTable([
  ...rows(vendorOld, "pre_transit", "label_created", "MP"),
  ...rows(karrio, "pre_transit", undefined, "OA"),
  ...rows(karrio, "in_transit", "accepted", "OR PU OC OG"),
  ...rows(vendorOld, "in_transit", "processing", "YP"),
  ...rows(karrio, "in_transit", "departed_facility", "DP"),
  // Karrio reads AR as "access restricted" too; UPS says it of arrivals.
  ...rows(karrio, "in_transit", "arrived_at_facility", "AR"),
  ...rows(karrio, "in_transit", undefined, "AA AF AL DS IH AP"),
  ...rows(karrio, "out_for_delivery", undefined, "OT OD OF DL"),
  ...rows(karrio, "available_for_pickup", undefined, "RP UU AC WC"),
  ...rows(karrio, "delivered", undefined, "FS KB F4"),
  ...rows(karrio, "delivery_attempted", "refused", "RF"),
  ...rows(karrio, "delivery_attempted", undefined, "UR UF CC"),
  ...rows(karrio, "exception", "held", "EX HX HD HI HS HU"),
  ...rows(karrio, "exception", "not_home", "NH"),
  ...rows(karrio, "exception", "delayed", "DY DE SD"),
  ...rows(karrio, "return_to_sender", undefined, "RS RT RH RU"),
  ...rows(karrio, "cancelled", undefined, "VD CA CN CV"),
  ...rows(incident, "delivery_attempted", "refused", "RJ RE"),
  ...rows(incident, "delivery_attempted", "business_closed", "BC CL"),
  ...rows(incident, "delivery_attempted", "not_home", "NA1 NI NAH"),
  ...rows(incident, "delivery_attempted", "access_restricted", "NS SC"),
  ...rows(incident, "exception", "damaged", "DA DM DMG"),
  ...rows(incident, "exception", "misrouted", "MR MSR"),
  ...rows(incident, "exception", "address_issue", "NA NL ANF IA WA BA"),
  ...rows(incident, "exception", "lost", "LO LT LP"),
  ...rows(incident, "exception", "carrier_mechanical", "ME VB"),
  ...rows(incident, "exception", "customs_held", "CD CH CI"),
  ...rows(incident, "exception", "customs_documentation", "CM CP"),
  ...rows(incident, "exception", "customs_duties_unpaid", "CU DU"),
  ...rows(incident, "exception", "weather", "WE WD"),
  ...rows(incident, "exception", "delayed", "NT ND EM"),
]);

/**
 * Codes of which the sources disagree: karrio has them as announced, but UPS sends them of parcels on the way, too. They count only
 * where no type was sent.
 */
export const doubtfulCodes = codeTable(rows(`${karrio} (doubtful)`, "pre_transit", undefined, "XD DD"));

/** `type` of an activity. */
export const activityTypes = codeTable([
  ...rows(vendor, "pre_transit", "label_created", "M"),
  // Karrio counts a voided manifest as announced; UPS itself calls it void.
  ...rows(vendor, "cancelled", undefined, "MV"),
  ...rows(vendor, "in_transit", undefined, "I"),
  ...rows(vendor, "in_transit", "edd_updated", "U"),
  ...rows(karrio, "exception", "held", "X"),
  ...rows(vendor, "delivered", undefined, "D"),
  ...rows(unverified, "in_transit", "accepted", "P"),
  ...rows(unverified, "in_transit", undefined, "W DO DD"),
  ...rows(unverified, "out_for_delivery", undefined, "O"),
  ...rows(unverified, "return_to_sender", undefined, "RS"),
]);
