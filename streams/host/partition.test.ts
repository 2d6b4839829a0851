import { afterEach, describe, expect, test, vi } from "vitest";
import fc from "fast-check";
import type { MemoryServer } from "../broker/memory.ts";
import { streamNames, subjects } from "../record.ts";
import { PartitionKit, type RunningHost } from "../testing/partition_kit.ts";
import { add, answered, killAll, read, start, sumOf } from "../testing/partition_steps.ts";
import { type Toy, toy, type ToyEvent, toyId } from "../testing/toys.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { readSnapshots } from "./snapshots.ts";

afterEach(killAll);

describe("a partition", () => {
  test("answers once its turn is in the log, and packs what arrived meanwhile into the next record", async () => {
    const kit = new PartitionKit();
    await start(kit);
    await answered(kit, await kit.send(add("a", 1), add("a", 2), add("b", 5)));
    expect(await kit.records()).toHaveLength(1);
    expect(await sumOf(kit, "a")).toBe(3);
  });

  test("does not answer before the append is acknowledged", async () => {
    const kit = new PartitionKit({
      publishFault: (subject) => subject.startsWith("events.") ? "lose-message" : undefined,
    });
    await start(kit);
    const ids = await kit.send(add("a", 1));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(kit.replies.has(ids[0]!)).toBe(false);
  });

  test("recognises its own record when the ack was lost, and answers once", async () => {
    let lose = 1;
    const kit = new PartitionKit({
      publishFault: (subject) => subject.startsWith("events.") && lose-- > 0 ? "lose-ack" : undefined,
      after: (_ms, run) => void setTimeout(run, 5),
    });
    await start(kit);
    const ids = await kit.send(add("a", 1));
    await answered(kit, ids);
    expect(await kit.records()).toHaveLength(1);
    expect(kit.replies.get(ids[0]!)).toHaveLength(1);
    expect(await sumOf(kit, "a")).toBe(1);
  });

  test("goes on from the log after kill -9: every command counts exactly once", async () => {
    const kit = new PartitionKit();
    for (let round = 0; round < 5; round++) {
      const host = await start(kit, { headEveryMs: 1 });
      await kit.send(add("a", 1), add("b", 1));
      if (round % 2 === 0) {
        await vi.waitFor(async () => expect(await kit.entries()).toHaveLength(2 * round + 2));
      }
      await host.kill();
    }
    await start(kit);
    expect(await sumOf(kit, "a")).toBe(5);
    expect(await sumOf(kit, "b")).toBe(5);
  });

  test("opens from a checkpoint without reading what is before it", async () => {
    const kit = new PartitionKit();
    const host = await start(kit);
    await answered(kit, await kit.send(add("a", 1), add("b", 2)));
    await host.stop();
    await start(kit);
    await vi.waitFor(() => expect(kit.observed).toContain("opened 0"));
    expect(await sumOf(kit, "a")).toBe(1);
    expect(await sumOf(kit, "b")).toBe(2);
  });

  test("a checkpoint keeps the messages that are not yet decided", async () => {
    let appends = 0;
    const kit = new PartitionKit({
      publishFault: (subject) => {
        if (subject.startsWith("events.") && ++appends === 2) host.host.stop();
        return undefined;
      },
    });
    const turn = { recordBytesMax: Infinity, deliveriesMax: 1, cpuMsMax: Infinity };
    const host: RunningHost = await start(kit, { turn });
    const to = ["b", "c", "d", "e", "f"].map(toyId);
    await kit.send([toyId("a"), { type: "spread", amount: 1, to } as { type: string }]);
    await host.running;
    const checkpoint = await readCheckpoint(kit.broker, 0);
    expect(checkpoint!.state.waiting.length).toBeGreaterThan(0);
    await start(kit, { turn });
    await vi.waitFor(async () => expect(await sumOf(kit, "f")).toBe(1));
    const told = (await kit.entries()).filter((entry) => entry.type === "toy.told");
    expect(told.flatMap((entry) => (entry.data as { by: string[] }).by).toSorted()).toEqual([
      "b",
      "c",
      "d",
      "e",
      "f",
    ]);
  });

  test("timers survive a restart, wait for what was accepted before them, and fire once", async () => {
    const kit = new PartitionKit();
    const dueMs = kit.nowMs + 60_000;
    const first = await start(kit);
    await answered(kit, await kit.send([toyId("a"), { type: "remind", dueMs } as { type: string }]));
    await first.stop();
    await kit.send(add("a", 1)); // Accepted before it is due, with nobody running.
    kit.nowMs = dueMs + 1;
    await start(kit);
    await vi.waitFor(async () =>
      expect((await kit.entries()).some((entry) => entry.type === "toy.reminded")).toBe(true)
    );
    await answered(kit, await kit.send(read("a")));
    expect((await kit.entries()).map((entry) => entry.type)).toEqual(["toy.added", "toy.reminded"]);
  });

  test("goes on when the server was away, and answers then", async () => {
    const kit = new PartitionKit({ after: (_ms, run) => void setTimeout(run, 5) });
    await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    const ids = await kit.send(add("a", 1));
    kit.server.goDown();
    await new Promise((resolve) => setTimeout(resolve, 50));
    kit.server.comeUp();
    await vi.waitFor(async () => expect(await sumOf(kit, "a")).toBe(2));
    expect(ids).toHaveLength(1);
  });
});

describe("two hosts for one partition, when the old one looks at its lease (blind: stale_host.test.ts)", () => {
  test("it sees that the lease was taken and steps down, and every command is answered once", async () => {
    const kit = new PartitionKit();
    const old = await start(kit, { headEveryMs: 1 }, "old");
    await answered(kit, await kit.send(add("a", 1)));
    await start(kit, {}, "new");
    const ids = await kit.send(add("a", 1), add("a", 1));
    await answered(kit, ids);
    expect(await old.running).toBe("lost");
    expect(await sumOf(kit, "a")).toBe(3);
    for (const id of ids) expect(kit.replies.get(id)).toHaveLength(1);
  });

  test("it has stepped down by the time it is stopped, and leaves the newer snapshot as it is", async () => {
    const kit = new PartitionKit();
    const stale = await start(kit, {}, "stale");
    await answered(kit, await kit.send(add("a", 1)));
    const fresh = await start(kit, {}, "fresh");
    await answered(kit, await kit.send(add("a", 1)));
    await fresh.stop();
    await stale.stop();
    const wanted = { partition: 0, ids: [toyId("a")], actorOf: () => toy, atLeast: 0 };
    const found = await readSnapshots(kit.broker, wanted);
    expect(found.get(toyId("a"))!.slot).toEqual({
      state: { key: "a", sum: 2, awaited: 0, reminders: 0 },
      version: 2,
    });
  });
});

describe("what the log lost is noticed", () => {
  async function opened(
    change: (kit: PartitionKit, server: MemoryServer) => Promise<void>,
  ): Promise<PartitionKit> {
    const kit = new PartitionKit();
    const host = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    await answered(kit, await kit.send(add("a", 1)));
    await host.stop();
    await change(kit, kit.server);
    await start(kit);
    return kit;
  }

  test("a record that follows another one than the log holds", async () => {
    const kit = await opened(async (kit) => {
      const record = {
        ...(await kit.records())[1]!,
        turn: "foreign",
        previous: { sequence: 1, hash: "other" },
      };
      await kit.broker.publish(subjects.events(0), new TextEncoder().encode(JSON.stringify(record)), {
        ackMsMax: 100,
      });
    });
    await vi.waitFor(() => expect(kit.faults.join()).toContain("log.lost"));
  });

  test("COMMANDS that ends before what was read", async () => {
    const kit = new PartitionKit();
    const host = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    await host.stop();
    const other = new PartitionKit();
    await (await start(other)).stop();
    for (const record of await kit.records()) {
      const payload = new TextEncoder().encode(JSON.stringify(record));
      await other.broker.publish(subjects.events(0), payload, { ackMsMax: 100 });
    }
    await start(other);
    await vi.waitFor(() => expect(other.faults.join()).toMatch(/log.lost: .*COMMANDS ends at 0/));
  });
});

test("a record that this code cannot read stops the partition", async () => {
  const kit = new PartitionKit();
  await (await start(kit)).stop();
  await kit.broker.publish(subjects.events(0), new TextEncoder().encode(`{"format":99}`), { ackMsMax: 100 });
  await start(kit);
  await vi.waitFor(() => expect(kit.faults.join()).toContain("record.undecodable"));
});

test("what is no command is recorded as dead, and the rest goes on", async () => {
  const kit = new PartitionKit();
  await start(kit);
  await kit.broker.publish(subjects.commands(0), new TextEncoder().encode("{"), { ackMsMax: 100 });
  expect(await sumOf(kit, "a")).toBe(0);
  const dead = (await kit.records()).flatMap((record) => record.dead);
  expect(dead.map((row) => row.actor)).toEqual(["intake:0"]);
});

test("snapshot and tail together are the full fold, wherever the host is stopped or killed", async () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("add" as const),
        key: fc.constantFrom("a", "b", "c", "d"),
        n: fc.nat(9),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ do: "stop" as const }) },
    { weight: 1, arbitrary: fc.constant({ do: "kill" as const }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const kit = new PartitionKit();
      let host = await start(kit, { cacheBytesMax: 600 });
      const sums: Record<string, number> = { a: 0, b: 0, c: 0, d: 0 };
      for (const one of steps) {
        if (one.do === "add") {
          await kit.send(add(one.key, one.n));
          sums[one.key]! += one.n;
        } else {
          await host[one.do]();
          host = await start(kit, { cacheBytesMax: 600 });
        }
      }
      const found: Record<string, unknown> = {};
      for (const key of Object.keys(sums)) found[key] = await sumOf(kit, key);
      expect(found).toEqual(sums);
      const folded = (await kit.entries()).reduce((state, entry) => {
        const event = { type: entry.type, version: entry.v, data: entry.data } as ToyEvent;
        return { ...state, [entry.actor]: toy.evolve(state[entry.actor] ?? toy.initial(""), event) };
      }, {} as Record<string, Toy>);
      for (const key of Object.keys(sums)) expect(folded[toyId(key)]?.sum ?? 0).toBe(sums[key]);
      expect((await kit.broker.info(streamNames.commands)).lastSequence).toBeGreaterThan(0);
      await host.kill();
    }),
    { numRuns: 40 },
  );
});
