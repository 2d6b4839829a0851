import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { firstHeader } from "../authentication/first_header.ts";
import { sharedToken } from "../authentication/shared_token.ts";
import { signedTimestamp } from "../authentication/signed_timestamp.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { at, firstText, list, place, type Raw, readJson, text } from "../reading/json.ts";
import { saidEstimate } from "../reading/said_estimate.ts";
import { moment } from "../reading/times.ts";
import { withoutSigner } from "../reading/words.ts";
import { realCarrier } from "../real_carrier.ts";
import { pairTable, statusTable } from "./codes.ts";

const header = "shippo-auth-signature";

const shippo: CarrierAdapter = {
  name: "shippo",
  title: "Shippo",
  // Shippo signs for those who asked it to; the others put a token into the URL.
  authenticate: firstHeader([[header, signedTimestamp(header)]], sharedToken),
  callback: (body) => parcelsIn(readJson(body)),
  reply: (body) => parcelsIn(readJson(body)),
};
export default shippo;

/** `track_updated`, a track alone, or a page of tracks. Events of other things, and errors, tell of no parcel. */
function parcelsIn(raw: Raw): readonly NormalParcel[] {
  const found = Array.isArray(raw) ? raw : at(raw, "data") ?? at(raw, "results") ?? raw;
  const tracks = list(found).filter(isTrack);
  if (tracks.length > 0) return tracks.map(parcelOf);
  const event = text(at(raw, "event"));
  const otherEvent = event !== undefined && /^(transaction|batch)_/.test(event);
  if (otherEvent || text(at(raw, "detail")) !== undefined || Array.isArray(at(raw, "results"))) return [];
  throw new Unreadable("not Shippo's: neither an event nor a track");
}

const isTrack = (raw: Raw): boolean =>
  text(at(raw, "tracking_number")) !== undefined &&
  (at(raw, "tracking_status") !== undefined || at(raw, "tracking_history") !== undefined);

function parcelOf(track: Raw): NormalParcel {
  const latest = at(track, "tracking_status"), history = list(at(track, "tracking_history"));
  const status = text(at(latest, "status"));
  return normalParcel({
    trackingNumber: text(at(track, "tracking_number"))!,
    carrier: realCarrier(text(at(track, "carrier")), "shippo"),
    // The latest status is a scan like the others, and mostly stands among them.
    events: (history.some((entry) => isSame(entry, latest)) ? history : [...history, latest]).map(eventOf),
    summary: status === undefined ? undefined : { meaning: meaningOf(latest), code: status },
    estimatedDelivery: saidEstimate(firstText(at(track, "eta"))),
  });
}

const isSame = (one: Raw, other: Raw): boolean =>
  ["status", "status_date"].every((field) => text(at(one, field)) === text(at(other, field)));

function eventOf(entry: Raw): ReadEvent {
  const where = at(entry, "location");
  return {
    meaning: meaningOf(entry),
    moment: moment(text(at(entry, "status_date"))),
    location: place(at(where, "city"), at(where, "state"), at(where, "country")),
    description: withoutSigner(firstText(at(entry, "status_details"), at(entry, "substatus", "text"))),
    code: pairOf(entry),
  };
}

function meaningOf(entry: Raw) {
  return pairTable.meaningOf(pairOf(entry)) ?? statusTable.meaningOf(text(at(entry, "status")));
}

function pairOf(entry: Raw): string | undefined {
  const status = text(at(entry, "status"));
  const substatus = firstText(at(entry, "substatus", "code"), at(entry, "substatus"));
  return status !== undefined && substatus !== undefined ? `${status}/${substatus}` : status;
}
