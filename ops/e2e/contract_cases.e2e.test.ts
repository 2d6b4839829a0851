import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { orderAnswer } from "../../http/schemas/answers.ts";
import { caseAnswer, caseChanged, caseWithNotes } from "../../http/schemas/case.ts";
import { z } from "zod";
import { accuracyAnswer } from "../../http/schemas/accuracy.ts";
import { shipmentAnswer, shipmentCreated } from "../../http/schemas/shipment.ts";
import { expectOneTruth } from "./books.ts";
import { eachOf, expectProblem, orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const secret = "generic-secret-of-the-shop", waitMsMax = 60_000;
const page = z.object({ items: z.array(caseAnswer), next: z.string().optional() });

let system: System;
beforeAll(async () => {
  system = await newSystem({ WAYBILL_CARRIER_GENERIC_SECRET: secret });
  await system.start();
  await receive(system, { A: 60 });
  await system.put("/v1/locations/LON1", { name: "London", country: "GB" });
});
afterAll(() => system?.remove());

/** An order of one unit, handed over to `hermes`. */
async function shipped(number: string, more: object = {}) {
  const customer = { id: `C-${number}`, name: "Ada Lovelace", address: { country: "GB" } };
  const placed = await system.post("/v1/orders", orderOf(number, "A", { customer }));
  const { orderId } = orderAnswer.parse(placed.body);
  const answer = await system.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: number, location: "LON1", carrier: "hermes", trackingNumber: number },
    lines: [{ sku: "A", quantity: 1 }],
    ...more,
  });
  expect(answer.status, answer.text).toBe(201);
  return shipmentCreated.parse(answer.body);
}
async function told(trackingNumber: string, status: string, more: object = {}): Promise<void> {
  const occurredAt = new Date().toISOString();
  const raw = JSON.stringify({ trackingNumber, carrier: "hermes", status, occurredAt, ...more });
  const hex = createHmac("sha256", secret).update(raw).digest("hex");
  const headers = { "x-waybill-signature": `sha256=${hex}` };
  const answer = await system.post("/v1/carriers/generic/callbacks", undefined, { key: null, raw, headers });
  expect(answer.status, answer.text).toBe(200);
}
const list = async (query: string) => page.parse((await system.get(`/v1/cases${query}`)).body).items;
async function untilOne(query: string) {
  await expect.poll(() => list(query), { timeout: waitMsMax, interval: 50 }).toHaveLength(1);
  return (await list(query))[0]!;
}
const write = (id: string, what: string, body: unknown, key: string) =>
  system.post(`/v1/cases/${id}/${what}`, body, { headers: { "idempotency-key": key } });

describe("what needs a person", () => {
  test("is a case a moment after the carrier told of it, with the order and who should do what by when", async () => {
    const { orderId } = await shipped("C-1");
    await told("C-1", "exception", { subStatus: "address_issue" });
    // Who the customer is comes by another way, and may come a moment later.
    const find = () => untilOne("?carrier=hermes&state=open");
    await expect.poll(find).toMatchObject({
      ...{ problem: "exception/address_issue", orderId, orderNumber: "C-1", trackingNumber: "C-1" },
      ...{ team: "customer_service", priority: "high", customerReference: "C-C-1", notes: 0 },
    });
    expect(await list(`?dueBefore=${(await find()).dueAt}`)).toEqual([]);
  });

  test("is noted, assigned and closed by people, once however often they send it", async () => {
    const { caseId } = await untilOne("?state=open");
    const note = { text: "Ada says it is number 14" };
    const noted = await write(caseId, "notes", note, "n1");
    expect(noted.status, noted.text).toBe(201);
    const again = await write(caseId, "notes", note, "n1");
    expect(again.body).toEqual(noted.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const assigned = await write(caseId, "assign", { team: "warehouse", priority: "urgent" }, "a1");
    expect(caseChanged.parse(assigned.body)).toMatchObject({ team: "warehouse", state: "open" });
    const seen = caseWithNotes.parse((await system.get(`/v1/cases/${caseId}`)).body);
    expect(seen).toMatchObject({ team: "warehouse", notes: [note] });
    expect((await write(caseId, "close", {}, "c1")).status).toBe(200);
    expect(await list("?state=open")).toEqual([]);
    expectProblem(await write(caseId, "assign", { team: "x" }, "a2"), 409, "case-closed");
    expectProblem(await system.post(`/v1/cases/${caseId}/close`, {}), 400, "idempotency-key-required");
    expectProblem(await system.get("/v1/cases/case_nobody"), 404, "unknown-case");
  });

  test("goes away with its problem", async () => {
    await shipped("C-2");
    await told("C-2", "exception", { subStatus: "lost" });
    const { caseId } = await untilOne("?state=open");
    await told("C-2", "out_for_delivery");
    const closed = async () => (await system.get(`/v1/cases/${caseId}`)).body;
    await expect.poll(closed, { timeout: waitMsMax }).toMatchObject({
      state: "closed",
      closeReason: "cleared",
    });
  });

  test("is a promised day that is over", async () => {
    const promisedBy = new Date(Date.now() - 60_000).toISOString();
    const { orderId } = await shipped("C-3", { promisedBy });
    await told("C-3", "in_transit");
    expect(await untilOne("?state=open")).toMatchObject({ problem: "delayed/promise_missed", orderId });
  });
});

describe("when parcels are expected", () => {
  const accuracy = async () => {
    const { body } = await system.get("/v1/carriers/accuracy?carrier=hermes&stage=last");
    return z.object({ items: z.array(accuracyAnswer) }).parse(body).items;
  };
  const shipmentOf = async (shipmentId: string) =>
    shipmentAnswer.parse((await system.get(`/v1/shipments/${shipmentId}`)).body);
  const statusOf = async (shipmentId: string) => (await shipmentOf(shipmentId)).status;
  const estimateOf = async (shipmentId: string) => (await shipmentOf(shipmentId)).estimatedDelivery;

  test("is measured, and said of later ones by what their carrier did lately", async () => {
    // Not tomorrow, which may be today before all are delivered.
    const dayAfter = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const estimatedDelivery = { from: dayAfter, to: dayAfter };
    const numbers = Array.from({ length: 20 }, (_, i) => `D-${i}`);
    await eachOf(numbers, 5, async (number) => {
      const { shipmentId } = await shipped(number);
      await told(number, "in_transit", { estimatedDelivery });
      // What is worked out after the delivery was no estimate.
      await expect.poll(() => statusOf(shipmentId), { timeout: waitMsMax }).toBe("in_transit");
    });
    await eachOf(numbers, 5, (number) => told(number, "delivered"));
    await expect.poll(accuracy, { timeout: waitMsMax }).toMatchObject([
      { origin: "GB", destination: "GB", source: "carrier", parcels: 20, early: 20 },
    ]);
    const today = new Date().toISOString().slice(0, 10);
    const { shipmentId } = await shipped("E-1");
    const expected = { from: expect.toSatisfy((day: string) => day >= today), to: expect.any(String) };
    await expect.poll(() => estimateOf(shipmentId), { timeout: waitMsMax }).toMatchObject(expected);
  });

  test("the log, the rows and the edge agree in the end", async () => {
    await expectOneTruth(system);
  });
});
