import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { series } from "../../../actors/series/series.ts";
import { line, placing, receiving, TownLog } from "../../../projections/testing/town_log.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { MemoryServer } from "../../../streams/broker/memory.ts";
import { ensureStreams } from "../../../streams/streams.ts";
import { chunkPath } from "../chunk.ts";
import { folderPlace } from "../folder_place.ts";
import { hashesOf, readManifests, readUnfinished } from "../manifest.ts";
import type { Place } from "../place.ts";
import { takeBackup } from "../take_backup.ts";
import { verifyBackup } from "../verify_backup.ts";
import type { KeepRules } from "./keep_rules.ts";
import { planPrune, prune } from "./prune.ts";
import { youngMsMax } from "./unnamed.ts";

let folder: string, place: Place, broker: Broker, town: TownLog, ids = 0, orders = 0;
const progress = { begin: () => {}, step: () => {}, end: () => {} };
const runtime = { nowMs: () => Date.now(), newId: () => `01${String(++ids).padStart(24, "0")}` };
/** Whatever was written by now is old then. */
const later = () => Date.now() + 2 * youngMsMax;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-prunes-"));
  place = folderPlace(folder);
  broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  town = new TownLog(broker, 0, { series });
  await town.turn(receiving("A", 100));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function backUp(to: Place = place) {
  await town.turn(placing(++orders, [line("A", 1)]));
  await broker.publish("registry.test.orders", new TextEncoder().encode(String(orders)), {
    ackMsMax: 1_000,
  });
  const positions = () => Promise.resolve(undefined);
  return await takeBackup({ broker, place: to, runtime, software: "test", progress, positions });
}
async function pruned(rules: KeepRules, { at = later, of = place } = {}) {
  const plan = await planPrune({ place: of, rules, nowMs: at() });
  return { plan, removed: await prune(plan, { nowMs: at, progress }) };
}
const files = async (below: string) =>
  (await readdir(join(folder, below), { recursive: true })).filter((name) => name.includes(".")).sort();
async function expectWhole(backups: number): Promise<void> {
  const verdict = await verifyBackup(place, progress);
  expect(verdict).toMatchObject({ ok: true, findings: [] });
  expect(verdict.backups).toHaveLength(backups);
}
/** As a process that is killed: whatever `dies` says fails, and all that would come behind it. */
function dying(dies: (call: "write" | "remove", path: string) => boolean): Place {
  let dead = false;
  const expectAlive = (call: "write" | "remove", path: string) => {
    dead ||= dies(call, path);
    if (dead) throw new Error("killed");
  };
  return {
    ...place,
    write: async (path, content) => {
      expectAlive("write", path);
      await place.write(path, content);
    },
    remove: async (path) => {
      expectAlive("remove", path);
      await place.remove(path);
    },
  };
}

test("backups that no rule keeps go, with the chunks that only they name; what stays is whole", async () => {
  for (let i = 0; i < 4; i++) await backUp();
  const before = await files("chunks"), { plan, removed } = await pruned({ last: 2 });
  expect(plan.go).toHaveLength(2);
  expect(plan.chunks.go).toEqual(removed);
  expect(plan.oldestPoint).toMatchObject({ sequence: 1 });
  expect(removed.files).toBe(2); // Two copies of REGISTRY: records are in each later backup, too.
  expect(await files("chunks")).toHaveLength(before.length - 2);
  await expectWhole(2);

  await backUp();
  await expectWhole(3);
  expect((await pruned({ last: 3 })).removed).toEqual({ files: 0, bytes: 0 });
});

test("a plan changes nothing", async () => {
  for (let i = 0; i < 3; i++) await backUp();
  const before = await files(".");
  await planPrune({ place, rules: { last: 1 }, nowMs: later() });
  expect(await files(".")).toEqual(before);
});

test("killed before any of its removals, it leaves backups that are whole, and the next run does the rest", async () => {
  for (let i = 0; i < 3; i++) await backUp();
  let deaths = 0;
  for (let whole = false; !whole;) {
    let left = deaths;
    const broken = dying((call) => call === "remove" && left-- === 0);
    whole = await pruned({ last: 1 }, { of: broken }).then(() => true, () => false);
    expect(await verifyBackup(place, progress)).toMatchObject({ ok: true, findings: [] });
    if (whole) break;
    deaths++;
    await backUp(); // Others go on meanwhile.
  }
  expect(deaths).toBeGreaterThan(3); // Manifests and chunks.
  await expectWhole(1);
  const [newest] = await readManifests(place);
  expect(await files("chunks")).toHaveLength(hashesOf(newest!).size);
});

test("what is young stays: a backup that runs now may be about to name it", async () => {
  for (let i = 0; i < 3; i++) await backUp();
  const { plan, removed } = await pruned({ last: 1 }, { at: () => Date.now() });
  expect(plan.chunks).toMatchObject({ go: { files: 0 }, young: { files: 2 } });
  expect(removed.files).toBe(0);
  expect((await pruned({ last: 1 })).removed.files).toBe(2);
  await expectWhole(1);
});

test("a backup that was interrupted goes on behind a prune with what it had stored", async () => {
  for (let i = 0; i < 2; i++) await backUp();
  await expect(backUp(dying((_, path) => path.startsWith("manifests/")))).rejects.toThrow("killed");
  const stored = hashesOf((await readUnfinished(place))!);
  expect((await pruned({ last: 1 })).removed.files).toBe(1); // The first one's REGISTRY.
  const left = (await files("chunks")).join();
  for (const hash of stored) expect(left).toContain(hash);
  await backUp();
  const newest = hashesOf((await readManifests(place)).at(-1)!);
  expect([...stored].filter((hash) => newest.has(hash)).length).toBeGreaterThan(1);
  await expectWhole(2);
});

test("wherever a backup is interrupted, a prune takes place, and the next backup is whole", async () => {
  await backUp();
  for (let writes = 0, ended = false; !ended; writes++) {
    let left = writes;
    ended = await backUp(dying((call) => call === "write" && left-- === 0)).then(() => true, () => false);
    await pruned({ last: 1 }, { at: () => Date.now() });
    await pruned({ last: 1 });
    await backUp();
    await expectWhole(2);
  }
});

test("while a backup runs, prunes take place all the time, and it is whole", async () => {
  for (let i = 0; i < 3; i++) await backUp();
  let prunes = 0;
  const watched: Place = {
    ...place,
    write: async (path, content) => {
      await place.write(path, content);
      await pruned({ last: 1 }, { at: () => Date.now() });
      prunes++;
    },
  };
  await backUp(watched);
  expect(prunes).toBeGreaterThan(3);
  await expectWhole(1);
});

test("a backup that stood still until its chunks were removed does not end; the next one does", async () => {
  await backUp();
  let stoodStill = false;
  const slow: Place = {
    ...place,
    write: async (path, content) => {
      if (path.startsWith("chunks/") && !stoodStill) {
        await place.write(path, content); // REGISTRY, which nothing names until it is whole.
        stoodStill = true;
        expect((await pruned({ last: 1 })).removed.files).toBe(1);
      } else await place.write(path, content);
    },
  };
  await expect(backUp(slow)).rejects.toThrow(/was removed from .* meanwhile; run it again/);
  await expectWhole(1);
  await backUp();
  await expectWhole(2);
});

test("a chunk that lies there and that its base does not name is written again, so that it is young", async () => {
  await backUp();
  const [first] = await files("chunks"), lost = join(folder, "chunks", first!);
  const manifests = await files("manifests");
  await rm(join(folder, "manifests", manifests[0]!));
  for (const name of await files("chunks")) await utimes(join(folder, "chunks", name), 1, 1);
  const again = await takeBackup({
    ...{ broker, place, runtime, software: "test", progress },
    positions: () => Promise.resolve(undefined),
  });
  expect(again.streams.EVENTS!.chunks.length).toBeGreaterThan(0);
  expect((await stat(lost)).mtimeMs).toBeGreaterThan(Date.now() - youngMsMax);
  await expectWhole(1);
});

test("what is written again while a prune goes on stays", async () => {
  for (let i = 0; i < 3; i++) await backUp();
  const old = new Date(Date.now() - 2 * youngMsMax), now = () => Date.now();
  for (const name of await files("chunks")) await utimes(join(folder, "chunks", name), old, old);
  const { plan } = await pruned({ last: 2 }, { at: now });
  expect(plan.chunks.go.files).toBe(1);
  let listings = 0;
  const touching: Place = {
    ...place,
    files: async (below) => {
      const listed = await place.files(below);
      if (below !== "chunks" || ++listings === 1) return listed; // The first one is the plan's.
      for (const { path } of listed) await utimes(join(folder, path), new Date(), new Date());
      return listed;
    },
  };
  const { plan: late, removed } = await pruned({ last: 1 }, { at: now, of: touching });
  expect(late.chunks.go.files).toBe(1);
  expect(removed.files).toBe(0);
});

test("a backup that goes on from one whose chunks are gone does not end; the next one does", async () => {
  await backUp();
  await expect(backUp(dying((_, path) => path.startsWith("manifests/")))).rejects.toThrow("killed");
  const [newest] = await readManifests(place), named = hashesOf(newest!);
  const unfinished = (await readUnfinished(place))!.streams.EVENTS!.chunks.at(-1)!.hash;
  expect(named.has(unfinished)).toBe(false);
  await place.remove(chunkPath(unfinished));
  await expect(backUp()).rejects.toThrow(/was removed from .* meanwhile; run it again/);
  await backUp();
  await expectWhole(2);
});

test("where a manifest is damaged, nothing is removed", async () => {
  for (let i = 0; i < 3; i++) await backUp();
  const [name] = await files("manifests"), path = join(folder, "manifests", name!);
  await writeFile(path, `${await readFile(path, "utf8")} `);
  const before = await files(".");
  await expect(pruned({ last: 1 })).rejects.toThrow(/content is not what its name says/);
  expect(await files(".")).toEqual(before);
});

test("what is no chunk of a backup is left alone, and a place without any is refused", async () => {
  await expect(pruned({ last: 1 })).rejects.toThrow(/there is no backup in/);
  for (let i = 0; i < 2; i++) await backUp();
  await place.write("chunks/README.txt", new TextEncoder().encode("mine"));
  await pruned({ last: 1 });
  expect(await place.has("chunks/README.txt")).toBe(true);
});
