import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Manifest } from "../backup/manifest.ts";
import { waybill } from "./command_line.ts";
import { orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const carrierSecret = "the carrier's secret";
const env = { WAYBILL_SECRET: "the same before and after", WAYBILL_CARRIER_GENERIC_SECRET: carrierSecret };
const ada = {
  id: "C-17",
  name: "Ada Lovelace-King",
  email: "ada@example.org",
  phone: "+441632960001",
  address: { line1: "12 St James's Square", city: "London", postalCode: "SW1Y 4JH", country: "GB" },
};
const eva = { id: "C-18", name: "Eva Other", email: "eva@example.org" };
const systems: System[] = [];
let folder: string, old: System, invoiced: string, open: string, others: string, before: Manifest;

const json = (text: string) => JSON.parse(text);
async function newOne(): Promise<System> {
  const system = await newSystem(env);
  systems.push(system);
  return system;
}
async function order(number: string, customer: object): Promise<string> {
  const placed = await old.post("/v1/orders", orderOf(number, "A", { customer }));
  expect(placed.status, placed.text).toBe(201);
  return (placed.body as { readonly orderId: string }).orderId;
}
async function call(parcel: string, receivedBy: string): Promise<void> {
  const occurredAt = new Date().toISOString();
  const raw = JSON.stringify({
    trackingNumber: parcel,
    carrier: "hermes",
    status: "in_transit",
    occurredAt,
    receivedBy,
  });
  const hex = createHmac("sha256", carrierSecret).update(raw).digest("hex");
  const headers = { "x-waybill-signature": `sha256=${hex}` };
  const answer = await old.post("/v1/carriers/generic/callbacks", undefined, { key: null, raw, headers });
  expect(answer.status, answer.text).toBe(200);
}
async function backUp(system: System): Promise<Manifest> {
  const ran = await waybill(system, "backup", "--to", folder, "--json");
  expect(ran.code, ran.stderr).toBe(0);
  return json(ran.stdout);
}
const customerOf = async (system: System, id: string) =>
  ((await system.get(`/v1/orders/${id}`)).body as { readonly customer?: object }).customer;
async function buyerOn(system: System, id: string): Promise<unknown> {
  const listed = (await system.get(`/v1/orders/${id}/invoices`)).body as { items: { number: string }[] };
  const shown = await system.get(`/v1/invoices/${listed.items[0]?.number}`);
  return (shown.body as { readonly buyer?: unknown }).buyer;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-erase-"));
  old = await newOne();
  await old.start();
  await receive(old, { A: 100 });
  [invoiced, open, others] = [await order("1", ada), await order("2", ada), await order("3", eva)];
  const shipped = await old.post(`/v1/orders/${invoiced}/shipments`, {
    ...{ reference: "P", location: "LON1", carrier: "hermes", trackingNumber: "ADA0001" },
    lines: [{ sku: "A", quantity: 1 }],
  });
  expect(shipped.status, shipped.text).toBe(201);
  await call("ADA0001", ada.name);
  await call("EVA0001", eva.name);
});
afterAll(async () => {
  for (const system of systems) await system.remove();
  await rm(folder, { recursive: true, force: true });
});

test("a person is forgotten everywhere, but for the name and address on an invoice; nobody else is", async () => {
  await expect.poll(() => customerOf(old, open)).toMatchObject({ email: ada.email });
  await expect.poll(() => buyerOn(old, invoiced)).toMatchObject({ email: ada.email });
  before = await backUp(old);
  const asked = ["erase-person", "--customer", "web/C-17", "--backups", folder];
  const dry = await waybill(old, ...asked, "--json");
  expect(dry, dry.stderr).toMatchObject({ code: 0 });
  expect(json(dry.stdout)).toMatchObject({
    dryRun: true,
    plan: { kept: [`order:${invoiced}`], found: { streams: { EVENTS: 0 }, backupIndex: 0 } },
  });
  expect(json(dry.stdout).plan.actors.sort()).toEqual(
    [`order:${invoiced}`, `order:${open}`, "parcel:hermes:ADA0001"].sort(),
  );
  expect(json(dry.stdout).plan.found.streams.COMMANDS).toBeGreaterThan(0);
  expect(dry.stdout).not.toContain(ada.email);

  const done = await waybill(old, ...asked, "--yes", "--why", "she asked us to", "--json");
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const { outcome } = json(done.stdout);
  expect(outcome.left.streams).toEqual({
    ...{ COMMANDS: 0, EVENTS: 0, SNAPSHOTS: 0, REGISTRY: 0, CALLBACKS: 0, OPERATIONS: 0 },
    PERSONAL: 1,
  });
  expect(outcome.left).toMatchObject({ tables: { "people_v1.customers": 1 }, backupIndex: 0 });
  expect(Object.keys(outcome.left.tables)).toEqual(["people_v1.customers"]);

  await expectForgotten(old);
  const again = await waybill(
    old,
    "erase-person",
    "--person",
    outcome.person,
    "--yes",
    "--why",
    "to be sure",
  );
  expect(again, again.stderr).toMatchObject({ code: 0 });
  const gone = await waybill(old, ...asked);
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining("nobody is known by that") });
});

test("a restore from before forgets her again", async () => {
  await backUp(old);
  await old.stop();
  const system = await newOne();
  await system.startServers();
  const ran = await waybill(
    system,
    "restore",
    "--from",
    folder,
    "--at",
    String(before.cut.sequence),
    "--yes",
    "--why",
    "drill",
  );
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  await system.stop();
  await system.start();
  await expect.poll(() => customerOf(system, others)).toMatchObject({
    email: eva.email,
  });
  await expect.poll(() => buyerOn(system, invoiced)).toBeDefined();
  await expectForgotten(system);
});

async function expectForgotten(system: System): Promise<void> {
  for (const id of [invoiced, open]) expect(await customerOf(system, id)).toBeUndefined();
  expect(await customerOf(system, others)).toMatchObject({ name: eva.name, email: eva.email });
  const buyer = await buyerOn(system, invoiced);
  expect(buyer).toMatchObject({ name: ada.name, address: ada.address });
  expect(JSON.stringify(buyer)).not.toMatch(/ada@example\.org|441632960001|C-17|erased/);
}
