import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { sharedToken } from "../authentication/shared_token.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { estimateOf } from "../reading/estimates.ts";
import { at, firstText, list, place, type Raw, readJson, text } from "../reading/json.ts";
import { withoutSignatory } from "../reading/people.ts";
import { moment } from "../reading/times.ts";
import { looksLikeXml, readXml } from "../reading/xml.ts";
import { codes } from "./codes.ts";

const name = "dhl_express";
const notFound = {
  meaning: { status: "unknown", subStatus: "not_found_or_rejected" },
  code: undefined,
} as const;

function read(body: Uint8Array): readonly NormalParcel[] {
  return looksLikeXml(body) ? readAirWaybills(readXml(body)) : readShipments(readJson(body));
}

/** XML-PI: `TrackingResponse`, one `AWBInfo` for each air waybill, its events in local time without a zone. */
function readAirWaybills(document: Raw): readonly NormalParcel[] {
  const [root] = Object.entries(typeof document === "object" && document !== null ? document : {})
    .filter(([element]) => /Response$/.test(element));
  if (!root) throw new Unreadable("no TrackingResponse");
  const waybills = list(at(root[1], "AWBInfo"));
  const refused = at(root[1], "Response", "Status", "ActionStatus");
  if (waybills.length === 0 && refused === undefined) throw new Unreadable("no AWBInfo");
  return waybills.flatMap((waybill) => {
    const said = firstText(at(waybill, "Status", "Condition", "ConditionData")) ?? "";
    const number = text(at(waybill, "AWBNumber")) ?? /\b\d{6,20}\b/.exec(said)?.[0];
    const events = list(at(waybill, "ShipmentInfo", "ShipmentEvent"));
    const pieces = list(at(waybill, "Pieces", "PieceInfo")).flatMap((piece) => list(at(piece, "PieceEvent")));
    return number === undefined ? [] : [normalParcel({
      trackingNumber: number,
      carrier: name,
      events: (events.length > 0 ? events : pieces).map(airWaybillEvent),
      summary: at(waybill, "Status", "Condition") !== undefined ? notFound : undefined,
      estimatedDelivery: estimateOf(text(at(waybill, "ShipmentInfo", "EstDlvyDate"))),
    })];
  });
}

function airWaybillEvent(event: Raw): ReadEvent {
  const code = text(at(event, "ServiceEvent", "EventCode"));
  return {
    code,
    meaning: codes.meaningOf(code),
    moment: moment(text(at(event, "Date")), text(at(event, "Time")), text(at(event, "GMTOffset"))),
    location: areaOf(at(event, "ServiceArea", "Description")),
    description: wordsOf(at(event, "ServiceEvent", "Description")),
  };
}

/** MyDHL: `shipments[]`; or a problem document, which names the number that was asked for in its `instance`. */
function readShipments(body: Raw): readonly NormalParcel[] {
  const shipments = at(body, "shipments");
  if (!Array.isArray(shipments)) return readProblem(body);
  return shipments.map((shipment) => {
    const trackingNumber = firstText(at(shipment, "shipmentTrackingNumber"), at(shipment, "trackingNumber"));
    if (trackingNumber === undefined) throw new Unreadable("a shipment without its number");
    const ofPieces = list(at(shipment, "pieces")).flatMap((piece) => list(at(piece, "events")));
    const events = list(at(shipment, "events"));
    const said = text(at(shipment, "status"));
    return normalParcel({
      trackingNumber,
      carrier: name,
      events: (events.length > 0 ? events : ofPieces).map(shipmentEvent),
      // `Success` says that the call went well, not how the parcel is.
      summary: said?.toLowerCase() === "delivered"
        ? { meaning: { status: "delivered" }, code: said }
        : undefined,
      estimatedDelivery: estimateOf(
        firstText(at(shipment, "estimatedDeliveryDate"), at(shipment, "estimatedTimeOfDelivery")),
      ),
    });
  });
}

function shipmentEvent(event: Raw): ReadEvent {
  const code = text(at(event, "typeCode"));
  const [area] = list(at(event, "serviceArea"));
  return {
    code,
    meaning: codes.meaningOf(code),
    moment: moment(text(at(event, "date")), text(at(event, "time")), text(at(event, "GMTOffset"))),
    location: areaOf(at(area, "description")),
    description: wordsOf(at(event, "description")),
  };
}

function readProblem(body: Raw): readonly NormalParcel[] {
  const status = at(body, "status");
  if (
    !/^[45]\d\d$/.test(text(status) ?? "") || firstText(at(body, "title"), at(body, "detail")) === undefined
  ) {
    throw new Unreadable("neither shipments nor an answer of MyDHL");
  }
  const number = /shipmentTrackingNumber=(\w{6,40})/.exec(text(at(body, "instance")) ?? "")?.[1];
  return number === undefined
    ? []
    : [normalParcel({ trackingNumber: number, carrier: name, events: [], summary: notFound })];
}

const areaOf = (description: Raw) => place(text(description)?.replace(/\s+/g, " "));
const wordsOf = (description: Raw) => withoutSignatory(text(description)?.replace(/\s+/g, " "));

const adapter: CarrierAdapter = {
  name,
  title: "DHL Express",
  providers: ["dhl_express", "dhl_mydhl"],
  authenticate: sharedToken,
  callback: read,
  reply: read,
  trackingUrl: (number) =>
    `https://www.dhl.com/en/express/tracking.html?AWB=${encodeURIComponent(number)}&brand=DHL`,
};
export default adapter;
