import type { CarrierAdapter, NormalParcel } from "../adapter.ts";
import { hmacOfBody } from "../authentication/hmac.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { readJson } from "../reading/json.ts";
import { moment } from "../reading/times.ts";
import { looksLikeXml, readXml } from "../reading/xml.ts";
import { jsonResults } from "./json_results.ts";
import { meaningOf } from "./meaning.ts";
import { estimateOf, type FedexResult, type FedexScan, newestOfEach } from "./result.ts";
import { xmlResults } from "./xml_results.ts";

const carrier = "fedex";

/** Advanced Integrated Visibility, the Track API, and the Track Web Service before it. */
const adapter: CarrierAdapter = {
  name: carrier,
  title: "FedEx",
  // FedEx's page says "Base 64" and, further down, "hex": base64 is taken, because it names the header.
  authenticate: hmacOfBody({ headers: ["fdx-signature"], encoding: "base64" }),
  callback: parcelsOf,
  reply: parcelsOf,
  trackingUrl: (trackingNumber) =>
    `https://www.fedex.com/fedextrack/?trknbr=${encodeURIComponent(trackingNumber)}`,
};
export default adapter;

function parcelsOf(body: Uint8Array): readonly NormalParcel[] {
  const results = looksLikeXml(body) ? xmlResults(readXml(body)) : jsonResults(readJson(body));
  return newestOfEach(results).map(parcelOf);
}

function parcelOf({ trackingNumber, latest, estimate, scans }: FedexResult): NormalParcel {
  const code = latest.type ?? latest.derived;
  return normalParcel({
    trackingNumber,
    carrier,
    events: scans.map(eventOf),
    ...(code !== undefined && { summary: { meaning: meaningOf(latest), code } }),
    estimatedDelivery: estimateOf(estimate),
  });
}

function eventOf(scan: FedexScan): ReadEvent {
  return {
    meaning: meaningOf(scan),
    moment: moment(scan.time),
    location: scan.place,
    description: descriptionOf(scan),
    code: scan.type ?? scan.derived,
  };
}

/** What follows a colon in FedEx's reasons is a street or a name. */
function descriptionOf({ words, reasonWords }: FedexScan): string | undefined {
  const why = reasonWords?.replace(/:[^]*$/, "").replace(/ (at|by)$/, "");
  return [words, why].filter(Boolean).join(": ") || undefined;
}
