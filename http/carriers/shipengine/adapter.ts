import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { rsaSignature } from "../authentication/rsa_signature.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { at, firstText, list, place, type Raw, readJson, text } from "../reading/json.ts";
import { withSummary } from "../reading/newest.ts";
import { saidEstimate } from "../reading/said_estimate.ts";
import { moment } from "../reading/times.ts";
import { withoutSigner } from "../reading/words.ts";
import { realCarrier } from "../real_carrier.ts";
import { detailTable, statusTable } from "./codes.ts";
import { namedInUrl } from "./resource_url.ts";

const shipengine: CarrierAdapter = {
  name: "shipengine",
  title: "ShipEngine",
  authenticate: rsaSignature({
    signature: "x-shipengine-rsa-sha256-signature",
    keyId: "x-shipengine-rsa-sha256-key-id",
    time: "x-shipengine-timestamp",
  }),
  callback: (body) => parcelsIn(readJson(body)),
  reply: (body) => parcelsIn(readJson(body)),
};
export default shipengine;

/** A webhook with its `data`, or tracking information alone. Webhooks of other resources, and errors, tell of no parcel. */
function parcelsIn(raw: Raw): readonly NormalParcel[] {
  const url = text(at(raw, "resource_url"));
  const found = list(Array.isArray(raw) ? raw : at(raw, "data") ?? raw);
  const parcels = found.flatMap((one) => parcelOf(one, url) ?? []);
  if (parcels.length > 0) return parcels;
  const type = text(at(raw, "resource_type"));
  const otherResource = type !== undefined && !/^(API_TRACK|TRACK_EVENT_V2)$/i.test(type);
  if (otherResource || Array.isArray(at(raw, "errors"))) return [];
  throw new Unreadable("not ShipEngine's: neither a webhook nor tracking information");
}

/** A thin webhook names its parcel only in the URL to ask. */
function parcelOf(information: Raw, url: string | undefined): NormalParcel | undefined {
  const named = namedInUrl(url);
  const trackingNumber = text(at(information, "tracking_number")) ?? named.trackingNumber;
  const code = text(at(information, "status_code")), meaning = meaningOf(information);
  const tells = code !== undefined || Array.isArray(at(information, "events")) ||
    named.trackingNumber !== undefined;
  if (trackingNumber === undefined || !tells) return undefined;
  const deliveredAt = moment(text(at(information, "actual_delivery_date")))?.at;
  const events = list(at(information, "events")).map(eventOf);
  return normalParcel({
    trackingNumber,
    carrier: realCarrier(carrierOf(information) ?? named.carrier, "shipengine"),
    events: withSummary(events, meaning, (event) => event.uncoded && !isAfter(event, deliveredAt)),
    summary: code === undefined ? undefined : { meaning, code },
    estimatedDelivery: saidEstimate(text(at(information, "estimated_delivery_date"))),
  });
}

/** An event after the delivery is not the delivery that the summary speaks of. */
const isAfter = ({ moment }: ReadEvent, deliveredAt: string | undefined): boolean =>
  moment !== undefined && deliveredAt !== undefined && Date.parse(moment.at) > Date.parse(deliveredAt);

const carrierOf = (information: Raw): string | undefined =>
  text(at(information, "carrier_code")) ?? namedInUrl(text(at(information, "links", "self", "href"))).carrier;

function eventOf(event: Raw): ReadEvent & { readonly uncoded: boolean } {
  const own = firstText(at(event, "status_detail_code"), at(event, "status_code"));
  // The carrier's local time has no zone; ShipEngine's own is made from it, with one.
  const time = firstText(at(event, "occurred_at"), at(event, "event_date"), at(event, "carrier_occurred_at"));
  const description = firstText(
    at(event, "description"),
    at(event, "carrier_status_description"),
    at(event, "status_description"),
  );
  return {
    meaning: meaningOf(event),
    moment: moment(time),
    location: place(at(event, "city_locality"), at(event, "state_province"), at(event, "country_code")),
    description: withoutSigner(description),
    code: firstText(at(event, "event_code"), at(event, "carrier_status_code"), own),
    uncoded: own === undefined,
  };
}

function meaningOf(said: Raw) {
  const detail = detailTable.meaningOf(text(at(said, "status_detail_code")));
  const status = statusTable.meaningOf(text(at(said, "status_code")));
  return detail === undefined || detail.status === "unknown" ? status ?? detail : detail;
}
