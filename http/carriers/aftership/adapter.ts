import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { firstHeader } from "../authentication/first_header.ts";
import { hmacOfBody } from "../authentication/hmac.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { at, firstText, list, place, type Raw, readJson, text } from "../reading/json.ts";
import { withSummary } from "../reading/newest.ts";
import { moment } from "../reading/times.ts";
import { placeText, withoutSigner } from "../reading/words.ts";
import { realCarrier } from "../real_carrier.ts";
import { subtagTable, tagTable } from "./codes.ts";
import { estimateOf } from "./estimate.ts";

const inBase64 = (header: string, prefix = "") =>
  hmacOfBody({ headers: [header], encoding: "base64", prefix });

const aftership: CarrierAdapter = {
  name: "aftership",
  title: "AfterShip",
  // Each of its products has a header of its own.
  authenticate: firstHeader([
    ["aftership-hmac-sha256", inBase64("aftership-hmac-sha256")],
    ["as-signature-hmac-sha256", inBase64("as-signature-hmac-sha256")],
    ["am-webhook-signature", inBase64("am-webhook-signature", "hmac-sha256=")],
  ]),
  callback: (body) => parcelsIn(readJson(body)),
  reply: (body) => parcelsIn(readJson(body)),
};
export default aftership;

/** A webhook with its `msg`, a reply with one tracking, many, or only the last checkpoint; a tracking alone. Events of other
 * things, and errors, tell of no parcel. */
function parcelsIn(raw: Raw): readonly NormalParcel[] {
  const content = at(raw, "msg") ?? at(raw, "data") ?? raw;
  const found = Array.isArray(raw) ? raw : at(content, "trackings") ?? at(content, "tracking") ?? content;
  const trackings = list(found).filter(isTracking);
  if (trackings.length > 0) return trackings.map(parcelOf);
  const event = text(at(raw, "event"));
  const otherEvent = event !== undefined && at(raw, "event_id") !== undefined &&
    !/^(tracking|edd)_/.test(event);
  if (otherEvent || text(at(raw, "meta", "code")) !== undefined) return [];
  throw new Unreadable("not AfterShip's: neither an event nor a tracking");
}

const isTracking = (raw: Raw): boolean =>
  text(at(raw, "tracking_number")) !== undefined &&
  ["tag", "checkpoints", "checkpoint", "slug"].some((field) => at(raw, field) !== undefined);

function parcelOf(tracking: Raw): NormalParcel {
  const tag = text(at(tracking, "tag")), meaning = meaningOf(tracking);
  const checkpoints = [...list(at(tracking, "checkpoints")), ...list(at(tracking, "checkpoint"))];
  const events = checkpoints.map(eventOf);
  return normalParcel({
    trackingNumber: text(at(tracking, "tracking_number"))!,
    carrier: realCarrier(text(at(tracking, "slug")), "aftership"),
    events: withSummary(events, meaning, ({ uncoded }) => uncoded),
    summary: tag === undefined ? undefined : { meaning, code: tag },
    estimatedDelivery: estimateOf(tracking),
  });
}

function eventOf(checkpoint: Raw): ReadEvent & { readonly uncoded: boolean } {
  const tag = firstText(at(checkpoint, "subtag"), at(checkpoint, "tag"));
  return {
    meaning: meaningOf(checkpoint),
    moment: moment(text(at(checkpoint, "checkpoint_time"))),
    location: locationOf(checkpoint),
    description: withoutSigner(firstText(at(checkpoint, "message"), at(checkpoint, "subtag_message"))),
    code: text(at(checkpoint, "raw_tag")) ?? tag,
    uncoded: tag === undefined,
  };
}

function meaningOf(said: Raw) {
  return subtagTable.meaningOf(text(at(said, "subtag"))) ?? tagTable.meaningOf(text(at(said, "tag")));
}

/** `location` has it all in one text, sometimes with the postal code, and often is all there is. */
function locationOf(checkpoint: Raw): string | undefined {
  const city = at(checkpoint, "city"), state = at(checkpoint, "state");
  const country = firstText(
    at(checkpoint, "country_name"),
    at(checkpoint, "country_region_name"),
    at(checkpoint, "country_iso3"),
    at(checkpoint, "country_region"),
  );
  const written = place(city, state, country);
  return text(city) !== undefined ? written : placeText(at(checkpoint, "location")) ?? written;
}
