import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { line, placing, receiving, TownLog } from "../../projections/testing/town_log.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { writeMap } from "../../streams/cluster/map_store.ts";
import { readActs } from "../../streams/operations/acts.ts";
import { evenPartitions } from "../../streams/partition_map.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { registerBackup } from "./backup.ts";
import { registerRestore } from "./restore.ts";
import { runCommand } from "./testing/run_command.ts";

const servers: TestNats[] = [], brokers: Broker[] = [], runtime = systemRuntime("test");
let folder: string, broker: Broker, firstCut: number;

const backup = (...args: readonly string[]) => runCommand(registerBackup, "backup", ...args);
const prune = (...args: readonly string[]) => backup("prune", "--in", folder, ...args);
const backups = async () => JSON.parse((await backup("list", "--from", folder, "--json")).text);
const files = async () => (await readdir(folder, { recursive: true })).filter((name) => name.includes("."));

async function connected(): Promise<Broker> {
  const nats = await startTestNats(), opened = await connectJetStream({ servers: nats.url, name: "test" });
  servers.push(nats);
  brokers.push(opened);
  process.env.NATS_URL = nats.url;
  return opened;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-pruned-"));
  broker = await connected();
  await ensureStreams(broker, 1);
  await writeMap(broker, runtime, evenPartitions(1), 0);
  const town = new TownLog(broker);
  await town.turn(receiving("A", 10));
  for (const n of [1, 2, 3]) {
    await town.turn(placing(n, [line("A", 1)]));
    const { cut } = JSON.parse((await backup("--to", folder, "--json")).text);
    firstCut ??= cut.sequence;
  }
  for (const name of await files()) await utimes(join(folder, name), 1, 1);
});
afterAll(async () => {
  delete process.env.NATS_URL;
  for (const one of brokers) await one.close();
  for (const one of servers) await one.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("waybill backup prune", () => {
  test("wants to know what stays, and why it is done", async () => {
    await expect(prune("--yes", "--why", "space")).rejects.toThrow(/say what stays, with --keep-last/);
    await expect(prune("--keep-last", "1", "--yes")).rejects.toThrow(/Cannot prune backups: say why/);
    await expect(prune("--keep-last", "0")).rejects.toThrow(/number from 1/);
  });

  test("only says what would go", async () => {
    const before = await files(), { text } = await prune("--keep-last", "1");
    expect(text).toMatch(/^2 backups go, of \d{4}-.* to \d{4}-.*, and \d+ chunks \(.* MB\)$/m);
    expect(text).toMatch(/^1 backup stays, in \d+ chunks \(.* MB\):$/m);
    expect(text).toMatch(/^ {2}\d{4}-.* EVENTS up to 4 {2}\(newest, last\)$/m);
    expect(text).toMatch(
      /^Points from EVENTS 1, \d{4}-.* can be restored, as before; those before EVENTS 4 /m,
    );
    expect(text).toMatch(/^Nothing was changed/m);
    expect(JSON.parse((await prune("--keep-daily", "7", "--json")).text)).toMatchObject({
      dryRun: true,
      plan: {
        stays: { backups: [{ cut: 4, why: ["newest", "daily"] }] },
        goes: { backups: 2 },
        oldestPoint: { sequence: 1 },
      },
    });
    expect(await files()).toEqual(before);
  });

  test("removes them; what stays is whole, and an earlier point can still be restored", async () => {
    const ran = await prune("--keep-last", "1", "--yes", "--why", "space", "--by", "ada", "--json");
    const { outcome } = JSON.parse(ran.text);
    expect(outcome).toMatchObject({ backups: 2 });
    expect(outcome.chunks).toBeGreaterThan(1);
    expect(await backups()).toHaveLength(1);
    expect(await backup("verify", "--from", folder)).toMatchObject({ exitCode: 0 });
    expect(await readActs(broker, 1)).toMatchObject([
      { by: "ada", why: "space", does: "prune backups", to: folder, state: "done", outcome },
    ]);
    expect((await prune("--keep-last", "1", "--yes", "--why", "again")).text).toMatch(
      /^Removed 0 backups and 0/,
    );

    const fresh = await connected(), at = ["--at", String(firstCut), "--yes", "--why", "drill", "--json"];
    const restored = await runCommand(registerRestore, "restore", "--from", folder, ...at);
    expect(JSON.parse(restored.text)).toMatchObject({ plan: { cut: firstCut }, outcome: { verified: true } });
    expect((await fresh.info("EVENTS")).lastSequence).toBeGreaterThanOrEqual(firstCut);
  });
});
