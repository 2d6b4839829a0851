import { type CarrierAdapter, type Handshake, type NormalParcel, Unreadable } from "../adapter.ts";
import { hmacOfBody } from "../authentication/hmac.ts";
import { at, readJson, text } from "../reading/json.ts";
import { looksLikeXml, readXml } from "../reading/xml.ts";
import { parcelOf } from "./item.ts";
import { jsonItems } from "./json_items.ts";
import { xmlItems } from "./xml_items.ts";

/**
 * Subscriptions and the Tracking API, version 3, and the Web Tools before them.
 *
 * Of a callback's proof USPS names the header and the secret's 32 characters. That it is HMAC-SHA256 of the body in base64 is assumed:
 * some receivers in public repositories sign a timestamp before the body. Wrong, it refuses what is genuine, and accepts nothing else.
 */
const adapter: CarrierAdapter = {
  name: "usps",
  title: "USPS",
  authenticate: hmacOfBody({ headers: ["x-hmac"], encoding: "base64" }),
  handshake: challenge,
  callback: parcelsOf,
  reply: parcelsOf,
  trackingUrl: (trackingNumber) =>
    `https://tools.usps.com/go/TrackConfirmAction?tLabels=${encodeURIComponent(trackingNumber)}`,
};
export default adapter;

/** A receiver in a public repository answers this when its subscription is made; USPS itself does not print it. */
function challenge(body: Uint8Array): Handshake | undefined {
  try {
    const raw = readJson(body), sent = text(at(raw, "challenge"));
    if (sent === undefined || at(raw, "trackingNumber") !== undefined) return undefined;
    return { name: "challenge", answer: { challenge: sent }, unsigned: false };
  } catch (error) {
    if (error instanceof Unreadable) return undefined; // Whether it is a callback, and how it is not, `callback` says.
    throw error;
  }
}

function parcelsOf(body: Uint8Array): readonly NormalParcel[] {
  const items = looksLikeXml(body) ? xmlItems(readXml(body)) : jsonItems(readJson(body));
  return items.map(parcelOf);
}
