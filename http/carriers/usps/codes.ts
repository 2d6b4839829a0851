import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { type CodeRow, codeTable } from "../codes.ts";

const fixtures = "code and words side by side in replies that active_shipping and karrio have recorded";
const publication = "general knowledge of USPS Publication 199, event codes; unverified";
const perl = "USPS::WebTools::Tracking::Codes (Perl), in a public repository; unverified";
const karrio = "karrioapi/karrio:usps/units.py@deea10f8568b";
const incident = `${karrio} (incidents)`;

const rows = (source: string, status: TrackingStatus, subStatus: string | undefined, codes: string) =>
  codes.split(" ").map((code): CodeRow => [code, status, subStatus, source]);

/** `eventCode`: two characters, with their zeros. */
export const eventCodes = codeTable([
  ...rows(fixtures, "pre_transit", "label_created", "GX"),
  ...rows(fixtures, "in_transit", "accepted", "03 OA"),
  ...rows(fixtures, "in_transit", "arrived_at_facility", "07 10 A1"),
  ...rows(fixtures, "in_transit", "departed_facility", "EF SF T1"),
  ...rows(fixtures, "in_transit", "processing", "PC"),
  ...rows(fixtures, "in_transit", undefined, "TL"),
  ...rows(fixtures, "out_for_delivery", undefined, "OF"),
  ...rows(fixtures, "delivered", undefined, "01"),
  ...rows(publication, "pre_transit", "label_created", "MA"),
  ...rows(publication, "available_for_pickup", undefined, "14 16"),
  ...rows(publication, "delivery_attempted", "notice_left", "02 52 54"),
  ...rows(publication, "delivery_attempted", "access_restricted", "53 55"),
  ...rows(publication, "exception", "refused", "04"),
  ...rows(publication, "exception", "address_issue", "05 21 22 23"),
  ...rows(publication, "return_to_sender", undefined, "09 29"),
  ...rows(publication, "in_transit", undefined, "NT"),
  ...rows(publication, "in_transit", "departed_facility", "L1"),
  ...rows(publication, "in_transit", "arrived_at_facility", "U1"),
  ...rows(publication, "pre_transit", undefined, "89"),
  ...rows(publication, "in_transit", "accepted", "AD UA 83"),
  ...rows(perl, "in_transit", "accepted", "43 80 PA TM"),
  ...rows(perl, "in_transit", "forwarded", "06"),
  ...rows(perl, "in_transit", "misrouted", "08 15"),
  ...rows(perl, "in_transit", "arrived_at_facility", "19 41 81"),
  ...rows(perl, "in_transit", "departed_facility", "82"),
  ...rows(perl, "in_transit", "rescheduled", "71"),
  ...rows(perl, "in_transit", undefined, "42 DX"),
  ...rows(perl, "delivery_attempted", "access_restricted", "30"),
  ...rows(perl, "delivery_attempted", "business_closed", "51"),
  ...rows(perl, "delivery_attempted", "not_home", "56"),
  ...rows(perl, "exception", "undeliverable", "11"),
  ...rows(perl, "return_to_sender", "moved", "24"),
  ...rows(perl, "return_to_sender", "undeliverable", "25 26 28"),
  ...rows(perl, "return_to_sender", "unclaimed", "27 31"),
]);

/** Names that karrio gives to what has happened; they stand where an event code would. */
export const incidents = codeTable([
  ...rows(karrio, "in_transit", "accepted", "PU PICKED_UP"),
  ...rows(incident, "exception", "damaged", "DAMAGED DMG"),
  ...rows(incident, "exception", "misrouted", "MISROUTED MSR"),
  ...rows(incident, "exception", "address_issue", "ADDRESS_NOT_FOUND ANF NO_SUCH_NUMBER"),
  ...rows(incident, "exception", "address_issue", "INCORRECT_ADDRESS IA WRONG_ADDRESS"),
  ...rows(incident, "exception", "lost", "LOST LO"),
  ...rows(incident, "exception", "delayed", "LATE LT NATURAL_DISASTER ND EMERGENCY"),
  ...rows(incident, "exception", "carrier_mechanical", "VEHICLE_BREAKDOWN VB"),
  ...rows(incident, "exception", "customs_held", "CUSTOMS_DELAY CD CUSTOMS_HOLD"),
  ...rows(incident, "exception", "customs_documentation", "CUSTOMS_DOCUMENTATION CM"),
  ...rows(incident, "exception", "customs_duties_unpaid", "CUSTOMS_UNPAID CU DUTIES_UNPAID"),
  ...rows(incident, "exception", "weather", "WEATHER WE WEATHER_DELAY"),
  ...rows(incident, "exception", "moved", "MOVED MV RECIPIENT_MOVED"),
  ...rows(incident, "delivery_attempted", "refused", "REFUSED RF"),
  ...rows(incident, "delivery_attempted", "business_closed", "BUSINESS_CLOSED BC"),
  ...rows(incident, "delivery_attempted", "not_home", "NOT_AVAILABLE NA NOT_HOME NH"),
  ...rows(incident, "delivery_attempted", "access_restricted", "ACCESS_RESTRICTED AR NO_SECURE_LOCATION"),
  ...rows(incident, "delivery_attempted", "access_restricted", "NO_ACCESS NS"),
  ...rows(incident, "delivery_attempted", "notice_left", "SIGNATURE_REQUIRED SR"),
  ...rows(incident, "delivery_attempted", undefined, "DELIVERY_ATTEMPTED DA ATTEMPTED"),
]);
