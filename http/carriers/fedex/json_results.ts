import { Unreadable } from "../adapter.ts";
import { at, firstText, list, place, type Raw, text } from "../reading/json.ts";
import type { FedexResult, FedexScan } from "./result.ts";

/**
 * Replies of the Track API; callbacks of Advanced Integrated Visibility have results of the same form. Their envelope is nowhere
 * printed, so the results are taken from wherever they stand: in `output`, at the top, in a list, or alone.
 */
export function jsonResults(raw: Raw): readonly FedexResult[] {
  const message = at(raw, "output") ?? raw;
  const complete = at(message, "completeTrackResults");
  if (complete !== undefined) return list(complete).flatMap(ofNumber);
  if (at(message, "trackResults") !== undefined) return ofNumber(message);
  if (at(raw, "errors") !== undefined) return [];
  const alone = list(message);
  if (alone.length === 0 || !alone.every((result) => at(result, "trackingNumberInfo") !== undefined)) {
    throw new Unreadable("no results of FedEx");
  }
  return alone.flatMap((result) => ofResult(result, undefined));
}

function ofNumber(complete: Raw): readonly FedexResult[] {
  const asked = text(at(complete, "trackingNumber"));
  return list(at(complete, "trackResults")).flatMap((result) => ofResult(result, asked));
}

function ofResult(result: Raw, asked: string | undefined): FedexResult[] {
  const trackingNumber = asked ?? text(at(result, "trackingNumberInfo", "trackingNumber"));
  if (trackingNumber === undefined) return [];
  const status = at(result, "latestStatusDetail");
  const window = at(result, "estimatedDeliveryTimeWindow", "window");
  return [{
    trackingNumber,
    uniqueId: text(at(result, "trackingNumberInfo", "trackingNumberUniqueId")),
    shipped: timeOf(result, "SHIP"),
    latest: {
      type: text(at(status, "code")),
      derived: text(at(status, "derivedCode")),
      reason: text(at(list(at(status, "ancillaryDetails"))[0], "reason")),
    },
    estimate: {
      begins: firstText(at(window, "begins"), timeOf(result, "ESTIMATED_DELIVERY")),
      ends: firstText(at(window, "ends"), timeOf(result, "ESTIMATED_DELIVERY")),
    },
    scans: list(at(result, "scanEvents")).map(scanOf),
  }];
}

const timeOf = (result: Raw, type: string) =>
  text(at(list(at(result, "dateAndTimes")).find((time) => text(at(time, "type")) === type), "dateTime"));

function scanOf(scan: Raw): FedexScan {
  const location = at(scan, "scanLocation");
  return {
    time: text(at(scan, "date")),
    type: text(at(scan, "eventType")),
    reason: text(at(scan, "exceptionCode")),
    derived: text(at(scan, "derivedStatusCode")),
    place: place(at(location, "city"), at(location, "stateOrProvinceCode"), at(location, "countryCode")),
    words: firstText(at(scan, "eventDescription"), at(scan, "derivedStatus")),
    reasonWords: text(at(scan, "exceptionDescription")),
  };
}
