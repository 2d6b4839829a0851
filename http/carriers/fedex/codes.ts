import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { type CodeRow, codeTable } from "../codes.ts";

const karrio = "karrioapi/karrio:fedex/units.py@deea10f8568b";
const incident = `${karrio} (incidents)`;
const guide =
  "FedEx Web Services, Track Service guide, tracking status codes, as quoted in public repositories (unverified)";
const samples = "reason and description side by side in replies that FedEx sends or prints";
const receivers = "receivers' own tables in public repositories (unverified)";

const rows = (source: string, status: TrackingStatus, subStatus: string | undefined, codes: string) =>
  codes.split(" ").map((code): CodeRow => [code, status, subStatus, source]);

/** `eventType` of a scan, `code` of the latest status; `derivedStatusCode` is of the same list. */
export const eventTypes = codeTable([
  ...rows(karrio, "pre_transit", "label_created", "OC OX"),
  ...rows(karrio, "pre_transit", undefined, "EP MD"),
  ...rows(karrio, "in_transit", "accepted", "PU PX OF AP"),
  ...rows(karrio, "in_transit", "arrived_at_facility", "AA AC AF AR AX FD SF PL"),
  ...rows(karrio, "in_transit", "departed_facility", "DP LO"),
  ...rows(karrio, "in_transit", undefined, "IT IX EA EO OW PF PM TR"),
  ...rows(karrio, "out_for_delivery", undefined, "AD ED OD"),
  ...rows(karrio, "available_for_pickup", undefined, "HL HP"),
  ...rows(karrio, "delivery_attempted", undefined, "DE"),
  ...rows(karrio, "delivered", undefined, "DL"),
  ...rows(karrio, "exception", "customs_held", "CD"),
  ...rows(karrio, "exception", "held", "SE HA"),
  ...rows(karrio, "exception", "delayed", "DY DD PY"),
  ...rows(karrio, "return_to_sender", undefined, "RS RT"),
  ...rows(karrio, "cancelled", undefined, "CA"),
  // Karrio has it as cancelled. It is the link to a return label that has expired; whoever has printed the label can still send.
  ...rows(guide, "expired", undefined, "RD"),
  ...rows(guide, "cancelled", undefined, "LP"),
  ...rows(guide, "pre_transit", undefined, "DR DS RG RP"),
  ...rows(guide, "in_transit", undefined, "CH IP SP TP"),
  ...rows(guide, "in_transit", "customs", "BR CP CU"),
  ...rows(guide, "in_transit", "customs_cleared", "CC"),
  ...rows(guide, "in_transit", "rescheduled", "RC RM RR"),
  ...rows(guide, "exception", "delayed", "PD"),
  ...rows(samples, "pre_transit", "label_created", "IN"),
  ...rows(samples, "in_transit", "edd_updated", "AE AO"),
  ...rows(samples, "exception", "delayed", "RL"),
]);

/**
 * `exceptionCode` of a scan, `reason` of a status. Zeros at the front count: 07 is Express's "refused", 007 Ground's "not available or
 * business closed".
 */
export const reasons = codeTable([
  ...rows(incident, "exception", "misrouted", "MR MSR"),
  ...rows(incident, "exception", "address_issue", "NA ANF IA WA BA"),
  ...rows(incident, "exception", "carrier_mechanical", "DR"),
  ...rows(incident, "delivery_attempted", "refused", "RF RJ RE"),
  ...rows(incident, "delivery_attempted", "business_closed", "BC CL"),
  ...rows(incident, "delivery_attempted", "not_home", "NA1 NI NH NAH"),
  ...rows(incident, "delivery_attempted", "access_restricted", "NS SC"),
  ...rows(incident, "exception", "customs_held", "CP"),
  ...rows(incident, "exception", "weather", "WE WD PMX"),
  ...rows(incident, "exception", "delayed", "ND EM"),
  ...rows(incident, "exception", "held", "SEC HD"),
  ...rows(incident, "exception", "undeliverable", "PD UD"),
  ...rows(samples, "in_transit", "customs", "72 A25"),
  ...rows(samples, "delivery_attempted", "not_home", "08 007 15"),
  ...rows(samples, "delivery_attempted", "access_restricted", "083"),
  ...rows(samples, "exception", "delayed", "A52"),
  ...rows(receivers, "delivery_attempted", "refused", "07"),
  ...rows(receivers, "exception", "address_issue", "03"),
  ...rows(receivers, "in_transit", "rescheduled", "17"),
]);
