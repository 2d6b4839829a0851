import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { sharedToken } from "../authentication/shared_token.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { at, firstText, list, type Raw, readJson, text } from "../reading/json.ts";
import { withoutSignatory } from "../reading/people.ts";
import { looksLikeXml, readXml } from "../reading/xml.ts";
import { codes } from "./codes.ts";
import { dpdMoment } from "./times.ts";

const name = "dpd";

/** The life cycle of a parcel: SOAP of the Benelux and of Germany, and the JSON that Germany's public page reads. */
function read(bytes: Uint8Array): readonly NormalParcel[] {
  const document = looksLikeXml(bytes) ? readXml(bytes) : readJson(bytes);
  const body = at(document, "Envelope", "Body") ?? document;
  if (at(body, "Fault") !== undefined) return [];
  const results = [
    at(body, "getTrackingDataResponse", "trackingresult"),
    at(body, "getParcelLifeCycleResponse", "getParcelLifeCycleResult", "ParcelLifeCycleData"),
    at(body, "getParcelLifeCycleResponse", "parcelLifeCycleData"),
    at(body, "parcellifecycleResponse", "parcelLifeCycleData"),
    at(body, "trackingresult"),
  ];
  const found = results.find((result) => result !== undefined);
  if (found === undefined) throw new Unreadable("no life cycle of a parcel");
  return list(found).map(parcelOf);
}

/**
 * All steps of the way are listed, also those that are still to come: only what has been reached counts. The Benelux reply does not
 * repeat the number of the parcel.
 */
function parcelOf(result: Raw): NormalParcel {
  const steps = list(at(result, "statusInfo"));
  if (steps.length === 0 && at(result, "shipmentInfo") === undefined) {
    throw new Unreadable("a life cycle without steps");
  }
  const reached = steps.filter((step) =>
    isTrue(at(step, "statusHasBeenReached")) || isTrue(at(step, "isCurrentStatus"))
  );
  const current = reached.findLast((step) => isTrue(at(step, "isCurrentStatus"))) ?? reached.at(-1);
  const code = text(at(current, "status"));
  return normalParcel({
    trackingNumber: numberOf(at(result, "shipmentInfo")) ?? "",
    carrier: name,
    events: reached.map(eventOf),
    summary: code === undefined ? undefined : { meaning: codes.meaningOf(code), code },
  });
}

const numberOf = (shipment: Raw) =>
  firstText(at(shipment, "parcelLabelNumber"), at(shipment, "parcelNumber"), at(shipment, "trackingNumber"));

function eventOf(step: Raw): ReadEvent {
  const code = text(at(step, "status"));
  return {
    code,
    meaning: codes.meaningOf(code),
    moment: dpdMoment(contentOf(at(step, "date"))),
    location: contentOf(at(step, "location")),
    description: withoutSignatory(contentOf(at(step, "description")) ?? contentOf(at(step, "label"))),
  };
}

/** `<content>` within `<content>`, or plain text; of a list its first line. */
function contentOf(raw: Raw): string | undefined {
  let found = raw;
  for (let depth = 0; depth < 4; depth++) {
    const [first] = list(found);
    found = at(first, "content") ?? first;
  }
  return text(found);
}

const isTrue = (raw: Raw) => raw === true || text(raw)?.toLowerCase() === "true";

const adapter: CarrierAdapter = {
  name,
  title: "DPD",
  providers: ["dpd", "dpd_meta"],
  authenticate: sharedToken,
  callback: read,
  reply: read,
  trackingUrl: (number) =>
    `https://www.dpdgroup.com/mydpd/tracking?parcelNumber=${encodeURIComponent(number)}`,
};
export default adapter;
