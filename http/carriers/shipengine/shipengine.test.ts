import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bodyOf } from "../testing/bodies.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import { mappedCodesOf } from "../testing/shared_corpus.ts";
import shipengine from "./adapter.ts";
import { detailTable, statusTable } from "./codes.ts";

const event = (status_code: string, occurred_at: string, more: object = {}) => ({
  occurred_at,
  carrier_occurred_at: occurred_at.replace("Z", ""),
  description: "The carrier's words",
  city_locality: "AUSTIN",
  state_province: "TX",
  postal_code: "78756",
  country_code: "US",
  company_name: "",
  signer: "R SMITH",
  event_code: "10",
  status_code,
  ...more,
});
const information = (more: object = {}) => ({
  tracking_number: "9405511899223197428490",
  carrier_code: "stamps_com",
  status_code: "IT",
  status_detail_code: "IN_TRANSIT",
  estimated_delivery_date: "2024-04-05T00:00:00Z",
  actual_delivery_date: null,
  events: [
    event("IT", "2024-04-02T10:00:00Z", { status_detail_code: "HUB_SCAN_IN" }),
    event("AC", "2024-04-01T10:00:00Z"),
  ],
  ...more,
});
const webhook = (data: unknown, resource_type = "API_TRACK") => ({
  resource_url: "https://api.shipengine.com/v1/tracking?carrier_code=ups&tracking_number=1Z999",
  resource_type,
  data,
});
const only = (said: unknown) => {
  const parcels = shipengine.callback(bodyOf(said));
  expect(parcels).toHaveLength(1);
  return parcels[0]!;
};

test.each(["API_TRACK", "TRACK_EVENT_V2"])("%s tells the history, newest first as it comes", (type) => {
  const common = { location: "AUSTIN, TX, US", description: "The carrier's words", carrierCode: "10" };
  expect(only(webhook(information(), type))).toEqual({
    trackingNumber: "9405511899223197428490",
    carrier: "usps",
    status: "in_transit",
    subStatus: "arrived_at_facility",
    estimatedDelivery: { from: "2024-04-05", to: "2024-04-05" },
    events: [
      { status: "in_transit", subStatus: "accepted", at: "2024-04-01T10:00:00Z", ...common },
      { status: "in_transit", subStatus: "arrived_at_facility", at: "2024-04-02T10:00:00Z", ...common },
    ],
  });
});

describe("codes", () => {
  test.each(mappedCodesOf("shipengine"))(
    "$code is $status $subStatus, as published",
    ({ code, status, subStatus }) => {
      const meaning = (code.length === 2 ? statusTable : detailTable).meaningOf(code);
      expect(meaning).toEqual(subStatus === "" ? { status } : { status, subStatus });
    },
  );

  test.each([
    ["IT", "OUT_FOR_DELIVERY", "out_for_delivery"],
    ["EX", "RETURN_TO_SENDER", "return_to_sender"],
    ["EX", "CANCELLED", "cancelled"],
    ["EX", "TRACKING_EXPIRED", "expired"],
    ["DE", "DELIVERED_TO_PICKUP_POINT", "available_for_pickup"],
    ["IT", "CARRIER_STATUS_NOT_MAPPED", "in_transit"],
    ["DE", "POST_TRANSIT_STATUS", "delivered"],
    ["AT", "A_DETAIL_OF_NEXT_YEAR", "delivery_attempted"],
    ["UN", "CARRIER_STATUS_NOT_MAPPED", "unknown"],
  ])("%s with the detail %s is %s", (status_code, status_detail_code, status) => {
    const more = { status_code, status_detail_code };
    expect(only(information({ ...more, events: [] })).status).toBe(status);
    expect(only(information({ ...more, events: [event(status_code, "2024-04-03T10:00:00Z", more)] })).status)
      .toBe(status);
  });
});

describe("an event without a code of its own", () => {
  const bare = (at: string) => event("", at, { event_code: "OF" });

  test("is what the summary speaks of, if it is the newest", () => {
    const events = [bare("2024-04-03T10:00:00Z"), event("IT", "2024-04-02T10:00:00Z")];
    const parcel = only(information({ status_code: "DE", status_detail_code: "DELIVERED", events }));
    expect(parcel).toMatchObject({ status: "delivered" });
    expect(parcel.disagrees).toBeUndefined();
  });

  test("is not the delivery, if it comes after that", () => {
    const events = [bare("2024-04-03T10:00:00Z")];
    const delivered = {
      status_code: "DE",
      status_detail_code: undefined,
      actual_delivery_date: "2024-03-01T09:00:00Z",
    };
    const parcel = only(information({ ...delivered, events }));
    expect(parcel).toMatchObject({ status: "delivered", unmapped: ["OF"] });
    expect(parcel.events.map(({ status }) => status)).toEqual(["unknown"]);
  });
});

test("the older names of fields are read", () => {
  const older = { event_date: "2019-04-12T17:45:26.734Z", description: "Delivered", city_locality: "AUSTIN" };
  const { events, status } = only(
    information({ status_code: "DE", status_detail_code: undefined, events: [older] }),
  );
  expect(status).toBe("delivered");
  expect(events).toMatchObject([{ status: "delivered", at: "2019-04-12T17:45:26.734Z" }]);
});

test("a local time alone is told as one", () => {
  const events = [event("IT", "2024-04-02T10:00:00Z", { occurred_at: null })];
  expect(only(information({ events })).events[0]).toMatchObject({ localTime: "2024-04-02T10:00:00" });
});

test.each([
  ["https://api.shipengine.com/v1/tracking/fedex/123", "fedex"],
  ["https://api.shipengine.com/v1/tracking?carrier_code=royal_mail&tracking_number=123", "royalmail"],
  ["no url", "unknown"],
])("the carrier may be named only in the URL %s", (resource_url, carrier) => {
  const data = information({ carrier_code: undefined });
  expect(only({ resource_url, resource_type: "API_TRACK", data }).carrier).toBe(carrier);
});

test("a thin webhook names its parcel in the URL", () => {
  const parcel = only(webhook(undefined));
  expect(parcel).toEqual({ trackingNumber: "1Z999", carrier: "ups", status: "unknown", events: [] });
});

test.each<[string, unknown]>([
  ["a webhook of a batch", {
    resource_url: "https://api.shipengine.com/v1/batches/1",
    resource_type: "API_BATCH",
  }],
  ["an error", { request_id: "r", errors: [{ error_code: "not_found", message: "no" }] }],
])("%s tells of no parcel", (_, said) => expect(shipengine.reply(bodyOf(said))).toEqual([]));

test.each<[string, unknown]>([
  ["a webhook that names no parcel", { resource_type: "API_TRACK", data: { status_code: "DE" } }],
  ["another's message", { tracking_number: "1", tracking_status: { status: "TRANSIT" } }],
  ["a list of lists", [[]]],
  ["no JSON", "API_TRACK"],
])("%s cannot be read", (_, said) => expect(() => shipengine.callback(bodyOf(said))).toThrow(Unreadable));

recordedSpecs(shipengine, { unmapped: ["OF", "07"] });
