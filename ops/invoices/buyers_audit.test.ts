import { beforeEach, expect, test } from "vitest";
import type { Json } from "../../actors/actor.ts";
import { series } from "../../actors/series/series.ts";
import { credit } from "../../actors/credit/credit.ts";
import { standAlone } from "../../actors/town/money_citizens.ts";
import { canonicalJson } from "../../http/canonical.ts";
import { fingerprinter } from "../../http/fingerprint.ts";
import { line, placing, receiving, shipping, TownLog } from "../../projections/testing/town_log.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { verifyInvoices } from "./verify.ts";

const fingerprint = fingerprinter(new TextEncoder().encode("secret-of-the-shop"));
const ada = { name: "Ada", address: { country: "GB" } }, bob = { name: "Bob" };
const marked = (customer: Json) => ({ personal: true, customerMark: fingerprint(canonicalJson(customer)) });

let broker: Broker;
beforeEach(async () => {
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker, 0, { series, credit });
  await town.turn(receiving("A", 9));
  await town.turn(placing(1, [line("A", 1)], marked(ada)), shipping(1, "t1"));
  await town.turn(standAlone("1", marked(bob)));
});

/** As the copier of personal data writes it. */
async function copied(...people: readonly (readonly [actor: string, personal: Json])[]): Promise<void> {
  const items = people.map(([actor, personal]) => ({ actor, id: "c", at: [1, 0], personal }));
  const pack = { format: 1, partition: 0, position: { sequence: 1, hash: "" }, items };
  await broker.publish("personal.0", new TextEncoder().encode(JSON.stringify(pack)), { ackMsMax: 1_000 });
}
const buyersOf = async () => (await verifyInvoices(broker, { fingerprint })).checks.at(-1);

test("buyers are who they were when they were marked, whatever the order of their fields", async () => {
  await copied(["order:ord_1", { address: { country: "GB" }, name: "Ada" }], ["order:ord_9", bob]);
  await copied(["credit:crd_1", bob]);
  expect(await buyersOf()).toMatchObject({ looked: 2, found: 0 });
});

test("one who was changed is found", async () => {
  await copied(["order:ord_1", { ...ada, name: "Eve" }], ["credit:crd_1", bob]);
  const verdict = await verifyInvoices(broker, { fingerprint });
  expect(verdict.ok).toBe(false);
  expect(verdict.checks.at(-1)).toMatchObject({ looked: 2, found: 1 });
  expect(verdict.checks.at(-1)?.findings[0]).toMatch(/^INV-2026-000001: the buyer under order:ord_1 is not/);
});

test("one who was erased, or is not copied yet, is no finding", async () => {
  expect(await buyersOf()).toMatchObject({ looked: 0, found: 0 });
  await copied(["order:ord_1", { name: "Ada", erased: true }], ["credit:crd_1", null]);
  expect(await verifyInvoices(broker, { fingerprint })).toMatchObject({ ok: true });
  expect(await buyersOf()).toMatchObject({ looked: 0, found: 0 });
});

test("without the secret nobody is compared, and the log is proven all the same", async () => {
  await copied(["order:ord_1", bob]);
  const verdict = await verifyInvoices(broker);
  expect(verdict.ok).toBe(true);
  expect(verdict.checks.some(({ what }) => what.startsWith("buyers"))).toBe(false);
});
