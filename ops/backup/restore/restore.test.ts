import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { actorId } from "../../../actors/ids.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { withCalls } from "../../../streams/broker/with_calls.ts";
import { writeMap } from "../../../streams/cluster/map_store.ts";
import { evenPartitions } from "../../../streams/partition_map.ts";
import { streamNames } from "../../../streams/record.ts";
import { ensureStreams } from "../../../streams/streams.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { PlacingKit } from "../../../streams/testing/placing_kit.ts";
import { erasePersonal } from "../../erasing/erase_streams.ts";
import { folderPlace } from "../folder_place.ts";
import { readChunks } from "../keep.ts";
import { keptOf, readManifests } from "../manifest.ts";
import { planPrune, prune } from "../prune/prune.ts";
import { youngMsMax } from "../prune/unnamed.ts";
import { takeBackup } from "../take_backup.ts";
import { cutAt } from "./cut.ts";
import { planRestore } from "./plan.ts";
import { restore } from "./restore.ts";

const progress = { begin: () => {}, step: () => {}, end: () => {} }, runtime = systemRuntime("test");
let folder: string, old: PlacingKit, fresh: PlacingKit;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-restores-"));
  [old, fresh] = [new PlacingKit(), new PlacingKit()];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function backUp(): Promise<void> {
  const { broker } = old.kit;
  await writeMap(broker, runtime, evenPartitions(1), 0);
  const positions = () => Promise.resolve(undefined);
  await takeBackup({ broker, place: folderPlace(folder), runtime, software: "test", progress, positions });
}

/** Into the fresh system, which `broker` stands for. */
async function restoreBy(broker: Broker, at?: number) {
  const place = folderPlace(folder), manifests = await readManifests(place), newest = manifests.at(-1)!;
  const { id } = newest, cut = at === undefined ? newest.cut : await cutAt(place, newest, { sequence: at });
  const plan = await planRestore({ place, manifests, cut, resend: undefined, progress });
  await ensureStreams(broker, 1);
  const mark = { backup: id, cut: cut.sequence, series: "R1" };
  return await restore({ broker, runtime, plan, mark, series: new Map(), progress, chance: 0 });
}

test("what waits behind a paused actor comes back with its personal data, however long ago everything else was copied", async () => {
  const stop = await old.start();
  await old.operate("pause", "b");
  await old.place("b");
  await old.place("c");
  await vi.waitFor(async () => expect(await old.people()).toEqual(["of c"]));
  await vi.waitFor(() => expect(old.copier.position.sequence).toBeGreaterThan(1));
  await stop();
  await backUp();

  await restoreBy(fresh.kit.broker);
  const stopFresh = await fresh.start();
  await fresh.operate("resume", "b");
  await vi.waitFor(async () => expect(await fresh.people()).toEqual(["of c", "of b"]));
  expect(fresh.copier.missing).toBe(0);
  await stopFresh();
});

test("what others had told is still there at an earlier point, though an erasure wrote it anew behind that", async () => {
  const stop = await old.start();
  await old.place("a");
  await old.place("b");
  await vi.waitFor(async () => expect(await old.people()).toHaveLength(2));
  await old.place("x"); // Copied with a message of its own, which stays where it is.
  await vi.waitFor(async () => expect(await old.people()).toHaveLength(3));
  const { lastSequence: point } = await old.kit.broker.info(streamNames.events);
  await old.place("c");
  await vi.waitFor(async () => expect(await old.people()).toHaveLength(4));
  await stop();
  const erased = { actors: new Set([actorId("order", "a")]), kept: new Set<string>() };
  const { broker } = old.kit, lock = { expectHeld: () => {} };
  await erasePersonal({ broker, erased, unique: [], progress, runtime, lock });
  await backUp();

  await restoreBy(fresh.kit.broker, point);
  expect(await fresh.people()).toContain("of b");
  expect(await fresh.people()).not.toContain("of a");
  expect(await fresh.people()).not.toContain("of c");
});

test("who was erased stands in later backups at the same place, also once the former are pruned", async () => {
  const stop = await old.start();
  await old.place("a");
  await vi.waitFor(async () => expect(await old.people()).toEqual(["of a"]));
  await stop();
  await backUp();
  const erased = { actors: new Set([actorId("order", "a")]), kept: new Set<string>() };
  const { broker } = old.kit, lock = { expectHeld: () => {} };
  await erasePersonal({ broker, erased, unique: [], progress, runtime, lock });
  expect(await old.people()).not.toContain("of a");
  await backUp();
  const place = folderPlace(folder), nowMs = () => runtime.nowMs() + 2 * youngMsMax;
  await prune(await planPrune({ place, rules: { last: 1 }, nowMs: nowMs() }), { nowMs, progress });

  const [newest, ...others] = await readManifests(place), texts: string[] = [];
  expect(others).toEqual([]);
  for await (const { payload } of readChunks(place, keptOf(newest!, streamNames.personal).chunks)) {
    texts.push(new TextDecoder().decode(payload));
  }
  expect(texts.join()).toContain("of a");
});

test.each([1, 3, 5])(
  "a restore that stops at COMMANDS after %i messages goes on when it runs again",
  async (stored) => {
    const stop = await old.start();
    await old.operate("pause", "a"); // So that all of them are still needed.
    for (const key of ["a", "b", "c", "d"]) await old.place(key);
    await vi.waitFor(async () => expect(await old.people()).toEqual(["of b", "of c", "of d"]));
    await old.kit.broker.deleteMessage(streamNames.commands, 4, true); // A person was erased.
    await stop();
    await backUp();

    const { broker } = fresh.kit;
    let left = stored;
    const broken = withCalls(broker, {
      publish: (subject, payload, options) => {
        if (!subject.startsWith("commands.") || left-- > 0) return broker.publish(subject, payload, options);
        throw new Error("killed");
      },
    });
    if (stored < 4) await expect(restoreBy(broken)).rejects.toThrow("killed");
    await restoreBy(broker);
    await restoreBy(broker);
    for (const sequence of [2, 3, 4, 5]) {
      const [was, is] = await Promise.all(
        [old, fresh].map(({ kit }) => kit.broker.at(streamNames.commands, sequence)),
      );
      expect(is?.payload).toEqual(was?.payload);
    }
    expect(await broker.info(streamNames.commands)).toMatchObject({ lastSequence: 5 });
  },
);
