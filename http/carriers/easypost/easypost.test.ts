import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bodyOf } from "../testing/bodies.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import { mappedCodesOf } from "../testing/shared_corpus.ts";
import easypost from "./adapter.ts";
import { statusTable } from "./codes.ts";

const detail = (status: string, datetime: string, more: object = {}) => ({
  object: "TrackingDetail",
  message: "On its way",
  status,
  status_detail: "status_update",
  datetime,
  source: "UPS",
  carrier_code: "",
  tracking_location: {
    object: "TrackingLocation",
    city: "OAKLAND",
    state: "CA",
    country: "US",
    zip: "94601",
  },
  ...more,
});
const tracker = (more: object = {}) => ({
  id: "trk_9",
  object: "Tracker",
  tracking_code: "1Z999AA10123456784",
  status: "in_transit",
  status_detail: "status_update",
  est_delivery_date: "2024-03-07T00:00:00Z",
  signed_by: "R SMITH",
  carrier: "UPSDAP",
  tracking_details: [
    detail("pre_transit", "2024-03-01T10:00:00Z", { status_detail: "label_created" }),
    detail("in_transit", "2024-03-02T10:00:00Z", { status_detail: "departed_facility", carrier_code: "DP" }),
  ],
  ...more,
});
const event = (result: unknown, description = "tracker.updated") => ({
  id: "evt_1",
  object: "Event",
  description,
  result,
});
const only = (said: unknown) => {
  const parcels = easypost.callback(bodyOf(said));
  expect(parcels).toHaveLength(1);
  return parcels[0]!;
};

test("an event tells the whole history of its tracker, under the real carrier's name", () => {
  expect(only(event(tracker()))).toEqual({
    trackingNumber: "1Z999AA10123456784",
    carrier: "ups",
    status: "in_transit",
    subStatus: "departed_facility",
    estimatedDelivery: { from: "2024-03-07", to: "2024-03-07" },
    events: [
      {
        status: "pre_transit",
        subStatus: "label_created",
        at: "2024-03-01T10:00:00Z",
        location: "OAKLAND, CA, US",
        description: "On its way",
        carrierCode: "pre_transit",
      },
      {
        status: "in_transit",
        subStatus: "departed_facility",
        at: "2024-03-02T10:00:00Z",
        location: "OAKLAND, CA, US",
        description: "On its way",
        carrierCode: "DP",
      },
    ],
  });
});

describe("a status", () => {
  test.each(mappedCodesOf("easypost"))(
    "$code is $status $subStatus, as published",
    ({ code, status, subStatus }) => {
      expect(statusTable.meaningOf(code)).toEqual(subStatus === "" ? { status } : { status, subStatus });
    },
  );

  test.each([
    ["in_transit", "arrived_at_facility", "in_transit", "arrived_at_facility"],
    ["in_transit", "delayed", "exception", "delayed"],
    ["in_transit", "something_new", "in_transit", undefined],
    ["failure", "status_update", "exception", "undeliverable"],
    ["failure", "lost", "exception", "lost"],
    ["failure", "return", "return_to_sender", undefined],
    ["delivered", "delayed", "delivered", undefined],
  ])("%s with the detail %s is %s %s", (status, status_detail, ours, subStatus) => {
    const said = tracker({ status, status_detail, tracking_details: [] });
    expect(only(said)).toMatchObject({ status: ours, ...(subStatus && { subStatus }) });
    expect(only(said).subStatus).toBe(subStatus);
  });

  test("that nobody knows is unknown, and is told", () => {
    expect(only(tracker({ status: "teleported", tracking_details: [] }))).toMatchObject({
      status: "unknown",
      unmapped: ["teleported"],
    });
  });
});

test("the newest event decides, wherever it stands, and a summary that says otherwise is noted", () => {
  const tracking_details = [
    detail("delivered", "2024-03-05T10:00:00Z"),
    detail("in_transit", "2024-03-02T10:00:00Z"),
  ];
  expect(only(tracker({ tracking_details }))).toMatchObject({ status: "delivered", disagrees: true });
});

test("an estimate with a time of day is a moment", () => {
  const { estimatedDelivery } = only(tracker({ est_delivery_date: "2024-03-07T18:10:47Z" }));
  expect(estimatedDelivery).toEqual({ from: "2024-03-07T18:10:47Z", to: "2024-03-07T18:10:47Z" });
});

test("nobody's name leaves it, nor a postal code", () => {
  const tracking_details = [
    detail("delivered", "2024-03-05T10:00:00Z", { message: "Delivered, signed by: R SMITH" }),
  ];
  expect(JSON.stringify(only(tracker({ tracking_details })))).not.toMatch(/SMITH|94601/);
});

test("a page of trackers has a parcel each", () => {
  const other = tracker({ tracking_code: "9400", carrier: "USPS", tracking_details: [] });
  const parcels = easypost.reply(bodyOf({ trackers: [tracker(), other], has_more: false }));
  expect(parcels.map(({ carrier }) => carrier)).toEqual(["ups", "usps"]);
});

test.each<[string, unknown]>([
  ["an event of a batch", event({ object: "Batch", id: "batch_1" }, "batch.updated")],
  ["an event as the log of events has it", { object: "Event", description: "tracker.updated", id: "evt_1" }],
  ["an error", { error: { code: "TRACKER.CREATE.ERROR", message: "no", errors: [] } }],
  ["an empty page", { trackers: [], has_more: false }],
])("%s tells of no parcel", (_, said) => expect(easypost.reply(bodyOf(said))).toEqual([]));

test.each<[string, unknown]>([
  ["an update whose tracker has no number", event({ object: "Tracker", status: "delivered" })],
  ["another's message", { event: "track_updated", data: { tracking_number: "1" } }],
  ["a list of nothing", []],
  ["null", null],
  ["no JSON", "<xml/>"],
  ["nothing", ""],
])("%s cannot be read", (_, said) => expect(() => easypost.callback(bodyOf(said))).toThrow(Unreadable));

recordedSpecs(easypost);
