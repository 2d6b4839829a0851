import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { hmacOfBody } from "../authentication/hmac.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { at, firstText, list, place, type Raw, readJson, text } from "../reading/json.ts";
import { saidEstimate } from "../reading/said_estimate.ts";
import { moment } from "../reading/times.ts";
import { withoutSigner } from "../reading/words.ts";
import { realCarrier } from "../real_carrier.ts";
import { pairTable, statusTable } from "./codes.ts";

const easypost: CarrierAdapter = {
  name: "easypost",
  title: "EasyPost",
  authenticate: hmacOfBody({
    headers: ["x-hmac-signature"],
    encoding: "hex",
    prefix: "hmac-sha256-hex=",
    keyOf: (secret) => secret.normalize("NFKD"),
  }),
  callback: (body) => parcelsIn(readJson(body)),
  reply: (body) => parcelsIn(readJson(body)),
};
export default easypost;

/** An event with its tracker, a tracker alone, or a page of trackers. Other objects, errors, and events as a log has them tell of no parcel. */
function parcelsIn(raw: Raw): readonly NormalParcel[] {
  const found = Array.isArray(raw) ? raw : at(raw, "trackers") ?? at(raw, "result") ?? raw;
  const trackers = list(found).filter(isTracker);
  if (trackers.length > 0) return trackers.map(parcelOf);
  if (tellsOfNone(raw)) return [];
  throw new Unreadable("not EasyPost's: neither an event nor a tracker");
}

function tellsOfNone(raw: Raw): boolean {
  if (text(at(raw, "error", "code")) !== undefined || Array.isArray(at(raw, "trackers"))) return true;
  const object = text(at(raw, "object"));
  if (object !== "Event") return object !== undefined && object !== "Tracker";
  const tracks = text(at(raw, "description"))?.startsWith("tracker.") ?? false;
  return !tracks || (at(raw, "result") ?? undefined) === undefined;
}

const isTracker = (raw: Raw): boolean =>
  text(at(raw, "tracking_code")) !== undefined && (text(at(raw, "object")) ?? "Tracker") === "Tracker";

function parcelOf(tracker: Raw): NormalParcel {
  const status = text(at(tracker, "status"));
  return normalParcel({
    trackingNumber: text(at(tracker, "tracking_code"))!,
    carrier: realCarrier(text(at(tracker, "carrier")), "easypost"),
    events: list(at(tracker, "tracking_details")).map(eventOf),
    summary: status === undefined ? undefined : { meaning: meaningOf(tracker), code: status },
    estimatedDelivery: saidEstimate(
      firstText(at(tracker, "est_delivery_date"), at(tracker, "carrier_detail", "est_delivery_date_local")),
    ),
  });
}

function eventOf(detail: Raw): ReadEvent {
  const where = at(detail, "tracking_location");
  return {
    meaning: meaningOf(detail),
    moment: moment(text(at(detail, "datetime"))),
    location: place(at(where, "city"), at(where, "state"), at(where, "country")),
    description: withoutSigner(firstText(at(detail, "message"), at(detail, "description"))),
    code: firstText(at(detail, "carrier_code"), at(detail, "status")),
  };
}

function meaningOf(said: Raw) {
  const status = text(at(said, "status")), detail = text(at(said, "status_detail"));
  return pairTable.meaningOf(`${status}/${detail}`) ?? statusTable.meaningOf(status);
}
