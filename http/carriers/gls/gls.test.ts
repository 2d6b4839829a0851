import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bytes } from "../testing/corpus.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import gls from "./adapter.ts";

const event = (code: string, eventDateTime: string) => ({
  ...{ code, eventDateTime, city: "Berlin", postalCode: "10437", country: "DE", description: "x" },
});
const parcel = (more: object) => ({ requested: "36301917596", unitno: "36301917596", ...more });
const read = (...parcels: readonly object[]) => gls.reply(bytes(JSON.stringify({ parcels })));
const statusOf = (more: object) => {
  const [found] = read(parcel(more));
  return [found?.status, found?.subStatus];
};

describe("an event", () => {
  test("has a time with an offset without a colon, and no postal code", () => {
    expect(read(parcel({ events: [event("INTIAL.NORMAL", "2026-10-07T10:46:14+0200")] }))[0]!.events).toEqual(
      [{
        ...{
          status: "in_transit",
          subStatus: "accepted",
          at: "2026-10-07T08:46:14Z",
          location: "Berlin, DE",
        },
        ...{ description: "x", carrierCode: "INTIAL.NORMAL" },
      }],
    );
  });

  test.each([
    ["INTIAL.PREADVICE", "pre_transit", undefined],
    ["INTIAL.E48_DATA", "pre_transit", undefined],
    ["INBOUD.NORMAL", "in_transit", "arrived_at_facility"],
    ["OUTBOD.WHATEVER", "in_transit", "departed_facility"],
    ["OUTDEL.NORMAL", "out_for_delivery", undefined],
    ["DELIVD.NORMAL", "delivered", undefined],
    ["DELIVD.PARCELSHOP", "available_for_pickup", undefined],
    ["NODELI.CLOSED", "delivery_attempted", undefined],
    ["DELIVERED", "delivered", undefined],
  ])("%s is %s: by its code, else by its category", (code, status, subStatus) => {
    expect(statusOf({ events: [event(code, "2026-10-07T10:46:14+0200")] })).toEqual([status, subStatus]);
  });
});

describe("a parcel", () => {
  test.each([
    ["PLANNEDPICKUP", "pre_transit"],
    ["INPICKUP", "pre_transit"],
    ["PREADVICE", "pre_transit"],
    ["INTRANSIT", "in_transit"],
    ["INWAREHOUSE", "in_transit"],
    ["INDELIVERY", "out_for_delivery"],
    ["DELIVEREDPS", "available_for_pickup"],
    ["DELIVERED", "delivered"],
    ["FINAL", "delivered"],
    ["NOTDELIVERED", "delivery_attempted"],
    ["NOTPICKEDUP", "delivery_attempted"],
    ["CANCELED", "cancelled"],
  ])("without events has its status %s: %s", (status, expected) => {
    expect(statusOf({ status, statusDateTime: "2026-10-07T10:46:14+0200" })[0]).toBe(expected);
    expect(statusOf({ status })[0]).toBe(expected);
  });

  test("with events is as the newest says, and a status that differs is reported", () => {
    const events = [event("INTIAL.PREADVICE", "2026-10-07T10:46:14+0200")];
    expect(read(parcel({ status: "INTRANSIT", events }))).toMatchObject([{
      status: "pre_transit",
      disagrees: true,
    }]);
  });

  test("is known by what was asked for; where that is a reference to several, by its own number", () => {
    const asked = (requested: string, unitno: string) => parcel({ requested, unitno, status: "INTRANSIT" });
    expect(read(asked("604831862623", "60483186262")).map(({ trackingNumber }) => trackingNumber)).toEqual([
      "604831862623",
    ]);
    expect(
      read(asked("747N6K", "93835330599"), asked("747N6K", "93835330600")).map(({ trackingNumber }) =>
        trackingNumber
      ),
    )
      .toEqual(["93835330599", "93835330600"]);
  });

  test("that GLS does not know is unknown", () => {
    expect(read({ requested: "36301917596", errorCode: "E_404_01", errorMessage: "Resource Not Found" }))
      .toEqual([
        {
          trackingNumber: "36301917596",
          carrier: "gls",
          status: "unknown",
          subStatus: "not_found_or_rejected",
          events: [],
        },
      ]);
  });
});

test("an error of the whole call is no parcel", () => {
  expect(gls.reply(bytes('{"errors":[{"errorCode":"E_401"}]}'))).toEqual([]);
});

test.each(["", "[]", "{}", "<a/>", '{"parcels":{}}', '{"parcels":[{"status":"FINAL"}]}'])(
  "%s is unreadable",
  (text) => {
    expect(() => gls.callback(bytes(text))).toThrow(Unreadable);
  },
);

recordedSpecs(gls);
