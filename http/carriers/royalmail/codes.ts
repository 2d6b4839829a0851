import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { type CodeRow, codeTable } from "../codes.ts";

const pages =
  "elliotjreed/royal-mail-tracking:README.md, event codes with the words of the tracking page (unverified)";
const notes = "code and name side by side in notes of public repositories (unverified)";
const karrio = "karrioapi/community:royalmail/units.py@5522868b1375 (incidents)";
const observed = "IN TRANSIT is read in a reply; the others are general knowledge, unverified";

const rows = (source: string, status: TrackingStatus, subStatus: string | undefined, codes: string) =>
  codes.split(" ").map((code): CodeRow => [code, status, subStatus, source]);

/** `eventCode`: where the item is (first letters) and what was done with it. */
export const eventCodes = codeTable([
  ...rows(pages, "pre_transit", undefined, "EVAIE EVAIP"),
  ...rows(pages, "in_transit", "accepted", "EVDAC EVDAV"),
  ...rows(pages, "in_transit", "arrived_at_facility", "EVBAH EVIAV EVIMC"),
  // Karrio counts a mis-sort as an incident; the item goes on at once, and Royal Mail's own category stays IN TRANSIT.
  ...rows(pages, "in_transit", "misrouted", "EVGMI EVIPI EVNMI"),
  ...rows(pages, "in_transit", "rescheduled", "EVNAR ASRXS RFRXS RNRXS RORXS RPRXS RSRXS"),
  ...rows(pages, "out_for_delivery", undefined, "EVGPD"),
  ...rows(pages, "available_for_pickup", undefined, "EVKLC"),
  ...rows(pages, "delivery_attempted", undefined, "EVKSU EVNDN"),
  ...rows(pages, "delivery_attempted", "not_home", "EVKNA EVNDA"),
  ...rows(pages, "delivery_attempted", "access_restricted", "EVKAA EVNAA"),
  ...rows(pages, "delivered", undefined, "EVKOP EVKSP EVNOC EVPLC"),
  ...rows(pages, "delivered", "neighbour", "EVKDN"),
  ...rows(pages, "delivered", "safe_place", "EVKSF"),
  ...rows(pages, "exception", "held", "EVNKS EVNRT"),
  ...rows(pages, "return_to_sender", "undeliverable", "EVKAI"),
  ...rows(pages, "return_to_sender", "moved", "EVKGA EVNGA"),
  ...rows(pages, "return_to_sender", "refused", "EVKRF EVNRF"),
  ...rows(pages, "return_to_sender", "returned", "EVRTS"),
  ...rows(notes, "in_transit", "accepted", "EVPPA EVOAC"),
  ...rows(notes, "in_transit", "arrived_at_facility", "EVORI"),
  ...rows(notes, "in_transit", "departed_facility", "EVODO"),
  ...rows(notes, "in_transit", "processing", "EVOCO"),
  ...rows(notes, "in_transit", "rescheduled", "EVNSR"),
  ...rows(notes, "delivery_attempted", undefined, "EVKNR"),
  ...rows(notes, "delivered", "neighbour", "ENKDN"),
  ...rows(karrio, "in_transit", "misrouted", "MISROUTE"),
  ...rows(karrio, "delivery_attempted", "not_home", "EVNPS NOTHOME"),
  ...rows(karrio, "delivery_attempted", "refused", "REFUSED REF"),
  ...rows(karrio, "delivery_attempted", "business_closed", "CLOSED"),
  ...rows(karrio, "delivery_attempted", "access_restricted", "NOACCESS"),
  ...rows(karrio, "exception", "damaged", "DAMAGED"),
  ...rows(karrio, "exception", "lost", "LOST"),
  ...rows(karrio, "exception", "delayed", "DELAY"),
  ...rows(karrio, "exception", "carrier_mechanical", "VEHICLE"),
  ...rows(karrio, "exception", "address_issue", "BADADDR INCORRECT"),
  ...rows(karrio, "exception", "customs_held", "EVNCU CUSTOMS CUSTOMSHOLD"),
  ...rows(karrio, "exception", "customs_documentation", "CUSTOMSDOC"),
  ...rows(karrio, "exception", "customs_duties_unpaid", "CUSTOMS_UNPAID"),
  ...rows(karrio, "exception", "weather", "WEATHER"),
  ...rows(karrio, "exception", "held", "EVNHE HOLD ONHOLD"),
  ...rows(karrio, "exception", "undeliverable", "UNDELIVERABLE"),
]);

/** `statusCategory` of the summary, with underscores for blanks. */
const categories = codeTable([
  ...rows(observed, "pre_transit", undefined, "PRE_ADVICE SENDER_DESPATCHING"),
  ...rows(observed, "in_transit", undefined, "IN_TRANSIT"),
  ...rows(observed, "out_for_delivery", undefined, "OUT_FOR_DELIVERY"),
  ...rows(observed, "available_for_pickup", undefined, "AVAILABLE_FOR_COLLECTION READY_FOR_COLLECTION"),
  ...rows(observed, "delivery_attempted", undefined, "ATTEMPTED_DELIVERY DELIVERY_ATTEMPTED"),
  ...rows(observed, "delivered", undefined, "DELIVERED COLLECTED"),
  ...rows(observed, "return_to_sender", undefined, "RETURN_TO_SENDER RETURNED_TO_SENDER"),
]);

export const ofCategory = (said: string | undefined) =>
  categories.meaningOf(said?.trim().replace(/[ -]/g, "_"));
