import { type CarrierAdapter, type Estimate, type NormalParcel, Unreadable } from "../adapter.ts";
import { sharedToken } from "../authentication/shared_token.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { at, firstText, list, type Raw, readJson, text } from "../reading/json.ts";
import { moment } from "../reading/times.ts";
import { eventCodes, ofCategory } from "./codes.ts";

const carrier = "royalmail";

/** Replies of Royal Mail's Tracking API, version 2: the events of one item, or the summaries of up to thirty. */
const adapter: CarrierAdapter = {
  name: carrier,
  title: "Royal Mail",
  // No callback is documented; what forwards one has to know the token.
  authenticate: sharedToken,
  callback: parcelsOf,
  reply: parcelsOf,
  trackingUrl: (trackingNumber) =>
    `https://www.royalmail.com/track-your-item#/tracking-results/${encodeURIComponent(trackingNumber)}`,
};
export default adapter;

function parcelsOf(body: Uint8Array): readonly NormalParcel[] {
  const raw = readJson(body);
  const pieces = at(raw, "mailPieces");
  if (pieces !== undefined) return list(pieces).flatMap(ofPiece);
  // The gateway before the API has words of its own.
  if (at(raw, "errors") !== undefined || at(raw, "httpCode") !== undefined) return [];
  throw new Unreadable("no mail pieces of Royal Mail");
}

function ofPiece(piece: Raw): NormalParcel[] {
  const summary = at(piece, "summary");
  const trackingNumber = firstText(
    at(piece, "mailPieceId"),
    at(summary, "oneDBarcode"),
    at(summary, "uniqueItemId"),
  );
  if (trackingNumber === undefined) return [];
  const events = list(at(piece, "events"));
  return [normalParcel({
    trackingNumber,
    carrier,
    events: events.length > 0 ? events.map((event) => eventOf(event, summary)) : lastEvent(summary),
    ...(said(summary) !== undefined && {
      summary: {
        meaning: eventCodes.meaningOf(text(at(summary, "lastEventCode"))) ?? categoryOf(summary),
        code: said(summary),
      },
    }),
    estimatedDelivery: estimateOf(at(piece, "estimatedDelivery")),
  })];
}

const said = (summary: Raw) => firstText(at(summary, "lastEventCode"), at(summary, "statusCategory"));
const categoryOf = (summary: Raw) => ofCategory(text(at(summary, "statusCategory")));

/** The category of the summary is that of the last event: it explains a code that no table has. */
function eventOf(event: Raw, summary: Raw): ReadEvent {
  const code = text(at(event, "eventCode")), time = text(at(event, "eventDateTime"));
  const isLast = time !== undefined && time === text(at(summary, "lastEventDateTime")) &&
    code === text(at(summary, "lastEventCode"));
  return {
    meaning: eventCodes.meaningOf(code) ?? (isLast ? categoryOf(summary) : undefined),
    moment: moment(time),
    location: text(at(event, "locationName")),
    description: text(at(event, "eventName")),
    code,
  };
}

/** Of several items only summaries are sent, and a summary has their last event. */
function lastEvent(summary: Raw): ReadEvent[] {
  if (at(summary, "lastEventDateTime") === undefined) return [];
  return [eventOf({
    eventCode: at(summary, "lastEventCode"),
    eventName: at(summary, "lastEventName"),
    eventDateTime: at(summary, "lastEventDateTime"),
    locationName: at(summary, "lastEventLocationName"),
  }, summary)];
}

function estimateOf(estimate: Raw): Estimate | undefined {
  const day = moment(text(at(estimate, "date"))?.slice(0, 10))?.at.slice(0, 10);
  if (day === undefined) return undefined;
  const [from, to] = ["startOfEstimatedWindow", "endOfEstimatedWindow"].map((field) => {
    // An hour alone, or a day with its hour.
    const hour = text(at(estimate, field))?.replace(/^.*T/, "");
    return hour === undefined ? undefined : moment(day, hour);
  });
  const exact = from && to && !from.localTime && !to.localTime && from.at <= to.at;
  return exact ? { from: from.at, to: to.at } : { from: day, to: day };
}
