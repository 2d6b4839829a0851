import { Unreadable } from "../adapter.ts";
import { at, firstText, list, place, type Raw, text } from "../reading/json.ts";
import { moment } from "../reading/times.ts";
import type { UspsEvent, UspsItem } from "./item.ts";

/** Names that lists of notifications go by in receivers; USPS's own form of a callback is nowhere printed. */
const lists = ["notifications", "trackingNotifications", "events"];

/** Replies of the Tracking API, one or a list; callbacks of a subscription: the same form, or a single event. */
export function jsonItems(raw: Raw): readonly UspsItem[] {
  const named = lists.map((name) => at(raw, name)).find(Array.isArray);
  const messages = list(named ?? raw);
  if (messages.length === 0) throw new Unreadable("no message of USPS");
  const byNumber = new Map<string, UspsItem>();
  for (const item of messages.filter((message) => !isError(message)).map(itemOf)) {
    const before = byNumber.get(item.trackingNumber);
    byNumber.set(item.trackingNumber, before ? together(before, item) : item);
  }
  return [...byNumber.values()];
}

/** An error that does not say of which number. */
const isError = (message: Raw) =>
  text(at(message, "trackingNumber")) === undefined && at(message, "error") !== undefined;

/** Two notifications of one parcel. */
const together = (one: UspsItem, other: UspsItem): UspsItem => ({
  trackingNumber: one.trackingNumber,
  category: other.category ?? one.category,
  status: other.status ?? one.status,
  expected: other.expected ?? one.expected,
  events: [...one.events, ...other.events],
});

function itemOf(message: Raw): UspsItem {
  const trackingNumber = text(at(message, "trackingNumber"));
  if (trackingNumber === undefined) throw new Unreadable("a message of USPS without a tracking number");
  const history = at(message, "trackingEvents") ?? at(message, "eventSummary");
  const single = firstText(at(message, "eventCode"), at(message, "eventType")) !== undefined;
  const expectation = at(message, "deliveryDateExpectation");
  return {
    trackingNumber,
    category: text(at(message, "statusCategory")),
    status: firstText(at(message, "status"), at(message, "statusSummary")),
    expected: firstText(
      at(expectation, "predictedDeliveryDate"),
      at(expectation, "expectedDeliveryDate"),
      at(message, "predictedDeliveryDate"),
      at(message, "expectedDeliveryDate"),
    ),
    events: (history === undefined ? (single ? [message] : []) : list(history)).map(eventOf),
  };
}

function eventOf(event: Raw): UspsEvent {
  const location = at(event, "eventLocation");
  return {
    code: text(at(event, "eventCode")),
    type: text(at(event, "eventType")),
    words: text(at(event, "eventDescription")),
    moment: moment(text(at(event, "GMTTimestamp"))) ??
      moment(
        firstText(at(event, "eventTimestamp"), at(event, "eventTimeStamp"), at(event, "eventDate")),
        text(at(event, "eventTime")),
        text(at(event, "GMTOffset")),
      ),
    place: place(
      firstText(at(event, "eventCity"), at(location, "city")),
      firstText(at(event, "eventState"), at(location, "state")),
      firstText(at(event, "eventCountry"), at(location, "country")),
    ),
  };
}
