import { Unreadable } from "../adapter.ts";
import { at, firstText, list, place, type Raw, text } from "../reading/json.ts";
import type { FedexResult, FedexScan } from "./result.ts";

/** Replies of the old Track Web Service, with its SOAP envelope or without. */
export function xmlResults(raw: Raw): readonly FedexResult[] {
  const message = at(raw, "Envelope", "Body") ?? raw;
  if (at(message, "Fault") !== undefined) return [];
  const reply = at(message, "TrackReply");
  if (reply === undefined) throw new Unreadable("no TrackReply of FedEx");
  const completed = list(at(reply, "CompletedTrackDetails"));
  const details = [reply, ...completed].flatMap((part) => list(at(part, "TrackDetails")));
  return details.flatMap(ofDetails);
}

function ofDetails(details: Raw): FedexResult[] {
  const trackingNumber = text(at(details, "TrackingNumber"));
  if (trackingNumber === undefined) return [];
  const status = at(details, "StatusDetail");
  return [{
    trackingNumber,
    uniqueId: text(at(details, "TrackingNumberUniqueIdentifier")),
    shipped: firstText(at(details, "ShipTimestamp"), timeOf(details, "SHIP")),
    latest: {
      type: firstText(at(status, "Code"), at(details, "StatusCode")),
      derived: undefined,
      reason: text(at(list(at(status, "AncillaryDetails"))[0], "Reason")),
    },
    estimate: estimated(details),
    scans: list(at(details, "Events")).map(scanOf),
  }];
}

function estimated(details: Raw): FedexResult["estimate"] {
  const time = firstText(at(details, "EstimatedDeliveryTimestamp"), timeOf(details, "ESTIMATED_DELIVERY"));
  return { begins: time, ends: time };
}

const timeOf = (details: Raw, type: string) =>
  text(
    at(list(at(details, "DatesOrTimes")).find((time) => text(at(time, "Type")) === type), "DateOrTimestamp"),
  );

function scanOf(event: Raw): FedexScan {
  const address = at(event, "Address");
  return {
    time: text(at(event, "Timestamp")),
    type: text(at(event, "EventType")),
    reason: text(at(event, "StatusExceptionCode")),
    derived: undefined,
    place: place(at(address, "City"), at(address, "StateOrProvinceCode"), at(address, "CountryCode")),
    words: text(at(event, "EventDescription")),
    reasonWords: text(at(event, "StatusExceptionDescription")),
  };
}
