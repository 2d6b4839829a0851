import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { orderAnswer } from "../../http/schemas/answers.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { streamNames } from "../../streams/record.ts";
import type { Manifest } from "../backup/manifest.ts";
import type { BackupVerdict } from "../backup/verify_backup.ts";
import { type Ran, ranOnNode } from "../bench/child.ts";
import { environmentBeside } from "../drill/temporary_system.ts";
import { type Caller, callerOf } from "../e2e/caller.ts";
import { eachOf } from "../e2e/orders.ts";
import { type Admin, openAdmin } from "./admin.ts";
import { Client } from "./chaos/client.ts";
import { Ledger } from "./chaos/ledger.ts";
import { type Cluster, type ClusterOptions, startCluster } from "./cluster.ts";
import { natsConfig, untilHealthy } from "./nats_nodes.ts";
import { partitionsHeld } from "./partitions_held.ts";
import { bought, startTrading, type Trading } from "./trading.ts";

const partitions = 8, parcelsBefore = 60, parcelsSince = 20, askedAtOnce = 16;
const shape = { nodes: 3, hosts: 2, edges: 1, projectors: 1, delivers: 0, partitions, replicas: 3 };

/** A cluster that runs, who looks into it, and who asks it. */
interface Running {
  readonly cluster: Cluster;
  readonly broker: Broker;
  readonly admin: Admin;
  close(): Promise<void>;
}
const running: Running[] = [];
let folder: string, backups: string, trading: Trading;

async function start(name: string, options: Partial<ClusterOptions> = {}): Promise<Running> {
  const dataDir = join(folder, name);
  const cluster = await startCluster({ dataDir, shape, port: 0, log: console.log, ...options });
  const operator = cluster.addressOf("operator");
  const [broker, admin] = await Promise.all([connectJetStream(operator), openAdmin(operator)]);
  const one = {
    cluster,
    broker,
    admin,
    close: async () => {
      running.splice(running.indexOf(one), 1);
      await Promise.all([broker.close(), admin.close()]);
      await cluster.stop();
    },
  };
  running.push(one);
  return one;
}

/** Runs `npx waybill …` as somebody does beside the cluster. */
const waybill = ({ cluster }: Running, ...args: readonly string[]): Promise<Ran> =>
  ranOnNode(["ops/waybill.mjs", ...args], environmentBeside(cluster.dataDir));

async function backUp(one: Running): Promise<Manifest> {
  const ran = await waybill(one, "backup", "--to", backups, "--json");
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  return JSON.parse(ran.stdout);
}

async function expectWhole(one: Running, newest: Manifest): Promise<void> {
  const ran = await waybill(one, "backup", "verify", "--from", backups, "--json");
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 });
  const verdict: BackupVerdict = JSON.parse(ran.stdout);
  expect(verdict).toMatchObject({ ok: true, findings: [], records: newest.cut.sequence });
}

/** `kill -9` of the node that leads EVENTS as soon as the work has begun that is to survive it; answers with how to bring it back. */
async function killLeader(
  { admin, cluster }: Running,
  { work, begun }: { readonly work: Promise<unknown>; readonly begun: () => boolean | Promise<boolean> },
): Promise<() => Promise<void>> {
  let ended = false;
  void work.catch(() => {}).finally(() => ended = true); // Whoever began it hears of it.
  while (!ended && !await begun()) await sleep(5);
  const leader = cluster.member(await admin.leaderOf(streamNames.events) ?? "nats-1");
  await leader.kill();
  return async () => {
    await leader.revive();
    await untilHealthy(cluster.nats.nodes.find(({ name }) => name === leader.name)!);
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "waybill-restored-"));
  chmodSync(folder, 0o711); // Root's Postgres runs as nobody.
  backups = join(folder, "backups");
});
afterAll(async () => {
  for (const one of [...running]) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a backup is whole, though the node that leads EVENTS is killed while it is taken", async () => {
  const old = await start("old");
  trading = startTrading(old.cluster);
  await trading.shipped(parcelsBefore);
  const work = backUp(old);
  const revive = await killLeader(old, { work, begun: () => existsSync(join(backups, "chunks")) });
  await expectWhole(old, await work);
  await revive();
  await trading.shipped(parcelsSince);
  await trading.stop();
  await expectWhole(old, await backUp(old));
  await old.close();
});

/** The deployed file, changed as the runbook says: operators may append events, too. */
function restoringConfig(): string {
  const path = join(folder, "restoring.conf"), deployed = readFileSync(natsConfig, "utf8");
  const allowed = '"personal.*", "callbacks.*"', parts = deployed.split(`${allowed}] }`);
  expect(parts).toHaveLength(2);
  writeFileSync(path, parts.join(`${allowed}, "events.*", "snapshots.>", "checkpoints.>"] }`));
  return path;
}

test("it is restored into an empty cluster, though the node that leads EVENTS is killed meanwhile", async () => {
  mkdirSync(join(folder, "new"), { mode: 0o711 });
  copyFileSync(join(folder, "old", "secret"), join(folder, "new", "secret"));
  const empty = await start("new", { serversOnly: true, natsConfig: restoringConfig() });
  const asked = ["restore", "--from", backups, "--replicas", "3", "--yes", "--why", "the drill", "--json"];
  const work = waybill(empty, ...asked);
  const begun = () =>
    empty.broker.info(streamNames.events).then((info) => info.lastSequence > 0, () => false);
  await killLeader(empty, { work, begun });
  const ran = await work;
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: { verified: true, wrong: [] } });
  await empty.close();
});

test("all of it is there, on three nodes", async () => {
  const { cluster, admin } = await start("new"),
    caller = callerOf({ url: cluster.urls[0]!, key: cluster.key });
  for (const name of Object.values(streamNames)) {
    await expect.poll(() => admin.holdersOf(name), { message: name }).toBe(shape.replicas);
  }
  await eachOf(trading.ledger.of("order"), askedAtOnce, async ({ ask, told }) => {
    const { orderId } = orderAnswer.parse(JSON.parse(told!.text));
    await expect.poll(async () => (await caller.get(`/v1/orders/${orderId}`)).body).toMatchObject({
      orderNumber: ask.name,
      status: "shipped",
      customer: { email: `${ask.name}@example.com` },
    });
  });
});

const invoicesOf = async (caller: Caller, orderId: string) =>
  ((await caller.get(`/v1/orders/${orderId}/invoices`)).body as {
    readonly items: readonly { readonly number: string }[];
  }).items.map(({ number }) => number);

test("it goes on: orders and invoices under a suffix, also when a host is killed", async () => {
  const one = running[0]!, { cluster, broker } = one;
  const caller = callerOf({ url: cluster.urls[0]!, key: cluster.key });
  const { urls, key } = cluster, gaveUp = new AbortController().signal;
  const client = new Client({ urls, key, ledger: new Ledger(), gaveUp });
  const buy = async (n: number) => {
    const [order, parcel] = bought(n), told = await client.settle(order);
    expect(told).toMatchObject({ status: 201 });
    expect(await client.settle(parcel)).toMatchObject({ status: 201 });
    const { orderId } = orderAnswer.parse(JSON.parse(told!.text));
    await expect.poll(() => invoicesOf(caller, orderId)).toEqual([
      expect.stringMatching(/^INV-\d{4}-R[0-9A-Z]+-\d{6}$/),
    ]);
  };
  const later = trading.ledger.of("order").length + 1_000,
    all = Array.from({ length: 2 * partitions }, (_, n) => later + n);
  await eachOf(all.slice(0, partitions), askedAtOnce, buy);
  await cluster.member("host-1").kill();
  await eachOf(all.slice(partitions), askedAtOnce, buy);
  await expect.poll(() => partitionsHeld(cluster, broker)).toEqual({ "host-2": partitions });
  for (const command of [["invoices", "verify"], ["verify"]]) {
    const ran = await waybill(one, ...command);
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 });
  }
});
