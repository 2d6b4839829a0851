import { Unreadable } from "../adapter.ts";
import { at, firstText, list, place, type Raw, text } from "../reading/json.ts";
import { moment } from "../reading/times.ts";
import type { UspsEvent, UspsItem } from "./item.ts";

/** Replies of the old Web Tools: one `TrackInfo` for each number that was asked for, with an error inside for an unknown one. */
export function xmlItems(raw: Raw): readonly UspsItem[] {
  if (at(raw, "Error") !== undefined) return [];
  const response = at(raw, "TrackResponse");
  if (response === undefined) throw new Unreadable("no TrackResponse of USPS");
  return list(at(response, "TrackInfo")).flatMap(itemOf);
}

function itemOf(info: Raw): UspsItem[] {
  const trackingNumber = text(at(info, "@ID"));
  if (trackingNumber === undefined) return [];
  const latest = list(at(info, "TrackSummary"));
  const scans = [...latest, ...list(at(info, "TrackDetail"))].filter((scan) => text(scan) === undefined);
  return [{
    trackingNumber,
    category: text(at(info, "StatusCategory")),
    // The oldest form of the reply is one sentence.
    status: firstText(at(info, "Status"), at(info, "StatusSummary"), latest[0]),
    expected: firstText(at(info, "PredictedDeliveryDate"), at(info, "ExpectedDeliveryDate")),
    events: scans.map(eventOf),
  }];
}

function eventOf(scan: Raw): UspsEvent {
  return {
    code: text(at(scan, "EventCode")),
    type: text(at(scan, "Event")),
    words: undefined,
    moment: moment(text(at(scan, "EventDate")), text(at(scan, "EventTime"))),
    place: place(at(scan, "EventCity"), at(scan, "EventState"), at(scan, "EventCountry")),
  };
}
