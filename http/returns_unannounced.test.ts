import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ScanInput, ScanParcel } from "../actors/commands.ts";
import { actorId } from "../actors/ids.ts";
import { returnAnswer } from "./schemas/return.ts";
import { shippedOrder } from "./testing/shipped_order.ts";
import { pointersOf } from "./testing/told.ts";
import type { Town } from "./testing/town.ts";

let town: Town, orderId: string, shipmentId: string;
beforeEach(async () => {
  ({ town, orderId, shipmentId } = await shippedOrder());
});
afterEach(() => town.close());

/** As if a callback of the carrier had been worked out. */
async function scanned(number: string, status: ScanInput["status"]): Promise<void> {
  const scan: ScanInput = { status, atMs: Date.now(), description: "", carrierCode: "" };
  const command: ScanParcel = { type: "scans", source: "cb", scans: [scan] };
  await town.ask({ to: actorId("parcel", `ups:${number}`), command, patienceMs: 60_000 });
  await town.settled();
}

describe("POST /v1/orders/{orderId}/returns of goods that nobody announced", () => {
  const blind = { kind: "blind", location: "MAN2" };
  const arrive = (arrived: unknown, quantity = 2) =>
    town.call("POST", `/v1/orders/${orderId}/returns`, {
      ...{ reference: "BACK1", reason: "no paper", lines: [{ sku: "A", quantity }], arrived },
    });

  test("answers 201 once they are in quality control, also beyond what was shipped; sent again, the same", async () => {
    const { status, body } = await arrive(blind, 4);
    expect({ status, body }).toMatchObject({ status: 201, body: { status: "received", arrived: blind } });
    expect((await town.call("GET", "/v1/stock/A")).body.locations).toMatchObject([
      { location: "LON1" },
      { location: "MAN2", qualityControl: 4, sellable: 0 },
    ]);
    expect(await arrive(blind, 4)).toMatchObject({ status: 201, body });
    expect((await arrive({ ...blind, location: "LON1" }, 4)).status).toBe(422);
    const read = await town.call("GET", `/v1/returns/${body.returnId}`);
    expect(returnAnswer.parse(read.body)).toMatchObject({ arrived: blind, lines: [{ received: 4 }] });
    expect((await town.call("GET", `/v1/orders/${orderId}`)).body.lines).toMatchObject([{ returned: 1 }, {
      returned: 0,
    }, { returned: 1 }]);
  });

  test("takes back a parcel of the order only when its carrier says that it comes back", async () => {
    expect(await arrive({ kind: "rto", location: "LON1", shipmentId })).toMatchObject({
      status: 409,
      body: { type: "/problems/parcel-not-returned" },
    });
    const other = shipmentId.replace(/.$/, (last) => last === "0" ? "1" : "0");
    expect(await arrive({ kind: "rto", location: "LON1", shipmentId: other })).toMatchObject({
      status: 404,
      body: { type: "/problems/unknown-shipment" },
    });
    await scanned("1Z1", "return_to_sender");
    expect(await arrive({ kind: "rto", location: "LON1", shipmentId })).toMatchObject({
      status: 201,
      body: { status: "received", arrived: { kind: "rto", location: "LON1", shipmentId } },
    });
    expect((await town.call("GET", "/v1/stock/A")).body.locations).toMatchObject([{ qualityControl: 2 }]);
  });

  test("refuses words that it does not know, and a parcel without a name", async () => {
    const wrong = [{ kind: "lost", location: "LON1" }, { kind: "rto", location: "LON1" }, { kind: "blind" }];
    const pointers = await Promise.all(
      wrong.map(async (arrived) => pointersOf((await arrive(arrived)).body)),
    );
    expect(pointers).toEqual([["/arrived/kind"], ["/arrived/shipmentId"], ["/arrived/location"]]);
  });
});

test("a return whose parcel is known is in transit once its carrier has it", async () => {
  const path = `/v1/orders/${orderId}/returns`, lines = [{ sku: "A", quantity: 1 }];
  const parcel = { carrier: "ups", trackingNumber: "1z 77" },
    body = { reference: "R1", reason: "small", lines };
  const known = { carrier: "ups", trackingNumber: "1Z77" };
  const announced = await town.call("POST", path, { ...body, parcel });
  expect(announced).toMatchObject({ status: 201, body: { status: "authorised", parcel: known } });
  expect((await town.call("POST", path, { ...body, parcel })).body).toEqual(announced.body);
  await scanned("1Z77", "in_transit");
  const read = await town.call("GET", `/v1/returns/${announced.body.returnId}`);
  expect(returnAnswer.parse(read.body)).toMatchObject({
    status: "in_transit",
    parcel: { ...known, status: "in_transit" },
  });
  const both = { ...body, reference: "R2", parcel, arrived: { kind: "blind", location: "LON1" } };
  expect(pointersOf((await town.call("POST", path, both)).body)).toEqual(["/parcel"]);
});
