import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actorsByKind } from "../../../actors/registry.ts";
import { undescribed } from "../../../actors/series/seller.ts";
import {
  line,
  placing,
  receiving,
  shipping,
  type TownCommand,
} from "../../../projections/testing/town_log.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { connectJetStream } from "../../../streams/broker/jetstream.ts";
import { LiveMap } from "../../../streams/cluster/live_map.ts";
import { writeMap } from "../../../streams/cluster/map_store.ts";
import { requestSplit } from "../../../streams/cluster/split_requests.ts";
import { createAsk } from "../../../streams/edge/ask.ts";
import { Host } from "../../../streams/host/host.ts";
import { unwatched } from "../../../streams/host/observer.ts";
import { evenPartitions } from "../../../streams/partition_map.ts";
import { ensureStreams } from "../../../streams/streams.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { startTestNats, type TestNats } from "../../testing/nats.ts";
import { verifySystem } from "../../verify/verify.ts";
import { folderPlace } from "../folder_place.ts";
import { readManifests } from "../manifest.ts";
import type { KeepRules } from "../prune/keep_rules.ts";
import { planPrune, prune } from "../prune/prune.ts";
import { youngMsMax } from "../prune/unnamed.ts";
import { takeBackup } from "../take_backup.ts";
import { verifyBackup } from "../verify_backup.ts";
import { cutAt } from "./cut.ts";
import { planRestore } from "./plan.ts";
import { restore } from "./restore.ts";
import { continuing } from "./series_options.ts";

const runtime = systemRuntime("test"), progress = { begin: () => {}, step: () => {}, end: () => {} };
const servers: TestNats[] = [], brokers: Broker[] = [], skus = ["A", "B", "C", "D", "E", "F"];
let folder: string, old: Broker, beforeSplit: number;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "waybill-partitions-"))));
afterAll(async () => {
  for (const broker of brokers) await broker.close();
  for (const server of servers) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function connected(): Promise<Broker> {
  const server = await startTestNats();
  servers.push(server);
  const broker = await connectJetStream({ servers: server.url, name: "partitions" });
  brokers.push(broker);
  await ensureStreams(broker, 1);
  return broker;
}

/** One host for all partitions of the log, and somebody who asks. */
async function running(broker: Broker) {
  const host = new Host({
    broker,
    runtime,
    observer: unwatched,
    actors: actorsByKind,
    name: runtime.newId(),
  });
  const hosting = host.run(), map = await LiveMap.open(broker);
  void map.run();
  const partitionOf = (actor: Parameters<LiveMap["current"]["partitionOf"]>[0]) =>
    map.current.partitionOf(actor);
  const asker = createAsk({ broker, edgeId: runtime.newId(), partitionOf, runtime, newId: runtime.newId });
  const tell = async ({ to, command }: TownCommand) => {
    const asked = await asker.ask({ to, command, patienceMs: 60_000 });
    expect(asked).toMatchObject({ kind: "answered", answer: { ok: true } });
    return asked.kind === "answered" && asked.answer.ok ? asked.answer.json : "";
  };
  const stop = async () => {
    asker.stop();
    await map.stop();
    host.stop();
    await hosting;
  };
  return { tell, stop, partitions: () => map.current.partitions.length };
}

/** Of two SKUs each, which live anywhere. */
const order = (n: number) => placing(n, [line(skus[n % 6]!, 1), line(skus[(n + 1) % 6]!, 1)]);
const orders = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => order(from + i));

const place = () => folderPlace(join(folder, "backup"));
const backUp = (broker: Broker) =>
  takeBackup({
    ...{ broker, place: place(), runtime, software: "test", progress },
    positions: () => Promise.resolve(undefined),
  });

async function restored(suffix: string, at?: number): Promise<Broker> {
  const manifests = await readManifests(place()), newest = manifests.at(-1)!, broker = await connected();
  const cut = at === undefined ? newest.cut : await cutAt(place(), newest, { sequence: at });
  const plan = await planRestore({ place: place(), manifests, cut, resend: undefined, progress });
  const series = continuing(plan, [undescribed("main")], { suffix, after: [], nowMs: runtime.nowMs() });
  const mark = { backup: newest.id, cut: cut.sequence, series: suffix };
  const { verdict } = await restore({ broker, runtime, plan, mark, series, progress, chance: 0 });
  expect(verdict.checks.filter(({ found }) => found > 0)).toEqual([]);
  return broker;
}

const wrongIn = async (broker: Broker) =>
  (await verifySystem(broker, { chance: 0, elapsedMs: () => performance.now() })).checks
    .filter(({ found }) => found > 0);

/** Two days later: why each backup stays that does. */
async function pruned(rules: KeepRules): Promise<readonly (readonly string[])[]> {
  const nowMs = () => runtime.nowMs() + 2 * youngMsMax;
  const plan = await planPrune({ place: place(), rules, nowMs: nowMs() });
  expect((await prune(plan, { nowMs, progress })).files).toBeGreaterThan(0);
  expect(await verifyBackup(place(), progress)).toMatchObject({ ok: true, findings: [] });
  return plan.stay.map(({ why }) => why);
}

test("three partitions, one of which was split, come back whole, and as they were before the split", async () => {
  old = await connected();
  await writeMap(old, runtime, evenPartitions(3), 0);
  const before = await running(old);
  for (const sku of skus) await before.tell(receiving(sku, 1_000));
  const answers = new Map<number, string>();
  for (const [n, one] of orders(0, 12).entries()) answers.set(n, await before.tell(one));
  await before.tell(shipping(6, "t1"));
  beforeSplit = (await backUp(old)).cut.sequence;
  await requestSplit(old, runtime, 0);
  await expect.poll(before.partitions).toBe(4);
  for (const [i, one] of orders(12, 24).entries()) answers.set(12 + i, await before.tell(one));
  await before.tell(shipping(18, "t2"));
  await before.stop();
  await backUp(old);
  expect(await verifyBackup(place(), progress)).toMatchObject({ ok: true, findings: [] });

  const whole = await restored("R1"), after = await running(whole);
  expect(after.partitions()).toBe(4);
  for (const [n, answer] of answers) {
    if (n !== 6 && n !== 18) expect(await after.tell(order(n))).toBe(answer);
  }
  for (const one of orders(24, 36)) await after.tell(one);
  await after.tell(shipping(30, "t3"));
  await after.stop();
  expect(await wrongIn(whole)).toEqual([]);

  const earlier = await restored("R2", beforeSplit), again = await running(earlier);
  expect(again.partitions()).toBe(3);
  for (const one of orders(0, 24)) await again.tell(one);
  await again.tell(shipping(18, "t2"));
  await again.stop();
  expect(await wrongIn(earlier)).toEqual([]);
});

test("once old backups are pruned, every point still comes back, also before those that stay", async () => {
  const before = await running(old);
  await before.tell(order(24));
  const { cut: between } = await backUp(old);
  await before.tell(order(25));
  await before.stop();
  await backUp(old);
  expect(await pruned({ last: 1 })).toEqual([
    [expect.stringMatching(/^split at EVENTS \d+$/)],
    ["newest", "last"],
  ]);

  for (const [suffix, at, partitions] of [["R3", between.sequence, 4], ["R4", beforeSplit, 3]] as const) {
    const system = await restored(suffix, at), after = await running(system);
    expect(after.partitions()).toBe(partitions);
    for (const one of orders(0, 30)) await after.tell(one);
    await after.tell(shipping(24, "t4"));
    await after.stop();
    expect(await wrongIn(system)).toEqual([]);
  }
});
