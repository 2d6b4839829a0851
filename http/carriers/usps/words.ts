import type { Standing, TrackingStatus } from "../../../actors/parcel/status.ts";
import { type CodeRow, codeTable } from "../codes.ts";

const karrio = "karrioapi/karrio:usps/units.py@deea10f8568b";
const observed = "values of statusCategory in receivers of public repositories; unverified";

const rows = (source: string, status: TrackingStatus, subStatus: string | undefined, phrases: string[]) =>
  phrases.map((phrase): CodeRow => [phrase, status, subStatus, source]);

/** `statusCategory`, and the types of event that a subscription names: the same phrases with blanks, hyphens or underscores. */
const categories = codeTable([
  ...rows(karrio, "exception", "held", ["on hold"]),
  ...rows(karrio, "delivered", undefined, ["delivered"]),
  ...rows(karrio, "in_transit", undefined, ["in transit"]),
  ...rows(karrio, "delivery_attempted", undefined, ["delivery failed"]),
  ...rows(karrio, "exception", "delayed", ["delivery delayed"]),
  ...rows(karrio, "out_for_delivery", undefined, ["out for delivery"]),
  ...rows(karrio, "available_for_pickup", undefined, ["ready for pickup"]),
  ...rows(karrio, "in_transit", "accepted", ["picked up", "origin scan", "acceptance"]),
  ...rows(observed, "pre_transit", undefined, ["pre shipment"]),
  ...rows(observed, "in_transit", "accepted", ["accepted"]),
  ...rows(observed, "available_for_pickup", undefined, ["available for pickup", "available for pick up"]),
  ...rows(observed, "delivery_attempted", undefined, ["delivery attempt", "delivery attempted"]),
  ...rows(observed, "exception", undefined, ["alert", "delivery exception"]),
  ...rows(observed, "return_to_sender", undefined, ["return to sender", "returned to sender"]),
  ...rows(observed, "cancelled", undefined, ["cancelled"]),
]);

export const ofCategory = (said: string | undefined): Standing | undefined =>
  categories.meaningOf(said?.replace(/[_-]/g, " "));

/** Words of events without a known code, the first that is found counts: what is no delivery comes before what is one. */
const phrases: readonly (readonly [phrase: string, status: TrackingStatus, subStatus?: string])[] = [
  ["original sender", "return_to_sender", "returned"],
  ["return to sender", "return_to_sender"],
  ["returned to sender", "return_to_sender"],
  ["undeliverable", "exception", "address_issue"],
  ["insufficient address", "exception", "address_issue"],
  ["no such number", "exception", "address_issue"],
  ["refused", "exception", "refused"],
  ["could not be delivered", "delivery_attempted"],
  ["delivery attempt", "delivery_attempted"],
  ["notice left", "delivery_attempted", "notice_left"],
  ["no access", "delivery_attempted", "access_restricted"],
  ["customs clearance", "in_transit", "customs"],
  ["available for pick", "available_for_pickup"],
  ["ready for pickup", "available_for_pickup"],
  ["out for delivery", "out_for_delivery"],
  ["held at", "exception", "held"],
  ["arriving late", "exception", "delayed"],
  ["delayed", "exception", "delayed"],
  ["awaiting item", "pre_transit"],
  ["label created", "pre_transit", "label_created"],
  ["pre-shipment", "pre_transit"],
  ["delivered", "delivered"],
  ["missent", "in_transit", "misrouted"],
  ["forwarded", "in_transit", "forwarded"],
  ["rescheduled", "in_transit", "rescheduled"],
  ["acceptance", "in_transit", "accepted"],
  ["accepted", "in_transit", "accepted"],
  ["picked up", "in_transit", "accepted"],
  ["possession of item", "in_transit", "accepted"],
  ["departed", "in_transit", "departed_facility"],
  ["arrived", "in_transit", "arrived_at_facility"],
  ["in transit", "in_transit"],
  ["processed", "in_transit", "processing"],
  ["sorting", "in_transit", "processing"],
];

export function ofWords(said: string | undefined): Standing | undefined {
  const words = said?.toLowerCase() ?? "";
  const found = phrases.find(([phrase]) => words.includes(phrase));
  if (found === undefined) return undefined;
  const [, status, subStatus] = found;
  return subStatus === undefined ? { status } : { status, subStatus };
}

const places: readonly (readonly [word: string, subStatus: string])[] = [
  ["locker", "locker"],
  ["neighbor", "neighbour"],
  ["front desk", "reception"],
  ["reception", "reception"],
  ["mail room", "reception"],
  ["porch", "safe_place"],
  ["garage", "safe_place"],
  ["front door", "safe_place"],
  ["back door", "safe_place"],
];

/** `Delivered, Parcel Locker`: USPS has one code for all deliveries, even for the one back at the sender. */
export function ofDelivery(said: string | undefined): Standing {
  const words = said?.toLowerCase() ?? "";
  if (words.includes("original sender")) return { status: "return_to_sender", subStatus: "returned" };
  const found = places.find(([word]) => words.includes(word));
  return found === undefined ? { status: "delivered" } : { status: "delivered", subStatus: found[1] };
}
