import { codeTable } from "../codes.ts";

const karrio = "karrioapi/karrio:gls/units.py@deea10f8568b";
const receivers =
  "GLS Track And Trace v1 as quoted by receivers (public files 67311958844, 35280541934, 66582258407)";
const guess = "general knowledge, unverified";

/** A parcel's `status`. */
export const statuses = codeTable([
  ["PLANNEDPICKUP", "pre_transit", undefined, karrio],
  ["INPICKUP", "pre_transit", undefined, karrio],
  ["PREADVICE", "pre_transit", undefined, karrio],
  ["INTRANSIT", "in_transit", undefined, karrio],
  ["INWAREHOUSE", "in_transit", "arrived_at_facility", karrio],
  ["INDELIVERY", "out_for_delivery", undefined, karrio],
  // It stands in two rows of karrio's table; the parcel is in a shop, and nobody has it yet.
  ["DELIVEREDPS", "available_for_pickup", undefined, karrio],
  ["DELIVERED", "delivered", undefined, karrio],
  ["FINAL", "delivered", undefined, karrio],
  ["NOTDELIVERED", "delivery_attempted", undefined, karrio],
  ["NOTPICKEDUP", "delivery_attempted", undefined, karrio],
  ["CANCELED", "cancelled", undefined, karrio],
  ["CANCELLED", "cancelled", undefined, guess],
]);

/** An event's `code`: `CATEGORY.REASON`, spelt as GLS spells it. */
export const events = codeTable([
  ["INTIAL.PREADVICE", "pre_transit", undefined, receivers],
  ["INTIAL.E48_DATA", "pre_transit", undefined, receivers],
  ["INTIAL.NORMAL", "in_transit", "accepted", receivers],
  ["DELIVD.NORMAL", "delivered", undefined, receivers],
  ["DELIVD.PARCELSHOP", "available_for_pickup", undefined, receivers],
  ["DELIVD.DEL_BY_PSAPP", "delivered", undefined, receivers],
  ["DELIVD.NEIGHBOUR", "delivered", "neighbour", guess],
]);

/** What a category means whatever the reason. */
export const categories = codeTable([
  ["INTIAL", "in_transit", undefined, receivers],
  ["INBOUD", "in_transit", "arrived_at_facility", receivers],
  ["OUTBOD", "in_transit", "departed_facility", receivers],
  ["TRANSI", "in_transit", undefined, "public file 70120675960 (a receiver's test)"],
  ["OUTDEL", "out_for_delivery", undefined, receivers],
  ["DELIVD", "delivered", undefined, receivers],
  ["NODELI", "delivery_attempted", undefined, guess],
  ["NOTDEL", "delivery_attempted", undefined, guess],
  ["RETURN", "return_to_sender", undefined, guess],
  ["CANCEL", "cancelled", undefined, guess],
]);
