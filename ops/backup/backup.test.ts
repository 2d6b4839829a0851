import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { series } from "../../actors/series/series.ts";
import { line, placing, receiving, shipping, TownLog } from "../../projections/testing/town_log.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { folderPlace } from "./folder_place.ts";
import { readManifests } from "./manifest.ts";
import type { Place } from "./place.ts";
import { takeBackup } from "./take_backup.ts";
import { verifyBackup } from "./verify_backup.ts";

let folder: string, place: Place, broker: Broker, town: TownLog, ids = 0;
const progress = { begin: () => {}, step: () => {}, end: () => {} };
const runtime = { nowMs: () => Date.UTC(2026, 10, 22), newId: () => `01${String(++ids).padStart(24, "0")}` };
const backUp = (to: Place = place) =>
  takeBackup({
    broker,
    place: to,
    runtime,
    software: "test",
    progress,
    positions: () => Promise.resolve(undefined),
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-backups-"));
  place = folderPlace(folder);
  broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  town = new TownLog(broker, 0, { series });
  await town.turn(receiving("A", 100));
  await town.turn(placing(1, [line("A", 1)]), shipping(1, "t1"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const files = async () =>
  (await readdir(join(folder, "chunks"), { recursive: true })).filter((name) => name.endsWith(".gz")).sort();

test("a backup is cut at a record, and names what each partition had done by then", async () => {
  const { cut, partitions } = await backUp(), { lastSequence } = await broker.info("EVENTS");
  expect(cut.sequence).toBe(lastSequence);
  expect(partitions).toMatchObject([{ partition: 0, sequence: lastSequence, range: [0, 1024] }]);
  expect(await verifyBackup(place, progress)).toMatchObject({
    ok: true,
    records: lastSequence,
    findings: [],
  });
});

test("the next one stores only what is new", async () => {
  await backUp();
  const before = await files();
  await backUp();
  expect(await files()).toEqual(before);
  await town.turn(placing(2, [line("A", 1)]));
  const { cut } = await backUp();
  expect((await files()).filter((name) => !before.includes(name))).toHaveLength(1);
  expect(await verifyBackup(place, progress)).toMatchObject({ ok: true, records: cut.sequence });
});

test("what is damaged or missing is found", async () => {
  await backUp();
  const [name] = await files(), path = join(folder, "chunks", name!), content = await readFile(path);
  content[content.length - 1]! ^= 1;
  await writeFile(path, content);
  expect(await verifyBackup(place, progress)).toMatchObject({
    ok: false,
    findings: expect.arrayContaining([expect.stringMatching(/content is not what its name says/)]),
  });
  await rm(path);
  expect((await verifyBackup(place, progress)).findings.join()).toMatch(/is missing/);
});

test("one that was interrupted is no point to restore, and the next one goes on behind it", async () => {
  let writes = 0;
  const dying: Place = {
    ...place,
    write: (path, content) => {
      if (path.startsWith("manifests/")) throw new Error("killed");
      writes++;
      return place.write(path, content);
    },
  };
  await expect(backUp(dying)).rejects.toThrow("killed");
  expect(await readManifests(place)).toEqual([]);
  expect(writes).toBeGreaterThan(0);
  const before = await files();
  await backUp();
  expect(await files()).toEqual(before);
  expect(await verifyBackup(place, progress)).toMatchObject({ ok: true });
});

test("another log does not go to the same place", async () => {
  await backUp();
  const other = new MemoryServer().connect();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await ensureStreams(other, 1);
  broker = other;
  await expect(backUp()).rejects.toThrow(/it holds another log/);
});

test("nor does one that lost its end", async () => {
  const { cut } = await backUp(), whole = broker;
  broker = new Proxy(whole, {
    get: (target, name) => {
      if (name !== "at") return Reflect.get(target, name).bind(target);
      return (stream: string, sequence: number) =>
        Promise.resolve(sequence < cut.sequence ? target.at(stream, sequence) : undefined);
    },
  });
  await expect(backUp()).rejects.toThrow(/the log lost its end, or forked/);
});
