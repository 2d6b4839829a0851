import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeBinary, projectFolder } from "../bench/child.ts";
import { freePort } from "../local/ports.mjs";
import { hashOf } from "../../streams/hash.ts";
import { receiving, TownLog } from "../../projections/testing/town_log.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { openPlace } from "./open_place.ts";
import type { Place } from "./place.ts";
import { planPrune, prune } from "./prune/prune.ts";
import { youngMsMax } from "./prune/unnamed.ts";
import { takeBackup } from "./take_backup.ts";
import { verifyBackup } from "./verify_backup.ts";

/** A real server that speaks S3; it knows nobody but who has this key. */
const keys = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };
const readyMsMax = 120_000;
let folder: string, endpoint: string, server: ReturnType<typeof spawn>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-places-"));
  const port = await freePort();
  endpoint = `http://127.0.0.1:${port}`;
  const args = ["--directory", join(folder, "s3"), "--port", String(port), "--configure-bucket", "backups"];
  const program = join(projectFolder, "node_modules/s3rver/bin/s3rver.js");
  // Its continuation tokens are made with a cipher that OpenSSL calls legacy.
  server = spawn(nodeBinary(), ["--openssl-legacy-provider", program, ...args], { stdio: "ignore" });
  await expectAnswer();
});
afterAll(async () => {
  server?.kill();
  await rm(folder, { recursive: true, force: true });
});

async function expectAnswer(): Promise<void> {
  for (const untilMs = performance.now() + readyMsMax; performance.now() < untilMs;) {
    try {
      await (await fetch(endpoint)).text();
      return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("Cannot start s3rver: it does not answer");
}

const bytes = (text: string) => new TextEncoder().encode(text);
const progress = { begin: () => {}, step: () => {}, end: () => {} }, runtime = systemRuntime("test");
const textOf = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);
const places: readonly (readonly [string, () => Place])[] = [
  ["a folder", () => openPlace(join(folder, "backups"))],
  ["a bucket", () => openPlace("s3://backups", { ...keys, AWS_ENDPOINT_URL_S3: endpoint })],
  [
    "a prefix in a bucket",
    () => openPlace("s3://backups/shop/one/", { ...keys, AWS_ENDPOINT_URL_S3: endpoint }),
  ],
];

describe.each(places)("%s", (_, open) => {
  test("holds what was written, whole, and says what it has", async () => {
    const place = open();
    expect(await place.read("manifests/a.json")).toBeUndefined();
    expect(await place.has("manifests/a.json")).toBe(false);
    expect(await place.list("nothing")).toEqual([]);
    await place.write("manifests/b c+é.json", bytes("2"));
    await place.write("manifests/a.json", bytes("1"));
    await place.write("manifests/a.json", bytes("other"));
    const large = new Uint8Array(3_000_000).map((__, i) => i % 251);
    await place.write("chunks/ab/large.gz", large);
    expect(await place.has("manifests/a.json")).toBe(true);
    expect(textOf(await place.read("manifests/a.json"))).toBe("other");
    expect(hashOf((await place.read("chunks/ab/large.gz"))!)).toBe(hashOf(large));
    expect(await place.list("manifests")).toEqual(["manifests/a.json", "manifests/b c+é.json"]);
    const [file] = await place.files("chunks");
    expect(file).toMatchObject({ path: "chunks/ab/large.gz", bytes: large.length });
    expect(Math.abs(file!.writtenAtMs - Date.now())).toBeLessThan(600_000);
    expect(await place.files("nothing")).toEqual([]);
    await place.remove("manifests/a.json");
    await place.remove("manifests/a.json");
    expect(await place.list("manifests")).toEqual(["manifests/b c+é.json"]);
    await place.remove("manifests/b c+é.json");
  });

  test("loses old backups, and what stays is whole", async () => {
    const place = open(), broker = new MemoryServer().connect();
    await ensureStreams(broker, 1);
    const town = new TownLog(broker);
    for (const sku of ["A", "B", "C"]) {
      await town.turn(receiving(sku, 1));
      await broker.publish("registry.test.sku", bytes(sku), { ackMsMax: 1_000 });
      const positions = () => Promise.resolve(undefined);
      await takeBackup({ broker, place, runtime, software: "test", progress, positions });
    }
    const nowMs = () => Date.now() + 2 * youngMsMax, before = await place.list("chunks");
    const plan = await planPrune({ place, rules: { last: 1 }, nowMs: nowMs() });
    expect(await prune(plan, { nowMs, progress })).toEqual({ files: 2, bytes: plan.chunks.go.bytes });
    expect(await place.list("chunks")).toHaveLength(before.length - 2);
    expect(await verifyBackup(place, progress)).toMatchObject({ ok: true, records: 3, findings: [] });
    expect(await place.list("manifests")).toHaveLength(1);
  });
});

test("lists more than one answer holds", async () => {
  const place = openPlace("s3://backups/many", { ...keys, AWS_ENDPOINT_URL_S3: endpoint });
  const names = Array.from({ length: 1_050 }, (_, i) => `manifests/${String(i).padStart(4, "0")}.json`);
  for (let from = 0; from < names.length; from += 50) {
    await Promise.all(names.slice(from, from + 50).map((name) => place.write(name, bytes("x"))));
  }
  expect(await place.list("manifests")).toEqual(names);
});

test("says what is wrong with a key or a bucket", async () => {
  const wrong = { ...keys, AWS_ACCESS_KEY_ID: "NOBODY", AWS_ENDPOINT_URL_S3: endpoint };
  await expect(openPlace("s3://backups/x", wrong).write("a", bytes("1"))).rejects.toThrow(
    /Cannot write a in s3:.*403/,
  );
  const there = { ...keys, AWS_ENDPOINT_URL_S3: endpoint };
  await expect(openPlace("s3://nowhere/x", there).list("manifests")).rejects.toThrow(/no such bucket/);
  expect(() => openPlace("s3://backups", {})).toThrow(/AWS_ACCESS_KEY_ID/);
});
