import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bodyOf } from "../testing/bodies.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import { mappedCodesOf } from "../testing/shared_corpus.ts";
import seventeenTrack from "./adapter.ts";
import { statusTable } from "./codes.ts";

const event = (stage: string | null, time_utc: string, more: object = {}) => ({
  time_iso: time_utc.replace("Z", "+00:00"),
  time_utc,
  description: "The carrier's words",
  location: "HAMBURG, 20355",
  stage,
  address: { country: "DE", state: null, city: "HAMBURG", street: "Valentinskamp 88", postal_code: "20355" },
  ...more,
});
const leg = (name: string, events: readonly unknown[]) => ({
  provider: { key: 7041, name, alias: name, country: "DE" },
  events,
});
const info = (sub_status: string, providers: readonly unknown[], more: object = {}) => ({
  latest_status: { status: sub_status.split("_")[0], sub_status, sub_status_descr: null },
  time_metrics: { estimated_delivery_date: { source: "Official", from: null, to: null } },
  tracking: { providers },
  ...more,
});
const parcel = (track_info: unknown) => ({
  number: "00340434292135100186",
  carrier: 7041,
  tag: null,
  track_info,
});
const webhook = (data: unknown, event = "TRACKING_UPDATED") => ({ event, data });
const only = (said: unknown) => {
  const parcels = seventeenTrack.callback(bodyOf(said));
  expect(parcels).toHaveLength(1);
  return parcels[0]!;
};
const onVan = event("OutForDelivery", "2024-02-03T07:00:00Z");
const pickedUp = event("PickedUp", "2024-02-01T07:00:00Z", { sub_status: "InTransit_PickedUp" });

test("an update tells the history, newest first as it comes, under the real carrier's name", () => {
  expect(only(webhook(parcel(info("OutForDelivery_Other", [leg("DHL Paket", [onVan, pickedUp])]))))).toEqual({
    trackingNumber: "00340434292135100186",
    carrier: "dhl",
    status: "out_for_delivery",
    events: [
      {
        status: "in_transit",
        subStatus: "accepted",
        at: "2024-02-01T07:00:00Z",
        location: "HAMBURG, DE",
        description: "The carrier's words",
        carrierCode: "InTransit_PickedUp",
      },
      {
        status: "out_for_delivery",
        at: "2024-02-03T07:00:00Z",
        location: "HAMBURG, DE",
        description: "The carrier's words",
        carrierCode: "OutForDelivery",
      },
    ],
  });
});

test("what is documented under track_info may stand beside it", () => {
  const { latest_status, ...rest } = info("OutForDelivery_Other", [leg("UPS", [onVan])]);
  const beside = { ...parcel({ shipping_info: {} }), latest_status, ...rest };
  expect(only(webhook(beside))).toMatchObject({ status: "out_for_delivery", carrier: "ups" });
});

describe("codes", () => {
  test.each(mappedCodesOf("17track"))(
    "$code is $status $subStatus, as published",
    ({ code, status, subStatus }) => {
      expect(statusTable.meaningOf(code)).toEqual(subStatus === "" ? { status } : { status, subStatus });
    },
  );

  test.each([
    ["Exception_Returning", "return_to_sender", undefined],
    ["Exception_Returned", "return_to_sender", "returned"],
    ["Exception_Lost", "exception", "lost"],
    ["Exception_Cancel", "cancelled", undefined],
    ["DeliveryFailure_NoBody", "delivery_attempted", "not_home"],
    ["InTransit_CustomsReleased", "in_transit", "customs_cleared"],
    ["Exception_OfNextYear", "exception", undefined],
  ])("%s is %s %s", (subStatus, status, ours) => {
    const parsed = only(webhook(parcel(info(subStatus, []))));
    expect([parsed.status, parsed.subStatus]).toEqual([status, ours]);
  });
});

test("between milestones an event has no code: the newest is what the summary speaks of, others are unknown", () => {
  const events = [event(null, "2024-02-05T07:00:00Z"), event(null, "2024-02-04T07:00:00Z"), onVan];
  const parsed = only(webhook(parcel(info("Delivered_Other", [leg("UPS", events)]))));
  expect(parsed.events.map(({ status }) => status)).toEqual(["out_for_delivery", "unknown", "delivered"]);
  expect(parsed).toMatchObject({ status: "delivered" });
  expect(parsed.unmapped).toBeUndefined();
});

test("the newest event decides against the summary", () => {
  const events = [event("AvailableForPickup", "2024-02-05T07:00:00Z")];
  const parsed = only(webhook(parcel(info("Exception_Other", [leg("DHL Paket", events)]))));
  expect(parsed).toMatchObject({ status: "available_for_pickup", disagrees: true });
});

test("of several carriers the one that saw it last has it", () => {
  const legs = [
    leg("USPS", [event("Arrival", "2024-02-05T07:00:00Z")]),
    leg("China Post", [pickedUp]),
    leg("GLS", []),
  ];
  const parsed = only(webhook(parcel(info("InTransit_Arrival", legs))));
  expect(parsed).toMatchObject({ carrier: "usps", subStatus: "arrived_at_facility" });
  expect(parsed.events).toHaveLength(2);
});

test("without providers the number of the carrier and the latest event are all there is", () => {
  const more = { latest_event: event("Delivered", "2024-02-05T07:00:00Z"), tracking: null };
  const parsed = only(webhook({ ...parcel(info("Delivered_Other", [], more)), carrier: 21051 }));
  expect(parsed).toMatchObject({
    carrier: "usps",
    status: "delivered",
    events: [{ at: "2024-02-05T07:00:00Z" }],
  });
});

test("times come in UTC, with an offset, or in parts", () => {
  const raw = {
    time_utc: null,
    time_iso: null,
    time_raw: { date: "2024-02-03", time: "09:00:00", timezone: "+02:00" },
  };
  const offset = event("InTransit_Other", "", { time_utc: null, time_iso: "2024-02-02T09:00:00+02:00" });
  const events = [event("Delivered", "", raw), offset];
  const parsed = only(webhook(parcel(info("Delivered_Other", [leg("UPS", events)]))));
  expect(parsed.events.map(({ at }) => at)).toEqual(["2024-02-02T07:00:00Z", "2024-02-03T07:00:00Z"]);
});

test("an estimate has two ends", () => {
  const time_metrics = {
    estimated_delivery_date: { from: "2024-02-05T08:00:00-04:00", to: "2024-02-07T20:00:00-04:00" },
  };
  const { estimatedDelivery } = only(webhook(parcel(info("InTransit_Other", [], { time_metrics }))));
  expect(estimatedDelivery).toEqual({ from: "2024-02-05T12:00:00Z", to: "2024-02-08T00:00:00Z" });
});

test("when it stops to look, nothing is known anew", () => {
  const parsed = only(webhook({ number: "1", carrier: 100003, param: null, tag: null }, "TRACKING_STOPPED"));
  expect(parsed).toEqual({ trackingNumber: "1", carrier: "fedex", status: "unknown", events: [] });
});

test("a reply has the numbers that it accepted", () => {
  const accepted = [parcel(info("InTransit_Other", [])), parcel(info("Delivered_Other", []))];
  const rejected = [{ number: "3", error: { code: -18019902, message: "not registered" } }];
  const parcels = seventeenTrack.reply(bodyOf({ code: 0, data: { accepted, rejected } }));
  expect(parcels.map(({ status }) => status)).toEqual(["in_transit", "delivered"]);
  expect(seventeenTrack.reply(bodyOf({ code: 0, data: { accepted: [], rejected } }))).toEqual([]);
  expect(seventeenTrack.reply(bodyOf({ code: -18010002, data: { errors: [] } }))).toEqual([]);
});

test.each<[string, unknown]>([
  ["an update that names no parcel", webhook({ carrier: 7041, track_info: {} })],
  ["another's message", { event: "track_updated", data: { tracking_number: "1" } }],
  ["true", true],
  ["no JSON", "sign=1"],
])("%s cannot be read", (_, said) => expect(() => seventeenTrack.callback(bodyOf(said))).toThrow(Unreadable));

recordedSpecs(seventeenTrack);
