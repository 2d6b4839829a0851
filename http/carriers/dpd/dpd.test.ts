import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bytes } from "../testing/corpus.ts";
import { recordedSpecs } from "../testing/recorded_specs.ts";
import dpd from "./adapter.ts";
import { dpdMoment } from "./times.ts";

interface Step {
  readonly status: string;
  readonly reached?: boolean;
  readonly current?: boolean;
  readonly date?: string;
}
const step = ({ status, reached = false, current = false, date }: Step) =>
  `<statusInfo><status>${status}</status><label><content>Label</content></label>
   <description><content><content>It is said.</content></content></description>
   <statusHasBeenReached>${reached}</statusHasBeenReached><isCurrentStatus>${current}</isCurrentStatus>
   <location><content>Mechelen (BE)</content></location>${
    date ? `<date><content>${date}</content></date>` : ""
  }</statusInfo>`;
const soap = (body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;
const benelux = (...steps: readonly Step[]) =>
  soap(
    `<getTrackingDataResponse><trackingresult>${
      steps.map(step).join("")
    }</trackingresult></getTrackingDataResponse>`,
  );
const germany = (...steps: readonly Step[]) =>
  soap(`<getParcelLifeCycleResponse><getParcelLifeCycleResult><ParcelLifeCycleData><shipmentInfo>
    <parcelLabelNumber>09981122330100</parcelLabelNumber></shipmentInfo>${steps.map(step).join("")}
    </ParcelLifeCycleData></getParcelLifeCycleResult></getParcelLifeCycleResponse>`);
const read = (text: string) => dpd.reply(bytes(text))[0]!;

describe("the life cycle", () => {
  test("counts only the steps that have been reached", () => {
    const parcel = read(germany(
      { status: "ACCEPTED", reached: true, date: "20/02/2026, 13:57" },
      { status: "AT_SENDING_DEPOT", reached: true, current: true, date: "20/02/2026, 19:02" },
      { status: "ON_THE_ROAD" },
      { status: "DELIVERED" },
    ));
    expect(parcel).toMatchObject({
      trackingNumber: "09981122330100",
      status: "in_transit",
      subStatus: "arrived_at_facility",
    });
    expect(parcel.events.map(({ carrierCode }) => carrierCode)).toEqual(["ACCEPTED", "AT_SENDING_DEPOT"]);
  });

  test("the current step counts, though it is not marked as reached", () => {
    expect(read(germany({ status: "ACCEPTED", current: true }, { status: "DELIVERED" }))).toMatchObject({
      status: "in_transit",
      subStatus: "accepted",
      events: [],
    });
  });

  test("of steps without a date the last one that was reached is the status", () => {
    expect(
      read(
        benelux({ status: "Courier", reached: true }, { status: "Delivered", reached: true }, {
          status: "X",
        }),
      ).status,
    )
      .toBe("delivered");
    expect(read(benelux({ status: "Courier" })).status).toBe("unknown");
  });

  test("of the Benelux does not repeat the parcel's number", () => {
    expect(
      read(benelux({ status: "ParcelShop", reached: true, current: true, date: "8/18/2026 4:41:00 PM" })),
    ).toEqual({
      ...{ trackingNumber: "", carrier: "dpd", status: "available_for_pickup" },
      events: [{
        ...{ status: "available_for_pickup", at: "2026-08-18T16:41:00Z", localTime: "2026-08-18T16:41:00" },
        ...{ location: "Mechelen (BE)", description: "It is said.", carrierCode: "ParcelShop" },
      }],
    });
  });

  test("comes as JSON, too", () => {
    const statusInfo = [
      {
        status: "DELIVERED",
        date: "20.02.2026, 13:57",
        location: "Ulm (DE)",
        statusHasBeenReached: true,
        isCurrentStatus: true,
      },
    ];
    const data = { shipmentInfo: { parcelLabelNumber: "0998" }, statusInfo };
    expect(read(JSON.stringify({ parcellifecycleResponse: { parcelLifeCycleData: data } }))).toMatchObject({
      ...{ trackingNumber: "0998", status: "delivered" },
      events: [{ at: "2026-02-20T13:57:00Z", location: "Ulm (DE)" }],
    });
  });
});

test("a code of another vocabulary is known as well; one of none is reported", () => {
  const at = "8/18/2026 4:41:00 PM";
  expect(read(benelux({ status: "IN_DELIVERY", reached: true, date: at })).status).toBe("out_for_delivery");
  expect(read(benelux({ status: "Beamed", reached: true, date: at }))).toMatchObject({
    status: "unknown",
    unmapped: ["Beamed"],
  });
});

test.each([
  ["8/18/2021 4:09:55 AM", "2021-08-18T04:09:55Z"],
  ["12/1/2021 12:09:55 AM", "2021-12-01T00:09:55Z"],
  ["01/06/2012, 02:09", "2012-06-01T02:09:00Z"],
  ["20.02.2012, 13:57", "2012-02-20T13:57:00Z"],
  ["2021-08-18T04:09:55", "2021-08-18T04:09:55Z"],
  ["18/18/2021 4:09:55 AM", undefined],
  ["soon", undefined],
])("%s is %s", (said, at) => expect(dpdMoment(said)?.at).toBe(at));

test("a fault is no parcel, nor is an empty result", () => {
  expect(dpd.reply(bytes(soap("<trackingresult/>")))).toEqual([]);
  expect(
    dpd.reply(
      bytes(soap("<s:Fault><faultcode>x</faultcode><faultstring>Parcel not found</faultstring></s:Fault>")),
    ),
  ).toEqual([]);
});

test.each(["", "<a/>", "{}", "[]", soap("<other/>"), soap("<trackingresult><a/></trackingresult>")])(
  "%s is unreadable",
  (text) => {
    expect(() => dpd.callback(bytes(text))).toThrow(Unreadable);
  },
);

recordedSpecs(dpd);
