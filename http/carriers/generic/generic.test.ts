import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { bytes } from "../testing/corpus.ts";
import { genericExample, genericSignature } from "../../openapi/carriers.ts";
import { apiDescription } from "../../openapi/document.ts";
import generic from "./adapter.ts";
import { genericBody } from "./body.ts";

const event = (more: object = {}) => ({
  ...{ trackingNumber: "T1", status: "in_transit", occurredAt: "2026-11-20T10:00:00+01:00" },
  ...more,
});
const read = (body: unknown, adapter = generic) => adapter.callback(bytes(JSON.stringify(body)));
const withCodes = (codes: object) =>
  generic.configured!((setting) => setting === "CODES" ? JSON.stringify(codes) : undefined);

test("the example in the API's description is read, and its signature is true", () => {
  const body = bytes(JSON.stringify(genericExample));
  expect(generic.callback(body)).toMatchObject([
    { trackingNumber: "ACME-1001", carrier: "acme", status: "in_transit" },
    { trackingNumber: "ACME-1002", carrier: "acme", status: "delivered" },
  ]);
  const operations = apiDescription().paths?.["/v1/carriers/{carrier}/callbacks"]?.post;
  expect(operations?.requestBody).toMatchObject({
    content: {
      "application/json": {
        example: genericExample,
        schema: { $ref: "#/components/schemas/GenericCarrierCallback" },
      },
    },
  });
  const hmac = createHmac("sha256", "secret").update(body).digest("hex");
  expect(genericSignature).toBe(`sha256=${hmac}`);
});

describe("the body", () => {
  test("is one event", () => {
    const body = event({
      carrier: "acme",
      subStatus: "accepted",
      location: "Leeds, GB",
      description: "Taken",
      estimatedDelivery: "2026-11-22",
    });
    expect(read(body)).toEqual([{
      ...{ trackingNumber: "T1", carrier: "acme", status: "in_transit", subStatus: "accepted" },
      estimatedDelivery: { from: "2026-11-22", to: "2026-11-22" },
      events: [{
        ...{ status: "in_transit", subStatus: "accepted", at: "2026-11-20T09:00:00Z", location: "Leeds, GB" },
        ...{ description: "Taken", carrierCode: "" },
      }],
    }]);
  });

  test.each([["events", (events: object[]) => ({ events })], ["a list", (events: object[]) => events]])(
    "or several as %s, of several parcels of several carriers",
    (_, bodyOf) => {
      const delivered = { status: "delivered", occurredAt: "2026-11-21T10:00:00Z" };
      const parcels = read(
        bodyOf([event(delivered), event(), event({ carrier: "acme" }), event({ trackingNumber: "T2" })]),
      );
      expect(
        parcels.map((
          { carrier, trackingNumber, status, events },
        ) => [carrier, trackingNumber, status, events.length]),
      ).toEqual([
        ["generic", "T1", "delivered", 2],
        ["acme", "T1", "in_transit", 1],
        ["generic", "T2", "in_transit", 1],
      ]);
    },
  );

  test("may change the estimate alone; of several the newest counts", () => {
    const [parcel] = read([
      event({
        occurredAt: "2026-11-20T12:00:00Z",
        estimatedDelivery: { from: "2026-11-23T08:00:00Z", to: "2026-11-23T12:00:00Z" },
      }),
      event({ estimatedDelivery: "2026-11-22" }),
    ]);
    expect(parcel!.estimatedDelivery).toEqual({ from: "2026-11-23T08:00:00Z", to: "2026-11-23T12:00:00Z" });
    expect(read({ trackingNumber: "T1", estimatedDelivery: "2026-11-22" })).toMatchObject([{
      status: "unknown",
      events: [],
    }]);
  });

  test.each([
    [{}, "trackingNumber: "],
    [event({ status: "flying" }), "status: "],
    [event({ occurredAt: undefined }), "occurredAt: must say when"],
    [event({ occurredAt: "yesterday" }), "occurredAt: yesterday is not a time"],
    [event({ status: undefined }), "must have a status, a code or an estimatedDelivery"],
    [event({ estimatedDelivery: "soon" }), "estimatedDelivery: it is neither"],
    [{ events: [] }, "events: "],
    [{ events: [event(), event({ trackingNumber: 7 })] }, "events.1.trackingNumber: "],
    ["text", "expected object, received string"],
  ])("is ours: what is wrong with %j is said", (body, message) => {
    expect(() => read(body)).toThrow(Unreadable);
    expect(() => read(body)).toThrow(message);
  });

  test("has a limit", () => {
    expect(() => read(Array.from({ length: 1001 }, () => event()))).toThrow("<=1000 items");
  });

  test("is described for the API", () => {
    expect(genericBody.safeParse(event()).success).toBe(true);
    expect(genericBody.safeParse([event()]).success).toBe(true);
    expect(genericBody.safeParse({ events: [event()] }).success).toBe(true);
    expect(genericBody.safeParse({ parcels: [] }).success).toBe(false);
  });
});

describe("codes", () => {
  const coded = (code: string, more = {}) => event({ status: undefined, code, ...more });

  test("mean what the operator says, for all carriers or for one", () => {
    const adapter = withCodes({ DLV: "delivered", "acme:DLV": "delivered/locker", HOLD: "exception/held" });
    const meanings = read([
      coded("dlv"),
      coded("DLV", { carrier: "acme" }),
      coded("HOLD", { trackingNumber: "T2" }),
    ], adapter)
      .map(({ status, subStatus, events: [one] }) => [status, subStatus, one!.carrierCode]);
    expect(meanings).toEqual([["delivered", undefined, "dlv"], ["delivered", "locker", "DLV"], [
      "exception",
      "held",
      "HOLD",
    ]]);
  });

  test("that nobody has explained are kept and reported", () => {
    expect(read(coded("X"))).toMatchObject([{ status: "unknown", unmapped: ["X"] }]);
  });

  test("give way to a status", () => {
    expect(read(coded("DLV", { status: "out_for_delivery" }), withCodes({ DLV: "delivered" }))).toMatchObject(
      [{ status: "out_for_delivery" }],
    );
  });

  test.each([
    ['{"DLV": "arrived"}', `it says "arrived" for DLV; the statuses are unknown, pre_transit`],
    ['{"DLV": "delivered/"}', "for DLV"],
    ['{"DLV": {"status": "delivered"}}', "for DLV"],
    ['{"DLV": "delivered", "dlv": "exception"}', "it has DLV twice"],
    ["[]", "it is not a JSON object"],
  ])("%s is refused with a reason", (setting, message) => {
    expect(() => generic.configured!(() => setting)).toThrow(message);
  });
});

test("is signed by an HMAC of the body", async () => {
  const body = bytes(JSON.stringify(event()));
  const signature = `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`;
  const request = (header: string) => ({
    header: (name: string) => name === "x-waybill-signature" ? header : undefined,
    ...{ token: undefined, body, nowMs: 0 },
  });
  const configured = { secrets: ["old", "s3cret"] };
  expect(await generic.authenticate(request(signature), configured)).toEqual({ authentic: true });
  expect(await generic.authenticate(request(signature.replace("sha256=", "")), configured)).toMatchObject({
    authentic: false,
  });
  expect(await generic.authenticate(request(""), configured)).toMatchObject({ authentic: false });
});
