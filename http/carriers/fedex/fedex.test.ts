import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import fedex from "./adapter.ts";

const bytes = (raw: unknown) => new TextEncoder().encode(typeof raw === "string" ? raw : JSON.stringify(raw));

const scan = (date: string, eventType: string, fields: object = {}) => ({
  date,
  eventType,
  eventDescription: eventType,
  exceptionCode: "",
  exceptionDescription: "",
  scanLocation: {
    streetLines: ["1 Main St"],
    city: "CLOVIS",
    stateOrProvinceCode: "CA",
    postalCode: "93612",
    countryCode: "US",
  },
  ...fields,
});
const result = (fields: object = {}) => ({
  trackingNumberInfo: { trackingNumber: "700000000001", trackingNumberUniqueId: "1~700000000001~FX" },
  ...fields,
});
const reply = (...trackResults: object[]) =>
  bytes({ output: { completeTrackResults: [{ trackingNumber: "700000000001", trackResults }] } });
const read = (fields: object) => fedex.callback(reply(result(fields)))[0]!;
const readScan = (eventType: string, fields?: object) => {
  const { status, subStatus } = read({ scanEvents: [scan("2024-04-25T11:26:00-07:00", eventType, fields)] });
  return [status, subStatus];
};

describe("a result", () => {
  test("has its scans newest first, each with its offset", () => {
    expect(read({
      latestStatusDetail: { code: "OD", derivedCode: "IT" },
      scanEvents: [scan("2024-04-26T08:52:00-07:00", "OD"), scan("2024-04-25T14:25:00-07:00", "PU")],
    })).toEqual({
      trackingNumber: "700000000001",
      carrier: "fedex",
      status: "out_for_delivery",
      events: [
        {
          status: "in_transit",
          subStatus: "accepted",
          at: "2024-04-25T21:25:00Z",
          location: "CLOVIS, CA, US",
          description: "PU",
          carrierCode: "PU",
        },
        {
          status: "out_for_delivery",
          at: "2024-04-26T15:52:00Z",
          location: "CLOVIS, CA, US",
          description: "OD",
          carrierCode: "OD",
        },
      ],
    });
  });

  test("of a number that was used before: the parcel heard of last has it now", () => {
    const before = result({ scanEvents: [scan("2022-01-26T09:00:00-07:00", "DL")] });
    const now = result({ scanEvents: [scan("2024-04-26T09:00:00-07:00", "IT")] });
    for (const order of [[before, now], [now, before]]) {
      expect(fedex.reply(reply(...order))).toMatchObject([{ status: "in_transit", events: [{}] }]);
    }
    const shippedLater = result({
      dateAndTimes: [{ type: "SHIP", dateTime: "2024-05-01T00:00:00-06:00" }],
      latestStatusDetail: { code: "OC" },
    });
    expect(fedex.reply(reply(shippedLater, now))).toMatchObject([{ status: "pre_transit", events: [] }]);
  });

  test("stands where the envelope has put it", () => {
    const one = result({ latestStatusDetail: { code: "DL" } });
    const forms = [
      { completeTrackResults: [{ trackingNumber: "700000000001", trackResults: [one] }] },
      { trackResults: [one] },
      [one],
      one,
      { output: { completeTrackResults: { trackResults: one } } },
    ];
    for (const form of forms) {
      expect(fedex.callback(bytes(form)))
        .toMatchObject([{ trackingNumber: "700000000001", status: "delivered" }]);
    }
  });

  test("names and streets stay outside, those of reasons, too", () => {
    const parcel = read({
      deliveryDetails: { receivedByName: "Jane Roe", signedByName: "Jane Roe" },
      scanEvents: [
        scan("2024-04-25T13:26:00-07:00", "HP", {
          eventDescription: "Ready for recipient pickup",
          exceptionDescription: "Package available for pickup at: 1 MAIN ST",
        }),
        scan("2024-04-25T14:26:00-07:00", "DL", { exceptionDescription: "Signed for by: J.ROE" }),
      ],
    });
    expect(JSON.stringify(parcel)).not.toMatch(/roe|main st|93612/i);
    expect(parcel.events[0]!.description).toBe("Ready for recipient pickup: Package available for pickup");
  });

  test("without a status, or of an unknown number, is a parcel of which nothing is known", () => {
    const unknown = { status: "unknown", events: [] };
    expect(read({})).toMatchObject(unknown);
    expect(read({ error: { code: "TRACKING.TRACKINGNUMBER.NOTFOUND" } })).toMatchObject(unknown);
    expect(fedex.reply(bytes({ errors: [{ code: "TRACKING.TRACKINGNUMBER.EMPTY" }] }))).toEqual([]);
  });
});

test.each<[string, object, string, string?]>([
  ["IT", {}, "in_transit"],
  ["IT", { exceptionCode: "72" }, "in_transit", "customs"],
  ["PU", { exceptionCode: "A25" }, "in_transit", "accepted"],
  ["AR", { exceptionCode: "WE" }, "in_transit", "arrived_at_facility"],
  ["OD", { exceptionCode: "WE", derivedStatusCode: "IT" }, "out_for_delivery"],
  ["DE", {}, "delivery_attempted"],
  ["DE", { exceptionCode: "007" }, "delivery_attempted", "not_home"],
  ["DE", { exceptionCode: "07" }, "delivery_attempted", "refused"],
  ["DE", { exceptionCode: "03" }, "delivery_attempted", "address_issue"],
  ["DE", { exceptionCode: "UD" }, "exception", "undeliverable"],
  ["DY", {}, "exception", "delayed"],
  ["DY", { exceptionCode: "WE" }, "exception", "weather"],
  ["CD", {}, "exception", "customs_held"],
  ["HL", {}, "available_for_pickup"],
  ["RS", {}, "return_to_sender"],
  ["CA", {}, "cancelled"],
  ["RD", {}, "expired"],
  ["Ow", {}, "in_transit"],
  ["Q?", { derivedStatusCode: "IT" }, "in_transit"],
  ["Q?", { exceptionCode: "RF", derivedStatusCode: "DE" }, "delivery_attempted", "refused"],
  ["DL", { exceptionCode: "WE" }, "delivered"],
])("%s with %j is %s %s", (eventType, fields, status, subStatus) => {
  expect(readScan(eventType, fields)).toEqual([status, subStatus]);
});

describe("the estimate", () => {
  const estimated = (begins?: string, ends?: string) =>
    read({ estimatedDeliveryTimeWindow: { window: { begins, ends } } }).estimatedDelivery;

  test("is a window where its hours are said in full", () => {
    expect(estimated("2024-04-26T08:00:00-07:00", "2024-04-26T12:00:00-07:00"))
      .toEqual({ from: "2024-04-26T15:00:00Z", to: "2024-04-26T19:00:00Z" });
  });
  test("is days where midnight holds the place of an hour, or the zone is missing", () => {
    expect(estimated("2024-04-25T08:00:00", "2024-04-26T00:00:00-06:00"))
      .toEqual({ from: "2024-04-25", to: "2024-04-26" });
    expect(estimated(undefined, "2024-04-26T00:00:00-06:00")).toEqual({
      from: "2024-04-26",
      to: "2024-04-26",
    });
  });
  test("is not there where the window is empty or ends before it begins", () => {
    expect(estimated()).toBeUndefined();
    expect(estimated("2024-04-28T08:00:00-07:00", "2024-04-26T12:00:00-07:00")).toBeUndefined();
  });
  test("may be a single time, but never that of the delivery", () => {
    const at = (type: string) =>
      read({ dateAndTimes: [{ type, dateTime: "2024-04-26T09:26:00-07:00" }] }).estimatedDelivery;
    expect(at("ESTIMATED_DELIVERY")).toEqual({ from: "2024-04-26T16:26:00Z", to: "2024-04-26T16:26:00Z" });
    expect(at("ACTUAL_DELIVERY")).toBeUndefined();
  });
});

describe("a reply of the web service", () => {
  const details = (inner: string) =>
    bytes(`<?xml version="1.0"?><s:Envelope xmlns:s="urn:s"><s:Body><v7:TrackReply xmlns:v7="urn:t">
      <v7:CompletedTrackDetails><v7:TrackDetails><v7:TrackingNumber>020207000000001</v7:TrackingNumber>${inner}
      </v7:TrackDetails></v7:CompletedTrackDetails></v7:TrackReply></s:Body></s:Envelope>`);

  test("says the same in other words", () => {
    const event = `<Events><Timestamp>2014-11-18T18:13:00+11:00</Timestamp><EventType>IT</EventType>
      <EventDescription>In transit</EventDescription><StatusExceptionCode>72</StatusExceptionCode>
      <StatusExceptionDescription>Package available for clearance</StatusExceptionDescription>
      <Address><City>ALEXANDRIA</City><StateOrProvinceCode/><PostalCode>2015</PostalCode>
      <CountryCode>AU</CountryCode></Address></Events>`;
    const status = "<StatusDetail><Code>IT</Code></StatusDetail>";
    expect(fedex.reply(details(status + event))).toEqual([{
      trackingNumber: "020207000000001",
      carrier: "fedex",
      status: "in_transit",
      subStatus: "customs",
      events: [{
        status: "in_transit",
        subStatus: "customs",
        at: "2014-11-18T07:13:00Z",
        location: "ALEXANDRIA, AU",
        description: "In transit: Package available for clearance",
        carrierCode: "IT",
      }],
    }]);
  });

  test("has a failure 9045, or no status at all, with success written above it", () => {
    const failed =
      "<Notification><Severity>FAILURE</Severity><Code>9045</Code></Notification><StatusDetail/>";
    expect(fedex.reply(details(failed))).toMatchObject([{ status: "unknown", events: [] }]);
    const nothing = "<TrackReply><HighestSeverity>ERROR</HighestSeverity></TrackReply>";
    expect(fedex.reply(bytes(nothing))).toEqual([]);
    expect(fedex.reply(bytes("<Envelope><Body><Fault/></Body></Envelope>"))).toEqual([]);
  });
});

test("a callback is signed over its body, in base64", async () => {
  const body = reply(result());
  const digest = (encoding: "base64" | "hex") => createHmac("sha256", "token").update(body).digest(encoding);
  const signed = (signature: string | undefined) =>
    fedex.authenticate(
      { header: (name) => name === "fdx-signature" ? signature : undefined, token: "token", body, nowMs: 0 },
      { secrets: ["other", "token"] },
    );
  expect(await signed(digest("base64"))).toEqual({ authentic: true });
  expect((await signed(digest("hex"))).authentic).toBe(false);
  expect((await signed(undefined)).authentic).toBe(false);
});

test.each<[unknown]>([["nonsense"], ["{}"], ["[]"], ["3"], [[{}]], ["<html></html>"], ["<TrackReply>"], [
  '<!DOCTYPE x [<!ENTITY y "z">]><TrackReply/>',
]])("%j is no message of FedEx", (body) => {
  expect(() => fedex.reply(bytes(body))).toThrow(Unreadable);
});
