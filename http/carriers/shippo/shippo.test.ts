import { expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bodyOf } from "../testing/bodies.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import { mappedCodesOf } from "../testing/shared_corpus.ts";
import shippo from "./adapter.ts";
import { pairTable, statusTable } from "./codes.ts";

const entry = (status: string, status_date: string | null, code?: string) => ({
  object_id: "o1",
  object_created: "2024-05-09T00:00:00.000Z",
  status,
  status_date,
  status_details: "The carrier's words",
  location: { city: "Reno", state: "NV", zip: "89501", country: "US" },
  substatus: code === undefined ? null : { code, text: "Shippo's words", action_required: false },
});
const transit = entry("TRANSIT", "2024-05-01T08:00:00Z", "package_departed");
const onVan = entry("TRANSIT", "2024-05-02T08:00:00Z", "out_for_delivery");
const track = (more: object = {}) => ({
  carrier: "usps",
  tracking_number: "9205590164917312751089",
  eta: "2024-05-03T00:00:00Z",
  original_eta: "2024-05-02T00:00:00Z",
  tracking_status: onVan,
  tracking_history: [onVan, transit],
  ...more,
});
const only = (said: unknown) => {
  const parcels = shippo.callback(bodyOf(said));
  expect(parcels).toHaveLength(1);
  return parcels[0]!;
};

test("track_updated tells the whole history of its track", () => {
  expect(only({ event: "track_updated", test: false, data: track() })).toEqual({
    trackingNumber: "9205590164917312751089",
    carrier: "usps",
    status: "out_for_delivery",
    estimatedDelivery: { from: "2024-05-03", to: "2024-05-03" },
    events: [
      {
        status: "in_transit",
        subStatus: "departed_facility",
        at: "2024-05-01T08:00:00Z",
        location: "Reno, NV, US",
        description: "The carrier's words",
        carrierCode: "TRANSIT/package_departed",
      },
      {
        status: "out_for_delivery",
        at: "2024-05-02T08:00:00Z",
        location: "Reno, NV, US",
        description: "The carrier's words",
        carrierCode: "TRANSIT/out_for_delivery",
      },
    ],
  });
});

test.each(mappedCodesOf("shippo"))(
  "$code is $status $subStatus, as published",
  ({ code, status, subStatus }) => {
    const meaning = (code.includes("/") ? pairTable : statusTable).meaningOf(code);
    expect(meaning).toEqual(subStatus === "" ? { status } : { status, subStatus });
  },
);

test("the status counts where the substatus contradicts it, or is new", () => {
  const contradicting = entry("DELIVERED", "2024-05-03T08:00:00Z", "information_received");
  expect(only(track({ tracking_status: contradicting, tracking_history: [contradicting] })).status).toBe(
    "delivered",
  );
  const newer = entry("TRANSIT", "2024-05-03T08:00:00Z", "handed_to_drone");
  expect(only(track({ tracking_status: newer, tracking_history: [] })).status).toBe("in_transit");
});

test("the latest status is an event when the history does not have it yet", () => {
  const delivered = entry("DELIVERED", "2024-05-03T08:00:00Z", "delivered");
  const parcel = only(track({ tracking_status: delivered }));
  expect(parcel.events.map(({ status }) => status)).toEqual(["in_transit", "out_for_delivery", "delivered"]);
  expect(parcel).toMatchObject({ status: "delivered" });
});

test("when the history knows better than the latest status, it decides", () => {
  const delivered = entry("DELIVERED", "2024-05-03T08:00:00Z");
  expect(only(track({ tracking_history: [delivered, onVan] }))).toMatchObject({
    status: "delivered",
    disagrees: true,
  });
});

test("a number that the carrier does not know yet is unknown, without events", () => {
  const parcel = only(track({ tracking_status: null, tracking_history: [], eta: null }));
  expect(parcel).toEqual({
    trackingNumber: "9205590164917312751089",
    carrier: "usps",
    status: "unknown",
    events: [],
  });
});

test("a status without substatus, as the older API has it, is read", () => {
  const { substatus: _, ...older } = entry("DELIVERED", "2015-10-15T12:12:00Z");
  expect(only(track({ tracking_status: older, tracking_history: [older] })).status).toBe("delivered");
});

test.each<[string, unknown]>([
  ["an event of a label", { event: "transaction_created", data: { object_id: "t", tracking_number: "94" } }],
  ["an error", { detail: "Not found." }],
  ["an empty page", { results: [], next: null }],
])("%s tells of no parcel", (_, said) => expect(shippo.reply(bodyOf(said))).toEqual([]));

test.each<[string, unknown]>([
  ["an update without its track", { event: "track_updated", data: { carrier: "usps" } }],
  ["another's message", { event: "TRACKING_UPDATED", data: { number: "1" } }],
  ["a number", 7],
  ["no JSON", "tracking_number=1"],
])("%s cannot be read", (_, said) => expect(() => shippo.callback(bodyOf(said))).toThrow(Unreadable));

recordedSpecs(shippo);
