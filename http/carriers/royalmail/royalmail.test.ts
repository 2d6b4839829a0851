import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import royalmail from "./adapter.ts";

const bytes = (raw: unknown) => new TextEncoder().encode(typeof raw === "string" ? raw : JSON.stringify(raw));

const event = (eventCode: string, eventDateTime = "2016-10-20T10:04:00+01:00") => ({
  eventCode,
  eventName: eventCode,
  eventDateTime,
  locationName: "Stafford DO",
});
const read = (fields: object) =>
  royalmail.reply(bytes({ mailPieces: { mailPieceId: "AB000000001GB", ...fields } }))[0]!;

describe("an item", () => {
  test("that went the wrong way is on its way all the same", () => {
    expect(read({
      summary: {
        lastEventCode: "EVNMI",
        lastEventDateTime: "2016-10-20T10:04:00+01:00",
        statusCategory: "IN TRANSIT",
      },
      signature: { recipientName: "Jane Roe" },
      events: [event("EVNMI"), event("EVDAC", "2016-10-19T18:00:00+01:00")],
    })).toEqual({
      trackingNumber: "AB000000001GB",
      carrier: "royalmail",
      status: "in_transit",
      subStatus: "misrouted",
      events: [
        {
          status: "in_transit",
          subStatus: "accepted",
          at: "2016-10-19T17:00:00Z",
          location: "Stafford DO",
          description: "EVDAC",
          carrierCode: "EVDAC",
        },
        {
          status: "in_transit",
          subStatus: "misrouted",
          at: "2016-10-20T09:04:00Z",
          location: "Stafford DO",
          description: "EVNMI",
          carrierCode: "EVNMI",
        },
      ],
    });
  });

  test("of several has its last event in the summary", () => {
    const summary = {
      lastEventCode: "EVKSP",
      lastEventName: "Delivered",
      lastEventDateTime: "2016-10-20T10:04:00+01:00",
      summaryLine: "Delivered and signed for by JANE ROE",
    };
    const unknown = { mailPieceId: "AB000000002GB", error: { errorCode: "E1142" } };
    const pieces = royalmail.reply(
      bytes({ mailPieces: [{ mailPieceId: "AB000000001GB", summary }, unknown] }),
    );
    expect(pieces).toMatchObject([
      { status: "delivered", events: [{ at: "2016-10-20T09:04:00Z", carrierCode: "EVKSP" }] },
      { trackingNumber: "AB000000002GB", status: "unknown", events: [] },
    ]);
    expect(JSON.stringify(pieces)).not.toContain("JANE");
  });

  test("with a last event of no table is as the category says", () => {
    const summary = {
      lastEventCode: "EVXXX",
      lastEventDateTime: "2016-10-20T10:04:00+01:00",
      statusCategory: "In Transit",
    };
    const parcel = read({ summary, events: [event("EVXXX"), event("EVYYY", "2016-10-19T18:00:00+01:00")] });
    expect(parcel).toMatchObject({ status: "in_transit", unmapped: ["EVYYY"] });
  });
});

describe("the estimate", () => {
  const estimated = (estimatedDelivery: object) => read({ estimatedDelivery }).estimatedDelivery;

  test("is a window of hours on a day", () => {
    const window = { startOfEstimatedWindow: "08:00:00+01:00", endOfEstimatedWindow: "11:00:00+01:00" };
    expect(estimated({ date: "2017-02-20", ...window }))
      .toEqual({ from: "2017-02-20T07:00:00Z", to: "2017-02-20T10:00:00Z" });
  });
  test("is a day where a side of the window or its zone is missing", () => {
    const day = { from: "2017-02-20", to: "2017-02-20" };
    expect(estimated({ date: "2017-02-20" })).toEqual(day);
    expect(estimated({ date: "2017-02-20T00:00:00+00:00", startOfEstimatedWindow: "08:00:00" })).toEqual(day);
    expect(estimated({ date: "soon" })).toBeUndefined();
  });
});

test.each<[string, string, string?]>([
  ["EVAIP", "pre_transit"],
  ["EVIMC", "in_transit", "arrived_at_facility"],
  ["EVGPD", "out_for_delivery"],
  ["EVKLC", "available_for_pickup"],
  ["EVKNA", "delivery_attempted", "not_home"],
  ["EVNRF", "return_to_sender", "refused"],
  ["EVRTS", "return_to_sender", "returned"],
  ["EVKDN", "delivered", "neighbour"],
  ["EVNCU", "exception", "customs_held"],
  ["EVNPS", "delivery_attempted", "not_home"],
  ["LOST", "exception", "lost"],
])("%s is %s %s", (code, status, subStatus) => {
  const parcel = read({ events: [event(code)] });
  expect([parcel.status, parcel.subStatus]).toEqual([status, subStatus]);
});

test("an error without an item is no parcel", () => {
  expect(royalmail.reply(bytes({ httpCode: "404", errors: [{ errorCode: "E1142" }] }))).toEqual([]);
});

test("no callback is documented: a forwarded one has the token", async () => {
  const judged = (token: string | undefined) =>
    royalmail.authenticate(
      { header: () => undefined, token, body: new Uint8Array(), nowMs: 0 },
      { secrets: ["s"] },
    );
  expect(await judged("s")).toEqual({ authentic: true });
  expect(await judged(undefined)).toMatchObject({ authentic: false });
});

test.each<[unknown]>([["nonsense"], ["{}"], ["[]"], ["3"], [{ trackingNumber: "AB000000001GB" }]])(
  "%j is no message of Royal Mail",
  (body) => {
    expect(() => royalmail.callback(bytes(body))).toThrow(Unreadable);
  },
);
