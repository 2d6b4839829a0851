import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { suffixedHash } from "../authentication/suffixed_hash.ts";
import { normalParcel } from "../normal.ts";
import { at, firstText, list, type Raw, readJson, text } from "../reading/json.ts";
import { withSummary } from "../reading/newest.ts";
import { saidEstimate } from "../reading/said_estimate.ts";
import { realCarrier } from "../real_carrier.ts";
import { meaningOfAny } from "./codes.ts";
import { eventsOf, legsOf } from "./legs.ts";

const seventeenTrack: CarrierAdapter = {
  name: "17track",
  title: "17TRACK",
  authenticate: suffixedHash("sign"),
  callback: (body) => parcelsIn(readJson(body)),
  reply: (body) => parcelsIn(readJson(body)),
};
export default seventeenTrack;

/** A webhook with its `data`, or a reply with the numbers that it accepted. Numbers that it rejected, and errors, tell of no parcel. */
function parcelsIn(raw: Raw): readonly NormalParcel[] {
  const content = at(raw, "data") ?? raw;
  const found = Array.isArray(content) ? content : at(content, "accepted") ?? content;
  const parcels = list(found).filter((one) => isParcel(one)).map(parcelOf);
  if (parcels.length > 0) return parcels;
  if (["accepted", "rejected", "errors"].some((field) => Array.isArray(at(content, field)))) return [];
  throw new Unreadable("not 17TRACK's: neither a webhook nor a reply");
}

const isParcel = (raw: Raw): boolean =>
  text(at(raw, "number")) !== undefined &&
  ["carrier", "track_info", "latest_status"].some((field) => at(raw, field) !== undefined);

function parcelOf(parcel: Raw): NormalParcel {
  const status = said(parcel, "latest_status");
  const code = firstText(at(status, "sub_status"), at(status, "status"));
  const meaning = meaningOfAny(text(at(status, "sub_status")), text(at(status, "status")));
  const legs = legsOf(said(parcel, "tracking"));
  const estimate = at(said(parcel, "time_metrics"), "estimated_delivery_date");
  const alone = legs.some(({ events }) => events.length > 0)
    ? []
    : eventsOf(list(said(parcel, "latest_event")));
  return normalParcel({
    trackingNumber: text(at(parcel, "number"))!,
    carrier: realCarrier(legs.at(-1)?.carrier ?? text(at(parcel, "carrier")), "17track"),
    events: withSummary(
      [...legs.flatMap(({ events }) => events), ...alone],
      meaning,
      ({ uncoded }) => uncoded,
    ),
    summary: code === undefined ? undefined : { meaning, code },
    estimatedDelivery: saidEstimate(text(at(estimate, "from")), text(at(estimate, "to"))),
  });
}

/** Documented under `track_info`; recorded also beside it. */
const said = (parcel: Raw, field: string): Raw => at(parcel, "track_info", field) ?? at(parcel, field);
