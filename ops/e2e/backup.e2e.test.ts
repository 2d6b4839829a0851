import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Manifest } from "../backup/manifest.ts";
import type { BackupVerdict } from "../backup/verify_backup.ts";
import { expectOneTruth } from "./books.ts";
import { waybill } from "./command_line.ts";
import { receive } from "./orders.ts";
import { type Bought, place, ship, type ShopDay, startShopDay } from "./shop_day.ts";
import { newSystem, type System } from "./system.ts";

const units = 100_000, ordersBetween = 30;
const env = { WAYBILL_SECRET: "the same before and after", WAYBILL_SHOP_COUNTRY: "GB" };
const systems: System[] = [];
let folder: string, old: System, day: ShopDay, token: string;
/** The first two were taken while orders came; nothing came any more at the last one. */
const backups: Manifest[] = [];
let acknowledgedFirst: readonly Bought[];

const json = (text: string) => JSON.parse(text);
const newOne = async () => {
  const system = await newSystem(env);
  systems.push(system);
  return system;
};
async function backUp(): Promise<Manifest> {
  const ran = await waybill(old, "backup", "--to", folder, "--json");
  expect(ran.code, ran.stderr).toBe(0);
  return json(ran.stdout);
}
async function invoicesOf(system: System, { orderId }: Bought): Promise<readonly string[]> {
  const { body } = await system.get(`/v1/orders/${orderId}/invoices`);
  return (body as { readonly items: readonly { readonly number: string }[] }).items.map(({ number }) =>
    number
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-backup-"));
  old = await newOne();
  await old.start();
  await receive(old, { A: units });
  const key = await waybill(old, "keys", "create", "--name", "till", "--scopes", "orders:read", "--json");
  token = json(key.stdout).token;
});
afterAll(async () => {
  for (const system of systems) await system.remove();
  await rm(folder, { recursive: true, force: true });
});

test("a backup that was taken under load is whole, and the next one stores only what is new", async () => {
  day = startShopDay(old, "day", "A");
  await day.placed(ordersBetween);
  acknowledgedFirst = [...day.bought];
  backups.push(await backUp());
  await day.placed(ordersBetween);
  backups.push(await backUp());
  await day.placed(ordersBetween);
  await day.stop();
  backups.push(await backUp());

  const verified = await waybill(old, "backup", "verify", "--from", folder, "--json");
  expect(verified, verified.stdout + verified.stderr).toMatchObject({ code: 0 });
  const verdict: BackupVerdict = json(verified.stdout);
  expect(verdict).toMatchObject({ ok: true, findings: [] });
  expect(verdict.backups.map(({ cut }) => cut)).toEqual(backups.map(({ cut }) => cut.sequence));
  expect(verdict.records).toBe(backups.at(-1)!.cut.sequence);
  for (const [i, { streams, cut }] of backups.slice(1).entries()) {
    const former = backups[i]!, chunks = streams.EVENTS!.chunks, kept = former.streams.EVENTS!.chunks;
    expect(chunks.slice(0, kept.length)).toEqual(kept);
    expect(chunks.slice(kept.length).map(({ first }) => first)).toEqual([former.cut.sequence + 1]);
    expect(chunks.at(-1)!.last).toBe(cut.sequence);
  }
});

test("what no rule keeps is removed, and every point can still be restored", async () => {
  const prune = ["backup", "prune", "--in", folder, "--keep-last", "1"];
  const dry = await waybill(old, ...prune);
  expect(dry, dry.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing was changed") });
  const pruned = await waybill(old, ...prune, "--yes", "--why", "they fill the disk", "--json");
  expect(pruned, pruned.stderr).toMatchObject({ code: 0 });
  expect(json(pruned.stdout)).toMatchObject({ outcome: { backups: 2 } });
  const verified = await waybill(old, "backup", "verify", "--from", folder, "--json");
  expect(json(verified.stdout)).toMatchObject({ ok: true, backups: [{ cut: backups.at(-1)!.cut.sequence }] });
});

test("into a system that holds something nothing is restored", async () => {
  const refused = await waybill(old, "restore", "--from", folder, "--yes", "--why", "a mistake");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/Cannot restore into this system: .*(EVENTS|database)/);
});

test("all of it comes back: orders, stock, invoices, keys; numbers go on under a suffix, and no mail is repeated", async () => {
  await old.stop();
  const system = await restored();
  for (const one of day.bought) await expectBought(system, one);
  await expectOneTruth(system);
  const mine = await system.get(`/v1/orders/${day.bought[0]!.orderId}`, { key: token });
  expect(mine.status, mine.text).toBe(200);

  expect(await mails(system)).toEqual([]);
  const next = await place(system, "after-1", "A");
  await ship(system, next.orderId, 1_000_000, "A");
  await expect.poll(() => invoicesOf(system, next)).toEqual([
    expect.stringMatching(/^INV-\d{4}-R[0-9A-Z]+-000001$/),
  ]);
  await expect.poll(() => mails(system)).toHaveLength(2);
  expect(new Set(await mails(system))).toEqual(new Set(["after-1@example.org"]));
  await expectProven(system);
  await system.stop();
});

test("an earlier point comes back: what was acknowledged by then, and nothing that came later", async () => {
  const [first] = backups, at = String(first!.cut.sequence);
  const system = await restored("--at", at, "--suffix", "SECOND");
  for (const one of acknowledgedFirst) await expectBought(system, one);
  const later = day.bought.at(-1)!;
  expect((await system.get(`/v1/orders/${later.orderId}`)).status).toBe(404);
  await expectOneTruth(system);

  const again = await place(system, later.number, "A");
  expect(again.orderId).toBe(later.orderId);
  await ship(system, again.orderId, 1_000_000, "A");
  // Parcels that were asked for by then, and decided only now, may have taken the first numbers.
  await expect.poll(() => invoicesOf(system, again)).toEqual([
    expect.stringMatching(/^INV-\d{4}-SECOND-\d{6}$/),
  ]);
  await expectProven(system);
  await system.stop();
});

/** A system of its own that was made from the backup, and runs. */
async function restored(...flags: readonly string[]): Promise<System> {
  const system = await newOne();
  await system.startServers();
  const asked = ["restore", "--from", folder, ...flags];
  const dry = await waybill(system, ...asked);
  expect(dry, dry.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing was changed") });
  const ran = await waybill(system, ...asked, "--yes", "--why", "the drill", "--json");
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(json(ran.stdout)).toMatchObject({ dryRun: false, outcome: { verified: true } });
  await system.stop();
  await system.start();
  return system;
}

async function expectBought(system: System, one: Bought): Promise<void> {
  const { status, text, body } = await system.get(`/v1/orders/${one.orderId}`);
  expect(status, text).toBe(200);
  expect(body).toMatchObject({ orderNumber: one.number });
  await expect.poll(async () => (await system.get(`/v1/orders/${one.orderId}`)).body)
    .toMatchObject({ customer: { name: `Buyer ${one.number}` } });
}

async function mails(system: System): Promise<readonly string[]> {
  const options = { key: null, headers: { accept: "application/json" } };
  const { body } = await system.get("/dev/inbox", options);
  return (body as { readonly items: readonly { readonly address: string }[] }).items.map(({ address }) =>
    address
  );
}

async function expectProven(system: System): Promise<void> {
  const verified = await waybill(system, "invoices", "verify");
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
}
