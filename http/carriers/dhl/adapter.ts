import type { Standing } from "../../../actors/parcel/status.ts";
import { type CarrierAdapter, type Handshake, type NormalParcel, Unreadable } from "../adapter.ts";
import { sharedToken } from "../authentication/shared_token.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { estimateOf } from "../reading/estimates.ts";
import { at, firstText, list, place, type Raw, readJson, text } from "../reading/json.ts";
import { withoutSignatory } from "../reading/people.ts";
import { moment } from "../reading/times.ts";
import { codes } from "./codes.ts";
import { meaningOfWords } from "./words.ts";

const name = "dhl";
const secretCharsMax = 512;

function read(bytes: Uint8Array): readonly NormalParcel[] {
  const body = readJson(bytes), scope = text(at(body, "scope"));
  const shipments = list(at(body, "shipments") ?? at(body, "shipment"));
  if (shipments.length > 0) return shipments.map(parcelOf);
  // `subscription.validate`, `.ready` and `.failure` speak of the subscription.
  if (scope?.startsWith("subscription.") && scope !== "subscription.push") return [];
  if (Array.isArray(at(body, "shipments"))) return [];
  const isProblem = /^[45]\d\d$/.test(text(at(body, "status")) ?? "");
  if (isProblem && firstText(at(body, "title"), at(body, "detail")) !== undefined) return [];
  throw new Unreadable("no shipments, and nothing about a subscription");
}

function parcelOf(shipment: Raw): NormalParcel {
  const trackingNumber = text(at(shipment, "id"));
  if (trackingNumber === undefined) throw new Unreadable("a shipment without its id");
  const status = at(shipment, "status"), events = list(at(shipment, "events"));
  const frame = at(shipment, "estimatedDeliveryTimeFrame");
  return normalParcel({
    trackingNumber,
    carrier: name,
    // A push may carry the newest status alone: it has all that an event has.
    events: (events.length > 0 ? events : list(status)).map(eventOf),
    summary: status === undefined ? undefined : { meaning: meaningOf(status), code: codeOf(status) },
    estimatedDelivery: estimateOf(
      text(at(frame, "estimatedFrom")),
      text(at(frame, "estimatedThrough")),
    ) ?? estimateOf(text(at(shipment, "estimatedTimeOfDelivery"))),
  });
}

function eventOf(event: Raw): ReadEvent {
  const address = at(event, "location", "address");
  return {
    code: codeOf(event),
    meaning: meaningOf(event),
    moment: moment(text(at(event, "timestamp"))),
    location: place(cityOf(at(address, "addressLocality")), at(address, "countryCode")),
    description: descriptionOf(event),
  };
}

/** A plain `status` is the code itself in older replies. */
const codeOf = (event: Raw) =>
  firstText(at(event, "statusCode"), typeof event === "string" ? event : undefined);

/** The five codes are coarse: within `transit` and `failure` the text says more, and of `unknown` and of no code it is all there is. */
function meaningOf(event: Raw): Standing | undefined {
  const code = codeOf(event), coarse = codes.meaningOf(code);
  if (code !== undefined && coarse === undefined) return undefined;
  const finer = wordsOf(event).map(meaningOfWords).find((meaning) => meaning !== undefined);
  if (finer === undefined) return coarse;
  switch (coarse?.status) {
    case undefined:
    case "unknown":
      return finer;
    case "in_transit":
      // That it has come is never text alone: the code would say so.
      return finer.status === "delivered" || finer.status === "pre_transit" ? coarse : finer;
    case "exception":
      return ["exception", "delivery_attempted", "return_to_sender"].includes(finer.status) ? finer : coarse;
    default:
      return finer.status === coarse?.status ? finer : coarse;
  }
}

const wordsOf = (event: Raw): readonly string[] =>
  [at(event, "description"), at(event, "status"), at(event, "remark")].map(text).filter((said) =>
    said !== undefined
  );

/** Of a delivery the description may be nothing but the name of who took it: then the status' own words are taken. */
function descriptionOf(event: Raw): string | undefined {
  const said = withoutSignatory(text(at(event, "description"))), status = text(at(event, "status"));
  if (said === undefined) return status;
  const delivered = codes.meaningOf(codeOf(event))?.status === "delivered";
  const known = meaningOfWords(said) !== undefined || (!delivered && said.split(/\s+/).length > 2);
  return known || said === "Signed for" ? said : status;
}

/** Sometimes the street stands before the city. */
const cityOf = (locality: Raw) =>
  text(locality)?.split(",").filter((part) => !/\d/.test(part)).map((part) => part.trim()).join(", ");

function handshake(bytes: Uint8Array): Handshake | undefined {
  const body = readable(bytes), secret = text(at(body, "secret"));
  if (text(at(body, "scope")) !== "subscription.validate") return undefined;
  if (secret === undefined || secret.length > secretCharsMax) return undefined;
  return { name: "subscription.validate", answer: { secret }, unsigned: true };
}

function readable(bytes: Uint8Array): Raw {
  try {
    return readJson(bytes);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const adapter: CarrierAdapter = {
  name,
  title: "DHL",
  providers: ["dhl_unified", "dhl_unified_push"],
  authenticate: sharedToken,
  handshake,
  callback: read,
  reply: read,
  trackingUrl: (number) =>
    `https://www.dhl.com/en/home/tracking.html?tracking-id=${encodeURIComponent(number)}`,
};
export default adapter;
