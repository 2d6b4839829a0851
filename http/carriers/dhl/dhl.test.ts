import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bytes } from "../testing/corpus.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import dhl from "./adapter.ts";
import { meaningOfWords } from "./words.ts";

const event = (statusCode: string | undefined, timestamp: string, more = {}) => ({
  ...{
    timestamp,
    statusCode,
    location: { address: { addressLocality: "Leipzig - Germany", countryCode: "DE" } },
  },
  ...more,
});
const shipment = (more: object) => ({ id: "00340434", service: "parcel-de", ...more });
const push = (...shipments: readonly object[]) => ({
  self: "https://x",
  scope: "subscription.push",
  shipments,
});
const read = (body: unknown) => dhl.callback(bytes(JSON.stringify(body)));
const only = (more: object) => read(push(shipment(more)))[0]!;

describe("a push", () => {
  test("names every shipment that it carries", () => {
    const parcels = read(
      push(
        shipment({ id: 7777777770, status: event("transit", "2026-11-20T10:00:00") }),
        shipment({ id: "B" }),
      ),
    );
    expect(parcels.map(({ trackingNumber, status }) => [trackingNumber, status])).toEqual([
      ["7777777770", "in_transit"],
      ["B", "unknown"],
    ]);
  });

  test("may carry the newest status alone: that is an event", () => {
    expect(only({ status: event("delivered", "2026-11-20T10:00:00+01:00", { description: "Delivered" }) }))
      .toMatchObject({
        status: "delivered",
        events: [{
          status: "delivered",
          at: "2026-11-20T09:00:00Z",
          location: "Leipzig - Germany, DE",
          carrierCode: "delivered",
        }],
      });
  });

  test("times with a zone and without stand in one body", () => {
    const { events } = only({
      events: [event("transit", "2026-11-20T10:00:00Z"), event("pre-transit", "2026-11-20T09:00:00")],
    });
    expect(events.map(({ at, localTime }) => [at, localTime])).toEqual([
      ["2026-11-20T09:00:00Z", "2026-11-20T09:00:00"],
      ["2026-11-20T10:00:00Z", undefined],
    ]);
  });

  test("a summary that contradicts the newest event is reported", () => {
    const parcel = only({
      status: event("pre-transit", "2026-11-20T11:00:00Z"),
      events: [event("transit", "2026-11-20T10:00:00Z")],
    });
    expect(parcel).toMatchObject({ status: "in_transit", disagrees: true });
  });

  test("a code that is none of the five is reported, and its event kept", () => {
    expect(only({ events: [event("teleported", "2026-11-20T10:00:00Z")] })).toMatchObject({
      status: "unknown",
      unmapped: ["teleported"],
      events: [{ carrierCode: "teleported" }],
    });
  });
});

describe("the five codes", () => {
  test.each([
    ["pre-transit", "pre_transit"],
    ["transit", "in_transit"],
    ["delivered", "delivered"],
    ["failure", "exception"],
    ["unknown", "unknown"],
  ])(
    "%s is %s",
    (code, status) => expect(only({ events: [event(code, "2026-11-20T10:00:00Z")] }).status).toBe(status),
  );

  test.each([
    ["transit", "Shipment is out with courier for delivery", "out_for_delivery", undefined],
    ["transit", "The shipment has been loaded onto the delivery vehicle", "out_for_delivery", undefined],
    ["transit", "The shipment is ready for pick-up at the PACKSTATION", "available_for_pickup", undefined],
    [
      "transit",
      "The shipment could not be delivered, and the recipient has been notified",
      "delivery_attempted",
      undefined,
    ],
    ["transit", "Clearance processing complete", "in_transit", "customs_cleared"],
    ["transit", "Departed from a DHL facility", "in_transit", "departed_facility"],
    ["transit", "It will be delivered", "in_transit", undefined],
    ["failure", "The shipment is being returned to the sender", "return_to_sender", undefined],
    ["failure", "The shipment was damaged", "exception", "damaged"],
    ["failure", "Arrived at the depot", "exception", undefined],
    ["delivered", "Delivered to a neighbour", "delivered", "neighbour"],
    ["delivered", "Returned to the sender", "delivered", undefined],
    ["pre-transit", "The shipment has been delivered", "pre_transit", undefined],
    ["unknown", "The shipment was delivered", "delivered", undefined],
    [undefined, "The shipment has been processed in the parcel center", "in_transit", "processing"],
  ])("%s with “%s” is %s", (code, description, status, subStatus) => {
    const { events: [read] } = only({ events: [event(code, "2026-11-20T10:00:00Z", { description })] });
    expect([read!.status, read!.subStatus]).toEqual([status, subStatus]);
  });

  test("words alone never blow up", () => {
    expect(meaningOfWords("return ".repeat(100_000))).toBeUndefined();
  });
});

describe("what is nobody's business", () => {
  test("a description that is a name gives way to the status' own words", () => {
    const delivered = event("delivered", "2026-11-20T10:00:00Z", {
      status: "DELIVERED",
      description: "JESSICA",
    });
    expect(only({ events: [delivered] }).events[0]!.description).toBe("DELIVERED");
    const signed = event("delivered", "2026-11-20T10:00:00Z", {
      description: "Delivered - Signed for by: JESSICA",
    });
    expect(only({ events: [signed] }).events[0]!.description).toBe("Delivered");
  });
  test("a street before the city is left out, and so is the postal code", () => {
    const address = {
      addressLocality: "Oderweg 2, AMSTERDAM",
      postalCode: "1043 AG",
      countryCode: "NL",
      streetAddress: "Oderweg 2",
    };
    const { events: [read] } = only({
      events: [event("transit", "2026-11-20T10:00:00Z", { location: { address } })],
    });
    expect(read!.location).toBe("AMSTERDAM, NL");
  });
});

test("delivery is expected in a window, else on a day", () => {
  const frame = { estimatedFrom: "2026-11-20T09:00:00Z", estimatedThrough: "2026-11-20T12:00:00Z" };
  expect(
    only({ estimatedDeliveryTimeFrame: frame, estimatedTimeOfDelivery: "2026-11-20T00:00:00Z" })
      .estimatedDelivery,
  )
    .toEqual({ from: "2026-11-20T09:00:00Z", to: "2026-11-20T12:00:00Z" });
  expect(only({ estimatedTimeOfDelivery: "2026-11-20T00:00:00Z" }).estimatedDelivery)
    .toEqual({ from: "2026-11-20", to: "2026-11-20" });
});

describe("the subscription", () => {
  test("is validated by the secret that was sent, before anything can be signed", () => {
    const body = bytes(JSON.stringify({ scope: "subscription.validate", secret: "i5b65gX4" }));
    expect(dhl.handshake?.(body)).toEqual({
      name: "subscription.validate",
      answer: { secret: "i5b65gX4" },
      unsigned: true,
    });
    expect(dhl.callback(body)).toEqual([]);
  });
  test.each(["subscription.ready", "subscription.failure"])(
    "%s is no handshake, and no news of a parcel",
    (scope) => {
      const body = bytes(JSON.stringify({ scope, secret: "s", shipmentIDs: ["1"] }));
      expect(dhl.handshake?.(body)).toBeUndefined();
      expect(dhl.callback(body)).toEqual([]);
    },
  );
  test("is not validated without a secret, nor by what is not JSON", () => {
    expect(dhl.handshake?.(bytes('{"scope":"subscription.validate"}'))).toBeUndefined();
    expect(dhl.handshake?.(bytes("scope"))).toBeUndefined();
  });
});

test("a number that DHL does not know is no parcel", () => {
  expect(dhl.reply(bytes('{"title":"No result found","status":404,"detail":"No shipment"}'))).toEqual([]);
  expect(dhl.reply(bytes('{"shipments":[]}'))).toEqual([]);
});

test.each([
  "",
  "{",
  "[]",
  "null",
  "<xml/>",
  '{"scope":"subscription.push"}',
  '{"shipments":[{}]}',
  '{"status":200,"title":"x"}',
])(
  "%s is unreadable",
  (text) => expect(() => dhl.callback(bytes(text))).toThrow(Unreadable),
);

recordedSpecs(dhl, {
  // Its statusCode is `pre-transit`. karrio does not know that code and falls back to in_transit.
  statuses: { "dhl_unified/karrio_tracking_response.json": ["pre_transit"] },
});
