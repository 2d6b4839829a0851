import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import usps from "./adapter.ts";

const bytes = (raw: unknown) => new TextEncoder().encode(typeof raw === "string" ? raw : JSON.stringify(raw));
const trackingNumber = "9400100000000000000001";

const event = (eventCode: string, fields: object = {}) => ({
  eventType: "",
  eventTimestamp: "2024-11-22T13:58:00",
  GMTTimestamp: "2024-11-22T18:58:40Z",
  GMTOffset: "-05:00",
  eventCountry: null,
  eventCity: "HERNANDO",
  eventState: "FL",
  eventZIP: "34442",
  name: "JANE ROE",
  authorizedAgent: "false",
  eventCode,
  ...fields,
});
const read = (fields: object) => usps.callback(bytes({ trackingNumber, ...fields }))[0]!;

describe("a reply", () => {
  test("has its events newest first, with local time, offset and Greenwich side by side", () => {
    const parcel = read({
      statusCategory: "Delivered",
      trackingEvents: [
        event("01", { eventType: "Delivered, Parcel Locker" }),
        event("OF", { GMTTimestamp: "", eventTimestamp: "2024-11-22T09:10:00" }),
        event("07", { GMTTimestamp: null, GMTOffset: null, eventTimestamp: "2024-11-20T08:59:00" }),
      ],
    });
    expect(parcel).toMatchObject({
      trackingNumber,
      carrier: "usps",
      status: "delivered",
      subStatus: "locker",
      events: [
        { status: "in_transit", at: "2024-11-20T08:59:00Z", localTime: "2024-11-20T08:59:00" },
        { status: "out_for_delivery", at: "2024-11-22T14:10:00Z" },
        { status: "delivered", at: "2024-11-22T18:58:40Z", location: "HERNANDO, FL", carrierCode: "01" },
      ],
    });
    expect(JSON.stringify(parcel)).not.toMatch(/JANE|34442/);
  });

  test("may be a list, with errors in it", () => {
    const unknown = { trackingNumber: "9400100000000000000002", error: { code: "404" } };
    expect(
      usps.reply(
        bytes([{ trackingNumber, statusCategory: "Alert" }, unknown, { error: { code: "400" } }]),
      ),
    )
      .toMatchObject([{ status: "exception" }, {
        trackingNumber: "9400100000000000000002",
        status: "unknown",
      }]);
    expect(usps.reply(bytes({ apiVersion: "v3", error: { code: "404" } }))).toEqual([]);
  });

  test("expects a day", () => {
    expect(
      read({
        deliveryDateExpectation: { expectedDeliveryDate: "2024-11-22", predictedDeliveryDate: "2024-11-23" },
      })
        .estimatedDelivery,
    ).toEqual({ from: "2024-11-23", to: "2024-11-23" });
  });
});

describe("a callback", () => {
  const single = {
    trackingNumber,
    eventType: "OUT_FOR_DELIVERY",
    eventTimeStamp: "2026-05-17T14:22:00Z",
    eventDescription: "Out for Delivery",
    eventLocation: { city: "Atlanta", state: "GA", ZIPCode: "30303" },
  };

  test("may be a single event, or several", () => {
    const earlier = { ...single, eventType: "IN_TRANSIT", eventTimeStamp: "2026-05-16T14:22:00Z" };
    expect(usps.callback(bytes(single))).toMatchObject([
      { status: "out_for_delivery", events: [{ at: "2026-05-17T14:22:00Z", location: "Atlanta, GA" }] },
    ]);
    for (const several of [[single, earlier], { notifications: [single, earlier] }]) {
      expect(usps.callback(bytes(several)))
        .toMatchObject([{ status: "out_for_delivery", events: [{ carrierCode: "IN_TRANSIT" }, {}] }]);
    }
  });

  test("is signed over its body, in base64", async () => {
    const body = bytes(single);
    const signature = createHmac("sha256", "0123").update(body).digest("base64");
    const judged = (secret: string) =>
      usps.authenticate(
        { header: (name) => name === "x-hmac" ? signature : undefined, token: undefined, body, nowMs: 0 },
        { secrets: [secret] },
      );
    expect(await judged("0123")).toEqual({ authentic: true });
    expect(await judged("0124")).toMatchObject({ authentic: false });
  });

  test("that only challenges is answered", () => {
    expect(usps.handshake!(bytes({ challenge: "abc" })))
      .toEqual({ name: "challenge", answer: { challenge: "abc" }, unsigned: false });
    expect(usps.handshake!(bytes(single))).toBeUndefined();
    expect(usps.handshake!(bytes("<x/>"))).toBeUndefined();
  });
});

test.each<[string, string, string, string?]>([
  ["GX", "", "pre_transit", "label_created"],
  ["03", "", "in_transit", "accepted"],
  ["10", "", "in_transit", "arrived_at_facility"],
  ["OF", "", "out_for_delivery"],
  ["16", "", "available_for_pickup"],
  ["02", "", "delivery_attempted", "notice_left"],
  ["04", "", "exception", "refused"],
  ["21", "", "exception", "address_issue"],
  ["09", "", "return_to_sender"],
  ["01", "Delivered, Front Desk/Reception/Mail Room", "delivered", "reception"],
  ["01", "Delivered, To Original Sender", "return_to_sender", "returned"],
  ["LOST", "", "exception", "lost"],
  ["??", "Pre-Shipment", "pre_transit"],
  ["??", "DELIVERY_EXCEPTION", "exception"],
  ["??", "Held at Post Office, At Customer Request", "exception", "held"],
  ["??", "In Transit to Next Facility, Arriving Late", "exception", "delayed"],
  ["??", "Your item could not be delivered", "delivery_attempted"],
])("%s, %j, is %s %s", (code, eventType, status, subStatus) => {
  const parcel = read({ trackingEvents: [event(code, { eventType })] });
  expect([parcel.status, parcel.subStatus]).toEqual([status, subStatus]);
});

test("a code that nobody explains is unknown, and named", () => {
  expect(read({ trackingEvents: [event("??")] })).toMatchObject({ status: "unknown", unmapped: ["??"] });
});

describe("a reply of the Web Tools", () => {
  const info = (inner: string) => `<TrackInfo ID="${trackingNumber}">${inner}</TrackInfo>`;
  const reply = (inner: string) =>
    usps.reply(bytes(`<?xml version="1.0"?><TrackResponse>${inner}</TrackResponse>`));
  const scan = (time: string, code: string) =>
    `<EventTime>${time}</EventTime><EventDate>April 28, 2015</EventDate><Event>${code}</Event>
     <EventCity>HANNA CITY</EventCity><EventState>IL</EventState><EventZIPCode>61536</EventZIPCode><EventCountry/>
     <Name>JANE ROE</Name><EventCode>${code}</EventCode>`;

  test("has days in words, hours of twelve, and no zone", () => {
    const [parcel] = reply(info(`<StatusCategory>Delivered</StatusCategory>
      <PredictedDeliveryDate>April 28, 2015</PredictedDeliveryDate>
      <TrackSummary>${scan("1:01 pm", "01")}</TrackSummary><TrackDetail>${
      scan("12:29 am", "OF")
    }</TrackDetail>`));
    expect(parcel).toMatchObject({
      trackingNumber,
      status: "delivered",
      estimatedDelivery: { from: "2015-04-28", to: "2015-04-28" },
      events: [
        { at: "2015-04-28T00:29:00Z", localTime: "2015-04-28T00:29:00", carrierCode: "OF" },
        { at: "2015-04-28T13:01:00Z", location: "HANNA CITY, IL" },
      ],
    });
    expect(JSON.stringify(parcel)).not.toMatch(/JANE|61536/);
  });

  test("answers many numbers, some with an error", () => {
    const none = "<Error><Number>-2147219302</Number><Description>could not locate</Description></Error>";
    expect(reply(info(none) + info(`<TrackSummary>${scan("9:01 am", "01")}</TrackSummary>`)))
      .toMatchObject([{ status: "unknown", events: [] }, { status: "delivered" }]);
    expect(usps.reply(bytes("<Error><Number>80040B1A</Number></Error>"))).toEqual([]);
  });

  test("may be a sentence", () => {
    expect(reply(info("<TrackSummary>Your item was delivered at 8:10 am on June 1.</TrackSummary>")))
      .toMatchObject([{ status: "delivered", events: [] }]);
  });
});

test.each<[unknown]>([["nonsense"], ["{}"], ["[]"], ["3"], [[{ eventCode: "01" }]], ["<html></html>"], [
  "<TrackResponse><TrackInfo></TrackResponse>",
]])("%j is no message of USPS", (body) => {
  expect(() => usps.callback(bytes(body))).toThrow(Unreadable);
});
