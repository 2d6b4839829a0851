import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Verdict } from "../invoices/verify.ts";
import { waybill } from "./command_line.ts";
import { orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const sellers = {
  entities: {
    main: {
      name: "Lamp Ltd",
      address: { line1: "1 High Street", city: "London", country: "GB" },
      vatId: "GB123456789",
    },
    de: { name: "Lampen GmbH", address: { country: "DE" }, invoiceOn: "on_confirm", language: "de" },
  },
  channels: { "web-de": "de" },
};

let system: System, folder: string;
beforeAll(async () => {
  system = await newSystem({ WAYBILL_SELLERS: JSON.stringify(sellers) });
  folder = await mkdtemp(join(tmpdir(), "waybill-bundle-"));
  await system.start();
  await receive(system, { A: 20 });
});
afterAll(async () => {
  await system?.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Issued {
  readonly number: string;
  readonly type: string;
  readonly issuedOn: string;
  readonly seller: { readonly entity: string };
}
const issuedOf = async (order: string) =>
  ((await system.get(`/v1/orders/${order}/invoices`)).body as { readonly items: readonly Issued[] }).items;

async function place(number: string, rest: Record<string, unknown> = {}): Promise<string> {
  const placed = await system.post("/v1/orders", orderOf(number, "A", rest));
  expect(placed.status, placed.text).toBe(201);
  return (placed.body as { readonly orderId: string }).orderId;
}

test("what is shipped is invoiced by who sells it, credited, proven from the log, and put into a bundle", async () => {
  const customer = { name: "Ada Lovelace", language: "fr", address: { city: "Paris", country: "FR" } };
  const order = await place("1", { customer });
  const shipped = await system.post(`/v1/orders/${order}/shipments`, {
    ...{ reference: "P", location: "LON1", carrier: "ups", trackingNumber: "1Z999AA10123456784" },
    lines: [{ sku: "A", quantity: 1 }],
  });
  expect(shipped.status, shipped.text).toBe(201);
  // A credit of what is not invoiced yet is refused for ever.
  await expect.poll(() => issuedOf(order)).toHaveLength(1);
  const credit = await system.post(`/v1/orders/${order}/credits`, { reference: "C", reason: "return" });
  expect(credit.status, credit.text).toBe(201);
  const [invoice, note] = await issuedOf(order);
  expect([invoice?.type, note?.type]).toEqual(["invoice", "credit_note"]);
  const german = await place("2", { channel: "web-de" });
  await expect.poll(async () => (await issuedOf(german)).map(({ number }) => number))
    .toEqual([expect.stringMatching(/^DE-INV-\d{4}-000001$/)]);

  // Who the buyer is comes by another way, and may come a moment later.
  await expect.poll(async () => (await system.get(`/v1/invoices/${invoice?.number}`)).body)
    .toMatchObject({ seller: { name: "Lamp Ltd" }, buyer: { name: "Ada Lovelace" } });
  const pdf = await system.get(`/v1/invoices/${invoice?.number}.pdf`);
  expect({ status: pdf.status, start: pdf.text.slice(0, 5) }).toEqual({ status: 200, start: "%PDF-" });
  const gone = await system.post("/v1/credits", {
    ...{ channel: "web", reference: "OLD", reason: "goodwill", currency: "GBP", customer: { name: "Bob" } },
    lines: [{ description: "Postage", quantity: 1, unitPrice: "1.00" }],
  });
  expect(gone.status, gone.text).toBe(201);
  const { number } = gone.body as { readonly number: string };
  await expect.poll(async () => (await system.get(`/v1/invoices/${number}`)).body)
    .toMatchObject({ buyer: { name: "Bob" } });
  const csv = await system.get("/v1/invoices", { headers: { accept: "text/csv" } });
  expect(csv.text).toMatch(/\r\n,total,.*,4\r\n$/);

  const verified = await waybill(system, "invoices", "verify", "--json");
  expect(verified, verified.stdout + verified.stderr).toMatchObject({ code: 0 });
  const verdict = JSON.parse(verified.stdout) as Verdict;
  expect(verdict).toMatchObject({ ok: true, invoices: 2, creditNotes: 2 });
  expect(verdict.checks.at(-1)).toMatchObject({
    what: expect.stringMatching(/^buyers/),
    looked: 2,
    found: 0,
  });

  const period = invoice!.issuedOn.slice(0, "2026-11".length);
  const exported = await waybill(system, "invoices", "export", "--period", period, "--to", folder);
  expect(exported.stdout, exported.stderr).toContain("All is proven");
  expect((await readdir(folder)).sort()).toEqual(
    ["chain-heads.json", "documents", "journal.csv", "manifest.json", "verification.json"],
  );
  expect(await readdir(join(folder, "documents"))).toEqual(
    expect.arrayContaining([`${invoice?.number}.pdf`]),
  );
  const shownInTerminal = await waybill(system, "invoices", "list");
  expect(shownInTerminal.stdout).toContain(note?.number);
});
