import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bytes } from "../testing/corpus.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import express from "./adapter.ts";
import { codes } from "./codes.ts";

const event = (code: string, date: string, time: string) =>
  `<ShipmentEvent><Date>${date}</Date><Time>${time}</Time><ServiceEvent><EventCode>${code}</EventCode>
   <Description>Arrived at
     Milan</Description></ServiceEvent><Signatory>J. DOE</Signatory>
   <ServiceArea><ServiceAreaCode>MIL</ServiceAreaCode><Description>Milan - Italy </Description></ServiceArea></ShipmentEvent>`;
const waybill = (number: string, ...events: readonly string[]) =>
  `<AWBInfo><AWBNumber>${number}</AWBNumber><Status><ActionStatus>success</ActionStatus></Status>
   <ShipmentInfo><ConsigneeName>A B</ConsigneeName>${events.join("")}</ShipmentInfo></AWBInfo>`;
const reply = (...waybills: readonly string[]) =>
  `<?xml version="1.0"?><req:TrackingResponse xmlns:req="http://www.dhl.com"><Response/>${
    waybills.join("")
  }</req:TrackingResponse>`;
const readXml = (text: string) => express.reply(bytes(text));
const readJson = (body: unknown) => express.reply(bytes(JSON.stringify(body)));

describe("XML", () => {
  test("has local times, one event at least, and no names", () => {
    const [parcel] = readXml(reply(waybill("0123456789", event("AR", "2026-11-20", "09:15:00"))));
    expect(parcel).toEqual({
      trackingNumber: "0123456789",
      carrier: "dhl_express",
      status: "in_transit",
      subStatus: "arrived_at_facility",
      events: [{
        ...{ status: "in_transit", subStatus: "arrived_at_facility", at: "2026-11-20T09:15:00Z" },
        ...{
          localTime: "2026-11-20T09:15:00",
          location: "Milan - Italy",
          description: "Arrived at Milan",
          carrierCode: "AR",
        },
      }],
    });
  });

  test("several air waybills are several parcels", () => {
    const text = reply(
      waybill("1", event("OK", "2026-11-20", "09:15:00"), event("WC", "2026-11-20", "08:00:00")),
      waybill("2"),
    );
    expect(readXml(text).map(({ trackingNumber, status }) => [trackingNumber, status])).toEqual([[
      "1",
      "delivered",
    ], ["2", "unknown"]]);
  });

  test("an unknown number is named in words only", () => {
    const missing = `<AWBInfo><AWBNumber/><Status><ActionStatus>No Shipments Found</ActionStatus><Condition>
      <ConditionCode>103</ConditionCode><ConditionData>No Shipments Found for AWBNumber 123456789</ConditionData></Condition></Status></AWBInfo>`;
    expect(readXml(reply(missing))).toMatchObject([{
      trackingNumber: "123456789",
      status: "unknown",
      events: [],
    }]);
    const error =
      "<ErrorResponse><Response><Status><ActionStatus>Error</ActionStatus></Status></Response></ErrorResponse>";
    expect(readXml(error)).toEqual([]);
  });

  test("a code that no table has is kept and reported", () => {
    const [parcel] = readXml(reply(waybill("1", event("Q9", "2026-11-20", "09:15:00"))));
    expect(parcel).toMatchObject({ status: "unknown", unmapped: ["Q9"], events: [{ carrierCode: "Q9" }] });
  });
});

describe("MyDHL", () => {
  const shipment = (more: object) => ({ shipmentTrackingNumber: "9356579890", status: "Success", ...more });
  const scan = (typeCode: string, time: string, more = {}) => ({
    ...{ date: "2026-11-20", time, typeCode, description: "x", signedBy: "J. DOE" },
    ...{ serviceArea: [{ code: "FRA", description: "Frankfurt-DE" }] },
    ...more,
  });

  test("its zone, where it says one, makes the moment exact", () => {
    const events = [scan("OK", "17:00:00", { GMTOffset: "+01:00" }), scan("WC", "08:00:00")];
    const [parcel] = readJson({ shipments: [shipment({ events, estimatedDeliveryDate: "2026-11-21" })] });
    expect(parcel).toMatchObject({
      status: "delivered",
      estimatedDelivery: { from: "2026-11-21", to: "2026-11-21" },
    });
    expect(parcel!.events.map(({ at, location }) => [at, location])).toEqual([
      ["2026-11-20T08:00:00Z", "Frankfurt-DE"],
      ["2026-11-20T16:00:00Z", "Frankfurt-DE"],
    ]);
    expect(JSON.stringify(parcel)).not.toContain("DOE");
  });

  test("its status is of the call, unless it says delivered", () => {
    expect(readJson({ shipments: [shipment({})] })).toMatchObject([{ status: "unknown" }]);
    expect(readJson({ shipments: [shipment({ status: "delivered" })] })).toMatchObject([{
      status: "delivered",
    }]);
  });

  test("pieces have events of their own", () => {
    const pieces = [{ events: [scan("PU", "08:00:00")] }, { events: [scan("OH", "09:00:00")] }];
    expect(readJson({ shipments: [shipment({ pieces })] })).toMatchObject([{
      status: "exception",
      subStatus: "held",
    }]);
  });

  test("a problem names the number that was asked for", () => {
    const problem = {
      status: 404,
      title: "Not Found",
      instance: "/tracking?shipmentTrackingNumber=9356579890",
    };
    expect(readJson(problem)).toMatchObject([{
      trackingNumber: "9356579890",
      status: "unknown",
      subStatus: "not_found_or_rejected",
    }]);
    expect(readJson({ status: 401, title: "Unauthorized" })).toEqual([]);
  });
});

describe("codes that sources disagree about", () => {
  test.each([
    ["RT", { status: "return_to_sender" }],
    ["CC", { status: "available_for_pickup" }],
    ["DS", { status: "exception", subStatus: "disposed" }],
    ["BR", { status: "in_transit", subStatus: "customs_cleared" }],
    ["PU", { status: "in_transit", subStatus: "accepted" }],
    ["ok ", { status: "delivered" }],
  ])("%s", (code, meaning) => expect(codes.meaningOf(code)).toEqual(meaning));
  test("every row has a source", () =>
    expect(codes.rows.every(([, , , source]) => source !== "")).toBe(true));
});

test.each([
  "",
  "<a/>",
  "<TrackingResponse/>",
  "<!DOCTYPE a><TrackingResponse/>",
  "{}",
  "[]",
  '{"shipments":[{}]}',
  '{"status":{"toString":1}}',
])(
  "%s is unreadable",
  (text) => expect(() => express.callback(bytes(text))).toThrow(Unreadable),
);

recordedSpecs(express);
