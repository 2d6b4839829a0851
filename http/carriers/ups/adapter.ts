import { type CarrierAdapter, type Estimate, type NormalParcel, Unreadable } from "../adapter.ts";
import { sharedToken } from "../authentication/shared_token.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { at, firstText, list, place, type Raw, readJson, text } from "../reading/json.ts";
import { type Moment, moment } from "../reading/times.ts";
import { meaningOf } from "./meaning.ts";

const carrier = "ups";

/** Track Alert (one event a callback; version 1 sends empty texts where version 2 sends nothing) and replies of the Track API. */
const adapter: CarrierAdapter = {
  name: carrier,
  title: "UPS",
  // Nothing is signed: version 1 echoes the credential of the subscription, version 2 sends a bearer token.
  authenticate: sharedToken,
  callback: (body) => parcelsOf(readJson(body)),
  reply: (body) => parcelsOf(readJson(body)),
  trackingUrl: (trackingNumber) => `https://www.ups.com/track?tracknum=${encodeURIComponent(trackingNumber)}`,
};
export default adapter;

function parcelsOf(raw: Raw): readonly NormalParcel[] {
  const shipments = at(raw, "trackResponse", "shipment");
  if (shipments !== undefined) return list(shipments).flatMap(ofShipment);
  if (at(raw, "response", "errors") !== undefined) return [];
  const alerts = list(raw);
  if (alerts.length === 0 || !alerts.every(isAlert)) {
    throw new Unreadable("neither a Track Alert nor a reply of the Track API");
  }
  const byNumber = new Map<string, Raw[]>();
  for (const alert of alerts) {
    const trackingNumber = text(at(alert, "trackingNumber"))!;
    byNumber.set(trackingNumber, [...(byNumber.get(trackingNumber) ?? []), alert]);
  }
  return [...byNumber].map(([trackingNumber, ofParcel]) => ofAlerts(trackingNumber, ofParcel));
}

const isAlert = (raw: Raw) =>
  text(at(raw, "trackingNumber")) !== undefined &&
  firstText(at(raw, "activityStatus", "type"), at(raw, "activityStatus", "code")) !== undefined;

function ofAlerts(trackingNumber: string, alerts: readonly Raw[]): NormalParcel {
  const estimatedDelivery = alerts.map(estimateOfAlert).findLast((estimate) => estimate !== undefined);
  return normalParcel({ trackingNumber, carrier, events: alerts.map(eventOfAlert), estimatedDelivery });
}

function eventOfAlert(alert: Raw): ReadEvent {
  const location = at(alert, "activityLocation"), status = at(alert, "activityStatus");
  return {
    meaning: meaningOf(status),
    moment: inGreenwich(at(alert, "gmtActivityDate"), at(alert, "gmtActivityTime")) ??
      moment(
        text(at(alert, "localActivityDate")),
        sixDigits(at(alert, "localActivityTime")),
        text(at(alert, "gmtOffset")),
      ),
    location: place(at(location, "city"), at(location, "stateProvince"), at(location, "country")),
    description: text(at(status, "description")),
    code: codeOf(status),
  };
}

function ofShipment(shipment: Raw): NormalParcel[] {
  const inquiry = text(at(shipment, "inquiryNumber"));
  const parcels = list(at(shipment, "package"));
  // Of a number that it does not know it says so in warnings, and shows no package.
  if (parcels.length === 0) {
    return inquiry === undefined ? [] : [normalParcel({ trackingNumber: inquiry, carrier, events: [] })];
  }
  return parcels.flatMap((parcel) => {
    const trackingNumber = text(at(parcel, "trackingNumber")) ?? inquiry;
    if (trackingNumber === undefined) return [];
    const current = at(parcel, "currentStatus");
    return [normalParcel({
      trackingNumber,
      carrier,
      events: list(at(parcel, "activity")).map(eventOfActivity),
      ...(codeOf(current) !== undefined && {
        summary: { meaning: meaningOf(current), code: codeOf(current) },
      }),
      estimatedDelivery: estimateOfParcel(parcel),
    })];
  });
}

function eventOfActivity(activity: Raw): ReadEvent {
  const address = at(activity, "location", "address"), status = at(activity, "status");
  return {
    meaning: meaningOf(status),
    moment: inGreenwich(at(activity, "gmtDate"), at(activity, "gmtTime")) ??
      moment(
        text(at(activity, "date")),
        sixDigits(at(activity, "time")),
        text(at(activity, "gmtOffset")),
      ),
    location: place(
      at(address, "city"),
      at(address, "stateProvince"),
      firstText(at(address, "countryCode"), at(address, "country")),
    ),
    description: text(at(status, "description")),
    code: codeOf(status),
  };
}

const codeOf = (status: Raw) => firstText(at(status, "code"), at(status, "type"));

function inGreenwich(date: Raw, time: Raw): Moment | undefined {
  const clock = sixDigits(time);
  return clock === undefined ? undefined : moment(text(date), clock, "Z");
}

/** A writer that took the time for a number has dropped its zeros: 91519 is 09:15:19. */
function sixDigits(time: Raw): string | undefined {
  const said = text(time);
  return said !== undefined && /^\d{1,6}$/.test(said) ? said.padStart(6, "0") : said;
}

/**
 * The scheduled day. Its hours are the destination's, and the offset that is sent is that of the scan: they belong together only once
 * the parcel is out for delivery.
 */
function estimateOfAlert(alert: Raw): Estimate | undefined {
  const date = text(at(alert, "scheduledDeliveryDate")), offset = text(at(alert, "gmtOffset"));
  const isOut = meaningOf(at(alert, "activityStatus"))?.status === "out_for_delivery";
  const [from, to] = ["deliveryStartTime", "deliveryEndTime"].map((field) => {
    const time = sixDigits(at(alert, field));
    return time === undefined ? undefined : moment(date, time, offset);
  });
  if (isOut && from && to && !from.localTime && !to.localTime) return { from: from.at, to: to.at };
  return dayOf(date);
}

/** A rescheduled day before the one that was scheduled first. */
function estimateOfParcel(parcel: Raw): Estimate | undefined {
  const dates = list(at(parcel, "deliveryDate"));
  const dateOf = (type: string) => text(at(dates.find((date) => text(at(date, "type")) === type), "date"));
  return dayOf(dateOf("RDD")) ?? dayOf(dateOf("SDD"));
}

function dayOf(date: string | undefined): Estimate | undefined {
  const day = moment(date)?.at.slice(0, 10);
  return day === undefined ? undefined : { from: day, to: day };
}
