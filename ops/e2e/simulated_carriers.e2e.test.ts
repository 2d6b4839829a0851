import { createHmac } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { orderAnswer } from "../../http/schemas/answers.ts";
import { shipmentCreated } from "../../http/schemas/shipment.ts";
import { projectFolder, type Spawned, startProgram } from "../bench/child.ts";
import { wires } from "../carriers/simulator.ts";
import { freePort } from "../local/ports.mjs";
import { waybill, waybillWith } from "./command_line.ts";
import { orderOf, receive } from "./orders.ts";
import { environmentBeside } from "../drill/temporary_system.ts";
import { newSystem, type System } from "./system.ts";

/** The whole system beside `waybill carriers simulate`: one parcel is asked after, of the other its carrier calls. */

const readyMsMax = 60_000, arrivesMsMax = 60_000, dhlToken = "dhl-token-of-the-shop";
const genericSecret = "generic-secret-of-the-shop";
let system: System, simulator: Spawned, control = "";

beforeAll(async () => {
  const port = await freePort(), url = `http://127.0.0.1:${port}`;
  control = `${url}/control`;
  system = await newSystem({
    WAYBILL_CARRIER_UPS_API_URL: `${url}/ups`,
    WAYBILL_CARRIER_UPS_API_ID: wires.get("ups")!.credentials.API_ID!,
    WAYBILL_CARRIER_UPS_API_KEY: wires.get("ups")!.credentials.API_KEY,
    WAYBILL_CARRIER_UPS_API_RATE: "50/s",
    WAYBILL_CARRIER_UPS_API_EVERY: "5s",
    WAYBILL_CARRIER_DHL_SECRET: dhlToken,
    WAYBILL_CARRIER_GENERIC_SECRET: genericSecret,
  });
  await system.start();
  const chances = ["--errors", "0.2", "--broken", "0.1", "--duplicates", "0.5", "--disorder", "0.5"];
  simulator = await startProgram({
    args: [
      ...[join(projectFolder, "ops", "waybill.mjs"), "carriers", "simulate", "--port", String(port)],
      ...["--seed", "11", "--callbacks", system.url, ...chances],
    ],
    env: { ...environmentBeside(system.dataDir), WAYBILL_CARRIER_DHL_SECRET: dhlToken },
    readyLine: "Carriers are simulated",
    readyMsMax,
  });
  await receive(system, { A: 20 });
});
afterAll(async () => {
  await simulator?.stop();
  await system?.remove();
});

type Sent = { readonly carrier: string; readonly outcome: number };

/** What the control API of the simulation answers. */
async function drive(path: string, body: object): Promise<unknown> {
  const answer = await fetch(control + path, { method: "POST", body: JSON.stringify(body) });
  expect(answer.ok, path).toBe(true);
  return await answer.json();
}

/** A parcel of ours that the carrier knows, and the token of its page. */
async function shipped(carrier: string, trackingNumber: string): Promise<string> {
  const lines = [{ sku: "A", quantity: 1, unitPrice: "2.50" }];
  const placed = await system.post("/v1/orders", orderOf(trackingNumber, "A", { lines }));
  const { orderId } = orderAnswer.parse(placed.body);
  if (wires.has(carrier)) await drive("/parcels", { carrier, trackingNumber, journey: "attempted" });
  const answer = await system.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: trackingNumber, location: "LON1", carrier, trackingNumber },
    lines: [{ sku: "A", quantity: 1 }],
  });
  expect(answer.status, answer.text).toBe(201);
  return shipmentCreated.parse(answer.body).trackingToken;
}
const untilTracked = (token: string, wanted: object) =>
  expect.poll(async () => (await system.get(`/v1/tracking/${token}`, { key: null })).body, {
    ...{ timeout: arrivesMsMax, interval: 100 },
  }).toMatchObject(wanted);

test("a parcel whose carrier is only asked reaches its customer, through errors and broken answers", async () => {
  const token = await shipped("ups", "1Z0000000000000011");
  await drive("/parcels/ups/1Z0000000000000011/advance", { steps: 3 });
  await untilTracked(token, { status: "in_transit", events: { length: 3 } });
  await drive("/parcels/ups/1Z0000000000000011/advance", { steps: "all" });
  await untilTracked(token, { status: "delivered", carrier: "ups", events: { length: 8 } });
});

test("a parcel whose carrier calls, some scans twice and some too late, is delivered, too", async () => {
  const token = await shipped("dhl", "00340434000000000012");
  await drive("/parcels/dhl/00340434000000000012/advance", { steps: 2 });
  await untilTracked(token, { status: "in_transit" });
  await drive("/parcels/dhl/00340434000000000012/advance", { steps: "all" });
  await untilTracked(token, { status: "delivered", carrier: "dhl", events: { length: 8 } });
  const ofDhl = async () => {
    const sent = await (await fetch(`${control}/callbacks`)).json() as Sent[];
    return sent.filter(({ carrier }) => carrier === "dhl").map(({ outcome }) => outcome);
  };
  // Those that come too late change nothing any more, but they do come.
  await expect.poll(async () => (await ofDhl()).length, { timeout: arrivesMsMax }).toBeGreaterThan(8);
  expect(new Set(await ofDhl())).toEqual(new Set([200]));
});

test("a code that no table had is listed, and once the table is mended its parcels learn what it means", async () => {
  const token = await shipped("generic", "GEN13");
  const raw = JSON.stringify({
    ...{ trackingNumber: "GEN13", code: "LOCKED", description: "left in a locker" },
    occurredAt: new Date().toISOString(),
  });
  const hex = createHmac("sha256", genericSecret).update(raw).digest("hex");
  const headers = { "x-waybill-signature": `sha256=${hex}` };
  const called = await system.post("/v1/carriers/generic/callbacks", undefined, { key: null, raw, headers });
  expect(called.status, called.text).toBe(200);
  await untilTracked(token, {
    status: "pre_transit",
    events: [{ status: "unknown", carrierCode: "LOCKED" }],
  });

  const listed = await waybill(system, "carriers", "unmapped");
  expect(listed.stdout).toContain("generic LOCKED: 1 time,");
  expect(listed.stdout).toContain("GEN13: left in a locker");

  const mended = { WAYBILL_CARRIER_GENERIC_CODES: '{"LOCKED":"delivered/locker"}' };
  const replay = (...more: readonly string[]) =>
    waybillWith(mended, system, "carriers", "replay", "--carrier", "generic", "--since", "1day", ...more);
  const shown = await replay();
  expect([shown.code, shown.stderr]).toEqual([0, ""]);
  expect(shown.stdout).toContain("generic:GEN13  pre_transit -> delivered/locker");
  expect(shown.stdout).toContain("Nothing was changed: --yes tells them");
  await untilTracked(token, { status: "pre_transit" });

  expect((await replay("--yes", "--by", "ada")).stdout).toContain("1 parcel was told");
  expect(JSON.parse((await waybill(system, "acts", "--json", "--limit", "1")).stdout)).toMatchObject([
    { does: "carriers replay", to: "generic", by: "ada", state: "done", details: { parcels: 1 }, outcome: 1 },
  ]);
  await untilTracked(token, { status: "delivered", subStatus: "locker", events: { length: 1 } });
  expect((await replay("--yes")).stdout).toContain("0 parcels differ");
});
