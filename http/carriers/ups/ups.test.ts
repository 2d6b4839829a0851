import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import ups from "./adapter.ts";

const bytes = (raw: unknown) => new TextEncoder().encode(typeof raw === "string" ? raw : JSON.stringify(raw));

const status = (type: string, code: string, descriptionCode?: string) => ({ type, code, descriptionCode });

const alert = (fields: object = {}) => ({
  trackingNumber: "1Z0000000000000001",
  localActivityDate: "20240423",
  localActivityTime: "091519",
  activityLocation: { city: "Charlotte", stateProvince: "NC", postalCode: "28209", country: "US" },
  activityStatus: { type: "I", code: "OT", description: "Out for Delivery", descriptionCode: "021" },
  ...fields,
});
const read = (fields?: object) => ups.callback(bytes(alert(fields)))[0]!;

describe("a track alert", () => {
  test("is one event of one parcel", () => {
    expect(ups.callback(bytes(alert({ gmtActivityDate: "20240423", gmtActivityTime: "131519" })))).toEqual([{
      trackingNumber: "1Z0000000000000001",
      carrier: "ups",
      status: "out_for_delivery",
      events: [{
        status: "out_for_delivery",
        at: "2024-04-23T13:15:19Z",
        location: "Charlotte, NC, US",
        description: "Out for Delivery",
        carrierCode: "OT",
      }],
    }]);
  });

  test("version 1 says with empty texts what version 2 leaves out", () => {
    const parcel = read({
      trackingNumber: " 1Z0000000000000001",
      activityLocation: { city: "", stateProvince: "", postalCode: "", country: "US" },
      gmtActivityDate: "",
      gmtActivityTime: "",
      gmtOffset: "",
      scheduledDeliveryDate: "",
      deliveryStartTime: "",
    });
    expect(parcel.trackingNumber).toBe("1Z0000000000000001");
    expect(parcel.estimatedDelivery).toBeUndefined();
    expect(parcel.events).toMatchObject([{
      at: "2024-04-23T09:15:19Z",
      localTime: "2024-04-23T09:15:19",
      location: "US",
    }]);
  });

  test("the offset has a dot, and zeros at the front may be gone", () => {
    expect(read({ gmtOffset: "-04.00" }).events[0]!.at).toBe("2024-04-23T13:15:19Z");
    expect(read({ localActivityDate: 20240423, localActivityTime: 91519, gmtOffset: "-04.00" }).events[0]!.at)
      .toBe("2024-04-23T13:15:19Z");
    expect(read({ activityStatus: { type: "I", descriptionCode: 21 } }).status).toBe("out_for_delivery");
  });

  test("names, photos, streets and postal codes stay outside", () => {
    const parcel = read({ receivedBy: "Jane Roe", deliveryPhoto: "aGVsbG8=" });
    expect(JSON.stringify(parcel)).not.toMatch(/Jane|aGVsbG8|28209/);
  });

  test("alerts of several parcels may come together", () => {
    const other = alert({ trackingNumber: "1Z0000000000000002" });
    const first = alert({ activityStatus: status("M", "MP"), localActivityDate: "20240422" });
    const parcels = ups.callback(bytes([alert(), other, first]));
    expect(parcels.map(({ events }) => events.map(({ carrierCode }) => carrierCode)))
      .toEqual([["MP", "OT"], ["OT"]]);
  });
});

test.each<[ReturnType<typeof status>, string, string?]>([
  [status("D", "OT"), "out_for_delivery"],
  [status("D", "FS", "011"), "delivered"],
  [status("D", "??"), "delivered"],
  [status("D", "??", "040"), "available_for_pickup"],
  [status("M", "MP", "003"), "pre_transit", "label_created"],
  [status("MV", "MP"), "cancelled"],
  [status("I", "OR", "005"), "in_transit", "accepted"],
  [status("I", "YP", "071"), "in_transit", "processing"],
  [status("I", "AR"), "in_transit", "arrived_at_facility"],
  [status("I", "XD"), "in_transit"],
  [status("", "XD"), "pre_transit"],
  [status("U", "OT"), "in_transit", "edd_updated"],
  [status("X", "SR", "003"), "exception", "held"],
  [status("X", "??", "050"), "exception", "address_issue"],
  [status("X", "NH"), "exception", "not_home"],
  [status("X", "RF"), "delivery_attempted", "refused"],
  [status("x", "ry", "034"), "return_to_sender", "returned"],
  [status("X", "LO"), "exception", "lost"],
])("%j is %s %s", (activityStatus, expected, subStatus) => {
  const parcel = read({ activityStatus });
  expect([parcel.status, parcel.subStatus]).toEqual([expected, subStatus]);
  expect(parcel.unmapped).toBeUndefined();
});

test("a code that nobody explains is unknown, and named", () => {
  expect(read({ activityStatus: { code: "Q?" } })).toMatchObject({ status: "unknown", unmapped: ["Q?"] });
});

describe("the estimate of an alert", () => {
  const hours = { scheduledDeliveryDate: "20240423", deliveryStartTime: "150000", deliveryEndTime: "170000" };

  test("is a day", () => {
    expect(
      read({ scheduledDeliveryDate: "20240423", deliveryTimeDescription: "end of day" }).estimatedDelivery,
    )
      .toEqual({ from: "2024-04-23", to: "2024-04-23" });
  });
  test("has hours once the van that is scanned is the van that brings it", () => {
    expect(read({ ...hours, gmtOffset: "-04.00" }).estimatedDelivery)
      .toEqual({ from: "2024-04-23T19:00:00Z", to: "2024-04-23T21:00:00Z" });
    expect(read({ ...hours, gmtOffset: "-04.00", activityStatus: status("I", "OR") }).estimatedDelivery)
      .toEqual({ from: "2024-04-23", to: "2024-04-23" });
    expect(read(hours).estimatedDelivery).toEqual({ from: "2024-04-23", to: "2024-04-23" });
  });
});

test("an alert has the credential of its subscription, in the header that was agreed or as a bearer's", async () => {
  const judged = (headers: Record<string, string>) =>
    ups.authenticate(
      { header: (name) => headers[name], token: undefined, body: bytes(alert()), nowMs: 0 },
      { secrets: ["s3cret"], header: "credential" },
    );
  expect(await judged({ credential: "s3cret" })).toEqual({ authentic: true });
  expect(await judged({ authorization: "bearer s3cret" })).toEqual({ authentic: true });
  expect(await judged({ credential: "other", "user-agent": "UPSPubSubTrackingService" }))
    .toMatchObject({ authentic: false });
  expect(await judged({ "user-agent": "UPSPubSubTrackingService" })).toMatchObject({ authentic: false });
});

describe("a reply", () => {
  const activity = (date: string, time: string, code: string, type: string) => ({
    date,
    time,
    gmtOffset: "-05:00",
    location: { address: { city: "Wayne", stateProvince: "NJ", postalCode: "07470", country: "US" } },
    status: { code, type, description: code },
  });
  const reply = (parcel: object) =>
    ups.reply(bytes({ trackResponse: { shipment: [{ package: [parcel] }] } }));

  test("has the whole history, newest first", () => {
    const [parcel] = reply({
      trackingNumber: "1Z0000000000000001",
      currentStatus: { code: "FS", type: "D" },
      deliveryDate: [{ type: "SDD", date: "20210211" }, { type: "RDD", date: "20210212" }],
      activity: [
        activity("20210212", "101500", "FS", "D"),
        activity("20210212", "081500", "OT", "I"),
        activity("20210210", "071356", "OR", "I"),
      ],
    });
    expect(parcel).toMatchObject({
      status: "delivered",
      estimatedDelivery: { from: "2021-02-12", to: "2021-02-12" },
      events: [
        { at: "2021-02-10T12:13:56Z", location: "Wayne, NJ, US", carrierCode: "OR" },
        { carrierCode: "OT" },
        { carrierCode: "FS" },
      ],
    });
    expect(parcel!.disagrees).toBeUndefined();
  });

  test("without activities its current status counts", () => {
    expect(reply({ trackingNumber: "1Z1", currentStatus: { code: "MP", type: "M" } }))
      .toMatchObject([{ status: "pre_transit", subStatus: "label_created", events: [] }]);
  });

  test("of an unknown number is no parcel, or one of which nothing is known", () => {
    expect(ups.reply(bytes({ response: { errors: [{ code: "TV1002" }] } }))).toEqual([]);
    const warned = { inquiryNumber: "1Z1", warnings: [{ code: "TW0001" }] };
    expect(ups.reply(bytes({ trackResponse: { shipment: [warned] } })))
      .toEqual([{ trackingNumber: "1Z1", carrier: "ups", status: "unknown", events: [] }]);
  });
});

test.each<[unknown]>([
  ["not JSON"],
  ["{}"],
  ["[]"],
  ["null"],
  ['{"trackingNumber": "1Z1", "activityStatus": {"type": "D", "descriptionCode": 021}}'],
  [{ trackingNumber: "1Z1" }],
  [{ trackingNumber: "1Z1", activityStatus: "D" }],
  [[alert(), { trackingNumber: "1Z1" }]],
])("%j is no message of UPS", (body) => {
  expect(() => ups.callback(bytes(body))).toThrow(Unreadable);
});
