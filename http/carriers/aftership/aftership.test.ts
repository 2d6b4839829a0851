import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bodyOf } from "../testing/bodies.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import { mappedCodesOf } from "../testing/shared_corpus.ts";
import aftership from "./adapter.ts";
import { tagTable } from "./codes.ts";

const checkpoint = (subtag: string, checkpoint_time: string, more: object = {}) => ({
  slug: "dhl",
  created_at: "2024-06-30T00:00:00+00:00",
  checkpoint_time,
  message: "The courier's words",
  tag: subtag.split("_")[0],
  subtag,
  city: "Leipzig",
  state: null,
  zip: "04103",
  country_name: "Germany",
  country_iso3: "DEU",
  location: "Leipzig, 04103, Germany",
  ...more,
});
const tracking = (more: object = {}) => ({
  id: "t1",
  tracking_number: "7777777770",
  slug: "dhl",
  tag: "InTransit",
  subtag: "InTransit_007",
  signed_by: "R SMITH",
  order_promised_delivery_date: "2024-06-09",
  checkpoints: [
    checkpoint("InTransit_002", "2024-06-01T10:00:00+02:00", { raw_tag: "PU" }),
    checkpoint("InTransit_007", "2024-06-01T22:30:00"),
  ],
  ...more,
});
const webhook = (msg: unknown, event = "tracking_update") => ({ event, event_id: "e1", msg, ts: 1712741696 });
const only = (said: unknown) => {
  const parcels = aftership.callback(bodyOf(said));
  expect(parcels).toHaveLength(1);
  return parcels[0]!;
};

test("an update tells the history, and which times have no zone", () => {
  expect(only(webhook(tracking()))).toEqual({
    trackingNumber: "7777777770",
    carrier: "dhl_express",
    status: "in_transit",
    subStatus: "departed_facility",
    events: [
      {
        status: "in_transit",
        subStatus: "accepted",
        at: "2024-06-01T08:00:00Z",
        location: "Leipzig, Germany",
        description: "The courier's words",
        carrierCode: "PU",
      },
      {
        status: "in_transit",
        subStatus: "departed_facility",
        at: "2024-06-01T22:30:00Z",
        localTime: "2024-06-01T22:30:00",
        location: "Leipzig, Germany",
        description: "The courier's words",
        carrierCode: "InTransit_007",
      },
    ],
  });
});

describe("a tag", () => {
  test.each(mappedCodesOf("aftership"))(
    "$code is $status $subStatus, as published",
    ({ code, status, subStatus }) => {
      expect(tagTable.meaningOf(code)).toEqual(subStatus === "" ? { status } : { status, subStatus });
    },
  );

  test.each([
    ["Exception_001", "exception", undefined],
    ["Exception_010", "return_to_sender", undefined],
    ["Exception_011", "return_to_sender", "returned"],
    ["Exception_013", "exception", "lost"],
    ["Exception_020", "cancelled", undefined],
    ["Exception_999", "exception", undefined],
    ["AttemptFail_002", "delivery_attempted", "not_home"],
    ["Delivered_005", "delivered", "neighbour"],
    ["OutForDelivery_002", "available_for_pickup", undefined],
    ["Expired_001", "expired", undefined],
    ["Pending_004", "unknown", undefined],
  ])("is refined by its subtag: %s is %s %s", (subtag, status, subStatus) => {
    const { status: ours, subStatus: sub } = only(tracking({
      tag: subtag.split("_")[0],
      subtag,
      checkpoints: [checkpoint(subtag, "2024-06-02T08:00:00Z")],
    }));
    expect([ours, sub]).toEqual([status, subStatus]);
  });

  test("counts for the newest checkpoint where that has none", () => {
    const bare = checkpoint("", "2024-06-03T08:00:00Z", { tag: undefined, subtag: undefined });
    const parcel = only(
      tracking({ tag: "Delivered", subtag: undefined, checkpoints: [...tracking().checkpoints, bare] }),
    );
    expect(parcel.status).toBe("delivered");
    expect(parcel.disagrees).toBeUndefined();
  });
});

describe("an estimate", () => {
  const estimateOf = (more: object) => only(webhook(tracking(more), "edd_revise")).estimatedDelivery;

  test("is the newest one, as day, moment or range", () => {
    const named = (datetime: string | null, datetime_min: string | null, datetime_max: string | null) =>
      estimateOf({
        latest_estimated_delivery: {
          type: "specific",
          source: "AfterShip EDD",
          datetime,
          datetime_min,
          datetime_max,
        },
        expected_delivery: "2024-06-07",
      });
    expect(named("2024-06-05", null, null)).toEqual({ from: "2024-06-05", to: "2024-06-05" });
    expect(named(null, "2024-06-05", "2024-06-08")).toEqual({ from: "2024-06-05", to: "2024-06-08" });
    expect(named("2024-06-05T12:11:11+01:00", null, null)).toMatchObject({ from: "2024-06-05T11:11:11Z" });
    expect(named(null, null, null)).toEqual({ from: "2024-06-07", to: "2024-06-07" });
  });

  test("may be AfterShip's own, with both ends; a promise of the shop is none", () => {
    const aftership_estimated_delivery_date = {
      estimated_delivery_date: "2024-06-05",
      confidence_score: 0.8,
      estimated_delivery_date_min: "2024-06-04",
      estimated_delivery_date_max: "2024-06-06",
    };
    expect(estimateOf({ aftership_estimated_delivery_date })).toEqual({
      from: "2024-06-04",
      to: "2024-06-06",
    });
    expect(estimateOf({})).toBeUndefined();
  });

  test("changes no status", () => {
    const more = { latest_estimated_delivery: { datetime: "2024-06-05" } };
    expect(only(webhook(tracking(more), "edd_revise")).status).toBe(only(webhook(tracking())).status);
  });
});

test("a place in one text loses its postal code", () => {
  const only_text = checkpoint("InTransit_001", "2024-06-01T08:00:00Z", { city: null, country_name: null });
  expect(only(tracking({ checkpoints: [only_text] })).events[0]!.location).toBe("Leipzig, Germany");
});

test("a reply has one tracking, many, or the last checkpoint", () => {
  const counts = [
    { meta: { code: 200 }, data: { tracking: tracking() } },
    { meta: { code: 200 }, data: tracking() },
    { meta: { code: 200 }, data: { trackings: [tracking(), tracking({ tracking_number: "2" })] } },
    {
      meta: { code: 200 },
      data: {
        tracking_number: "1",
        slug: "ups",
        tag: "Delivered",
        checkpoint: checkpoint("Delivered_001", "2024-06-01T08:00:00Z"),
      },
    },
  ].map((said) => aftership.reply(bodyOf(said)).map(({ events }) => events.length));
  expect(counts).toEqual([[2], [2], [2, 2], [1]]);
});

test.each<[string, unknown]>([
  ["an error", { meta: { code: 4004, message: "Tracking does not exist.", type: "NotFound" }, data: {} }],
  ["an empty list", { meta: { code: 200 }, data: { count: 0, trackings: [] } }],
  ["an event of a return", { event: "return.submitted", event_id: "e1", msg: { id: "r1" } }],
])("%s tells of no parcel", (_, said) => expect(aftership.reply(bodyOf(said))).toEqual([]));

test.each<[string, unknown]>([
  ["an update without its tracking", webhook({ id: "1", tag: "InTransit" })],
  ["another's message", { event: "track_updated", data: { tracking_status: {} } }],
  ["text", `"tracking_update"`],
  ["no JSON", "{"],
])("%s cannot be read", (_, said) => expect(() => aftership.callback(bodyOf(said))).toThrow(Unreadable));

recordedSpecs(aftership);
