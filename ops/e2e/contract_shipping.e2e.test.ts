import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { orderAnswer } from "../../http/schemas/answers.ts";
import { shipmentAnswer, shipmentCreated } from "../../http/schemas/shipment.ts";
import { expectOneTruth } from "./books.ts";
import { expectProblem, orderOf, receive } from "./orders.ts";
import { listen, type Listening } from "./sse.ts";
import { newSystem, type System } from "./system.ts";

const upsToken = "ups-token-of-the-shop", genericSecret = "generic-secret-of-the-shop";
const pageMsMax = 60_000;

let system: System;
beforeAll(async () => {
  system = await newSystem({
    WAYBILL_CARRIER_UPS_SECRET: upsToken,
    WAYBILL_CARRIER_GENERIC_SECRET: `older-secret,${genericSecret}`,
    WAYBILL_PUBLIC_URL: "https://shop.example",
    WAYBILL_SHOP_NAME: "Corner Shop",
  });
  await system.start();
  await receive(system, { A: 20, B: 20 });
});
afterAll(() => system?.remove());

/** An order of both, of which nothing has left yet. */
async function placed(number: string) {
  const lines = ["A", "B"].map((sku) => ({ sku, quantity: 2, unitPrice: "2.50" }));
  const answer = await system.post("/v1/orders", orderOf(number, "A", { lines }));
  expect(answer.status, answer.text).toBe(201);
  return orderAnswer.parse(answer.body).orderId;
}
async function shipped(orderId: string, trackingNumber: string, skus: readonly string[], carrier = "ups") {
  const answer = await system.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: trackingNumber, location: "LON1", carrier, trackingNumber },
    lines: skus.map((sku) => ({ sku, quantity: 2 })),
  });
  expect(answer.status, answer.text).toBe(201);
  return shipmentCreated.parse(answer.body);
}
const statusOf = async (orderId: string) =>
  orderAnswer.parse((await system.get(`/v1/orders/${orderId}`)).body).status;

/** A Track Alert as UPS documents it. */
const alert = (trackingNumber: string, type: string, code: string, time: string) =>
  JSON.stringify({
    trackingNumber,
    ...{ localActivityDate: "20261122", localActivityTime: time, gmtOffset: "+00:00" },
    ...{ gmtActivityDate: "20261122", gmtActivityTime: time },
    activityLocation: { city: "LONDON", country: "GB" },
    activityStatus: { type, code, description: "as it says", descriptionCode: "005" },
  });
const callUps = (raw: string, token = upsToken) =>
  system.post("/v1/carriers/ups/callbacks", undefined, {
    key: null,
    raw,
    headers: { authorization: `Bearer ${token}` },
  });
const callGeneric = (body: unknown, secret = genericSecret) => {
  const raw = JSON.stringify(body), hex = createHmac("sha256", secret).update(raw).digest("hex");
  const headers = { "x-waybill-signature": `sha256=${hex}` };
  return system.post("/v1/carriers/generic/callbacks", undefined, { key: null, raw, headers });
};
const tracked = async (token: string) => (await system.get(`/v1/tracking/${token}`, { key: null })).body;
const untilTracked = (token: string, wanted: object) =>
  expect.poll(() => tracked(token), { timeout: pageMsMax, interval: 50 }).toMatchObject(wanted);
/** Other news of the parcel, its lane for one, may come first. */
async function untilUpdated(live: Listening, is: (data: z.output<typeof updateData>) => boolean) {
  while (!is(updateData.parse((await live.until("update")).at(-1)!.data)));
}
const updateData = z.looseObject({ status: z.string(), html: z.string() });

describe("from the carrier's callback to the customer's page", () => {
  test("a scan is on the customer's page a moment after the carrier told of it, live as well", async () => {
    const orderId = await placed("S-1"),
      { trackingToken } = await shipped(orderId, "1Z0000000000000001", ["A", "B"]);
    const page = await system.get(`/t/${trackingToken}`, { key: null });
    expect(page.status).toBe(200);
    expect(page.text).toContain("Corner Shop");
    expect(page.headers.get("x-robots-tag")).toContain("noindex");
    const live = await listen(system, `/t/${trackingToken}/events`);
    const answer = await callUps(alert("1Z0000000000000001", "I", "OT", "080000"));
    expect(answer.status, answer.text).toBe(200);
    await untilTracked(trackingToken, {
      status: "out_for_delivery",
      carrier: "ups",
      trackingNumber: "1Z0000000000000001",
      events: [{ status: "out_for_delivery", at: "2026-11-22T08:00:00.000Z", carrierCode: "OT" }],
    });
    await untilUpdated(live, ({ status }) => status === "out_for_delivery");
    await live.stop();
  });

  test("late, repeated and shuffled scans move nothing backwards; all are kept, oldest first", async () => {
    const orderId = await placed("S-2"), number = "1Z0000000000000002";
    const { trackingToken, shipmentId } = await shipped(orderId, number, ["A", "B"]);
    const told = [["D", "FS", "120000"], ["I", "OT", "090000"], ["I", "AR", "070000"], [
      "D",
      "FS",
      "120000",
    ]] as const;
    for (const [type, code, time] of told) {
      expect((await callUps(alert(number, type, code, time))).status).toBe(200);
    }
    await untilTracked(trackingToken, { status: "delivered", events: { length: 3 } });
    const shipment = shipmentAnswer.parse((await system.get(`/v1/shipments/${shipmentId}`)).body);
    expect(shipment.events.map(({ carrierCode }) => carrierCode)).toEqual(["AR", "OT", "FS"]);
    await expect.poll(() => statusOf(orderId), { timeout: pageMsMax }).toBe("delivered");
  });

  test("a parcel that nobody knows yet is answered 200, and known once it is shipped", async () => {
    const scan = { status: "in_transit", occurredAt: "2026-11-22T06:00:00Z", description: "picked up" };
    expect((await callGeneric({ trackingNumber: "hm 77", carrier: "hermes", ...scan })).status).toBe(200);
    const { trackingToken } = await shipped(await placed("S-3"), "HM77", ["A"], "hermes");
    await untilTracked(trackingToken, {
      status: "in_transit",
      carrier: "hermes",
      events: [{ description: "picked up" }],
    });
  });

  test("an order in two parcels is shipped when both are, and delivered when both are", async () => {
    const orderId = await placed("S-4");
    await shipped(orderId, "1Z0000000000000004", ["A"]);
    expect(await statusOf(orderId)).toBe("partially_shipped");
    await shipped(orderId, "1Z0000000000000005", ["B"]);
    expect(await statusOf(orderId)).toBe("shipped");
    await callUps(alert("1Z0000000000000004", "D", "FS", "100000"));
    await callUps(alert("1Z0000000000000005", "D", "FS", "110000"));
    await expect.poll(() => statusOf(orderId), { timeout: pageMsMax }).toBe("delivered");
  });

  test("a callback without a valid proof is a 401, one that nobody can read a 400, an unknown carrier a 404", async () => {
    expectProblem(await callUps(alert("1Z1", "I", "OT", "080000"), "another token"), 401, "not-authentic");
    expectProblem(await callGeneric({ trackingNumber: "x" }, "another secret"), 401, "not-authentic");
    expectProblem(await callUps("{"), 400, "unreadable-callback");
    expectProblem(await system.post("/v1/carriers/fedex/callbacks", {}, { key: null }), 401, "not-authentic");
    expectProblem(await system.post("/v1/carriers/owl/callbacks", {}, { key: null }), 404, "not-found");
    expectProblem(
      await system.get("/v1/tracking/nobody-knows-this-token-00", { key: null }),
      404,
      "unknown-parcel",
    );
    expect((await system.get("/t/nobody-knows-this-token-00", { key: null })).status).toBe(404);
  });

  test("a receiver's request reaches the shop, survives kill -9 of everything, and is answered on the page, live as well", async () => {
    const orderId = await placed("S-5"),
      { trackingToken, shipmentId } = await shipped(orderId, "1Z0000000000000007", ["A"]);
    const form = `/t/${trackingToken}/requests/address_change?lang=en`;
    const raw = new URLSearchParams({ key: "k", line1: "2 New Street", city: "Leeds", country: "GB" })
      .toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
    const sent = () => system.post(form, undefined, { key: null, raw, headers });
    // A page waits for two seconds, then it says that it is not known whether the shop has it.
    await expect.poll(async () => (await sent()).text, { interval: 1_000 })
      .toContain("We have it and will see to it.");
    const page = await sent();
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    await system.killAll();
    await system.start();
    await sent();
    const asked = async () =>
      shipmentAnswer.parse((await system.get(`/v1/shipments/${shipmentId}`)).body).requests;
    await expect.poll(asked).toMatchObject([
      { kind: "address_change", status: "open", said: { line1: "2 New Street", city: "Leeds" } },
    ]);
    const live = await listen(system, `/t/${trackingToken}/events?lang=en`);
    await live.until("update");
    const { request } = (await asked())[0]!;
    const answer = await system.post(`/v1/shipments/${shipmentId}/requests/${request}`, { outcome: "done" });
    expect([answer.status, answer.body]).toMatchObject([200, { request, status: "done" }]);
    await untilUpdated(live, ({ html }) => html.includes('data-request="done"'));
    await live.stop();
  });

  test("callbacks that were answered survive kill -9 of everything", async () => {
    const orderId = await placed("S-6"),
      { trackingToken } = await shipped(orderId, "1Z0000000000000006", ["A"]);
    const answers = await Promise.all(
      Array.from(
        { length: 50 },
        (_, i) => callUps(alert("1Z0000000000000006", "I", "AR", `08${String(i + 10)}00`)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    await system.killAll();
    await system.start();
    await expect.poll(() => tracked(trackingToken)).toMatchObject({
      events: { length: 50 },
    });
  });

  test("the log, the rows and the edge agree in the end", async () => {
    await expectOneTruth(system);
  });
});
