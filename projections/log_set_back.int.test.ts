import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { actorsByKind } from "../actors/registry.ts";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import { hashOf } from "../streams/hash.ts";
import { expectNoLossTold } from "../streams/host/loss_told.ts";
import { streamNames, subjects } from "../streams/record.ts";
import { PartitionKit } from "../streams/testing/partition_kit.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import type { StoredPosition } from "./row_store.ts";
import { empty, projectTo } from "./testing/running.ts";
import { receiving } from "./testing/town_log.ts";
import { expectHeld } from "./witness.ts";

let database: TestDatabase, sql: Sql, stop: (() => Promise<void>)[] = [];
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});
beforeEach(() => empty(sql));
afterEach(async () => {
  for (const one of stop) await one();
  stop = [];
});

function shop() {
  const kit = new PartitionKit();
  kit.actors = actorsByKind;
  const start = async () => {
    const host = await kit.start({ headEveryMs: 100 });
    stop.push(() => host.kill());
    return host;
  };
  const end = async () => (await kit.broker.info(streamNames.events)).lastSequence;
  const receive = async (...skus: readonly string[]) => {
    for (const sku of skus) {
      const before = await end(), { to, command } = receiving(sku, 10);
      await kit.send([to, command]);
      await vi.waitFor(async () => expect(await end()).toBeGreaterThan(before));
    }
    return await end();
  };
  /** The host looks after its partition every second. */
  const lookedAt = async (look: () => void) =>
    await vi.waitFor(() => {
      kit.nowMs += 1_000;
      look();
    }, { interval: 20 });
  const project = async (sequence: number) =>
    await projectTo(sequence, { broker: kit.broker, sql, witness: true });
  return { kit, start, receive, end, project, lookedAt };
}

/** As if all of NATS had been set back to a copy of then. */
async function copiedAt(from: PartitionKit, sequence: number): Promise<PartitionKit> {
  const copy = new PartitionKit();
  copy.actors = actorsByKind;
  const host = await copy.start();
  await host.stop();
  for (
    const [name, subject] of [[streamNames.commands, subjects.commands(0)], [
      streamNames.events,
      subjects.events(0),
    ]] as const
  ) {
    for (let at = 1; at <= sequence; at++) {
      const stored = await from.broker.at(name, at);
      if (stored) await copy.broker.publish(subject, stored.payload, { ackMsMax: 1_000 });
    }
  }
  return copy;
}

test("where the whole log is set back, and only the database knows more, the partition stops until it is right again", async () => {
  const { kit, start, receive, project } = shop();
  const first = await start(), seen = await receive("A", "B", "C");
  await project(seen);
  await first.stop();

  const copy = await copiedAt(kit, seen - 1),
    lookedAt = async (look: () => void) =>
      await vi.waitFor(() => {
        copy.nowMs += 1_000;
        look();
      }, { interval: 20 });
  const before = await copy.start({ headEveryMs: 100 });
  await expect(projectTo(seen, { broker: copy.broker, sql, witness: true })).rejects.toMatchObject({
    code: "log.lost",
  });
  const doubted = expect.stringMatching(/^reopening log.doubted: .*the database has rows of record/);
  await lookedAt(() => expect(copy.observed).toContainEqual(doubted));
  await before.kill();
  copy.observed.length = 0;
  const again = await copy.start();
  stop.push(() => again.kill());
  await vi.waitFor(() => expect(copy.observed).toContainEqual(doubted));

  // The database was another shop's: this one gets an empty one, and the host goes on by itself.
  await empty(sql);
  await projectTo(seen - 1, { broker: copy.broker, sql, witness: true });
  const { to, command } = receiving("D", 1);
  await copy.send([to, command]);
  await lookedAt(() => expect(copy.observed.at(-1)).toMatch(/^opened/));
  await vi.waitFor(async () => expect((await copy.broker.info(streamNames.events)).lastSequence).toBe(seen));
  expect(copy.faults).toEqual([]);
});

test("a second cluster with the database of the first stops; the first goes on", async () => {
  const one = shop(), other = shop();
  await one.start();
  await one.project(await one.receive("A"));
  other.kit.nowMs += 5_000; // It was made later.
  await other.start();
  const theirs = await other.receive("A", "B");
  await expect(other.project(theirs)).rejects.toMatchObject({ code: "log.lost" });
  const doubted = expect.stringMatching(/^reopening log.doubted/);
  await other.lookedAt(() => expect(other.kit.observed).toContainEqual(doubted));
  await one.project(await one.receive("B"));
  await one.lookedAt(() => expect(one.kit.observed).not.toContainEqual(doubted));
});

test("rows that are behind do not talk a host out of what those ahead know", async () => {
  const { kit, start, receive } = shop(), first = await start(), end = await receive("A", "B");
  await first.stop();
  const { createdAtMs: streamCreatedMs } = await kit.broker.info(streamNames.events);
  const at = (projection: string, sequence: number, hash: string): StoredPosition => ({
    ...{ projection, partition: 0, streamCreatedMs, generation: 0 },
    mark: { sequence, hash },
  });
  const stored = (await kit.broker.at(streamNames.events, end))!,
    held = at("old_v1", end, hashOf(stored.payload));
  const options = { broker: kit.broker, witness: true };
  await expectHeld(options, [held]);
  await expect(expectHeld(options, [held, at("resting_v1", end + 1, "of a record that is gone")])).rejects
    .toMatchObject({ code: "log.lost" });
  await expect(expectNoLossTold(kit.broker, 0)).rejects.toMatchObject({ code: "log.doubted" });
});
