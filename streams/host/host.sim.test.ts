import { afterEach, describe, expect, test, vi } from "vitest";
import { bucketOf, keyOf } from "../../actors/ids.ts";
import { auditAgreement, auditStock } from "../../actors/town/audit.ts";
import { buy, describeSku, receive } from "../../actors/town/citizens.ts";
import type { Call } from "../../actors/town/town.ts";
import type { Broker } from "../broker/broker.ts";
import { assignment } from "../cluster/assignment.ts";
import type { Position } from "../edge/asking.ts";
import { streamNames } from "../record.ts";
import { ClusterKit, type RunningHost } from "../testing/cluster_kit.ts";
import { readTown } from "../testing/town_of_log.ts";

let kit: ClusterKit;
afterEach(() => kit.end());

const partitionsOf = (...hosts: RunningHost[]) =>
  hosts.map(({ host }) => host.gauges().map(({ partition }) => partition));
const owned = (count: number, ...hosts: RunningHost[]) =>
  vi.waitFor(() => {
    const all = partitionsOf(...hosts).flat().sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(hosts.flatMap(({ host }) => host.unready())).toEqual([]);
  }, { interval: 20 });
const told = (call: Call) => kit.told(call);
const positionsOf = ({ partition, sequence, sources = [] }: Position) =>
  new Map([...sources, [partition, sequence] as const]);
const skus = Array.from({ length: 12 }, (_, i) => `S${i}`);

describe("several hosts", () => {
  test("share the partitions evenly, and an order over many of them is confirmed", async () => {
    kit = await new ClusterKit().open(6);
    const hosts = [kit.start("a"), kit.start("b"), kit.start("c")];
    await owned(6, ...hosts);
    expect(partitionsOf(...hosts).map((list) => list.length)).toEqual([2, 2, 2]);
    expect(await told(receive("PO-1", skus.map((sku) => [sku, 5])))).toBe("ok");
    expect(await told(buy(1, skus.map((sku) => [sku, 3])))).toBe("ok");
    expect(await told(buy(2, [["S0", 2], ["S1", 3]]))).toBe("insufficient-stock");
    expect(await told(buy(3, skus.map((sku) => [sku, 2])))).toBe("ok");
    const town = await readTown(kit.server.connect());
    auditStock(town);
    auditAgreement(town);
  });

  test("an answer names every record of other partitions that it builds on", async () => {
    kit = await new ClusterKit().open(6);
    const host = kit.start("a");
    await owned(6, host);
    await told(receive("PO-1", skus.map((sku) => [sku, 100])));
    const positions = new Map<string, ReadonlyMap<number, number>>();
    await Promise.all(Array.from({ length: 40 }, async (_, i) => {
      const lines = skus.filter((_, at) => (at + i) % 2 === 0).map((sku) => [sku, 1] as const);
      const { to, command } = buy(i, lines), asked = await kit.ask({ to, command });
      if (asked.kind === "answered") positions.set(keyOf(to), positionsOf(asked.position));
    }));
    expect(positions.size).toBe(40);
    const { records } = await readTown(kit.server.connect());
    for (const { sequence, record: { partition, entries } } of records) {
      for (const { type, data } of entries) {
        const seen = type === "stock.reserved" ? positions.get((data as { order: string }).order) : undefined;
        if (seen) expect(seen.get(partition) ?? 0).toBeGreaterThanOrEqual(sequence);
      }
    }
  });

  test("one that joins gets its share, and one that leaves is missed by nobody", async () => {
    kit = await new ClusterKit().open(4);
    const first = kit.start("first");
    await owned(4, first);
    const second = kit.start("second");
    await owned(4, first, second);
    expect(partitionsOf(first, second).map((list) => list.length)).toEqual([2, 2]);
    await told(receive("PO-1", skus.map((sku) => [sku, 50])));
    const answers = skus.map((sku, i) => told(buy(i, [[sku, 1], ["S0", 1]])));
    await first.stop();
    expect(await Promise.all(answers)).toEqual(skus.map(() => "ok"));
    await owned(4, second);
    expect(kit.observed.filter((what) => what.includes("stopped"))).toEqual([]);
  });

  test("one that leaves goes on until whoever comes next has read what there is", async () => {
    kit = await new ClusterKit().open(2);
    const first = kit.start("first");
    await owned(2, first);
    await told(receive("PO-1", skus.map((sku) => [sku, 50])));
    let release = () => {};
    const held = new Promise<void>((resolve) => release = resolve);
    const disturb = (broker: Broker) => ({
      last: async (...asked: Parameters<Broker["last"]>) => {
        if (asked[0] === streamNames.events) await held;
        return await broker.last(...asked);
      },
    });
    const second = kit.start("second", { disturb });
    await vi.waitFor(() =>
      expect(second.host.unready()).toEqual([expect.stringContaining("not claimed yet")])
    );
    let left = false;
    const leaving = first.stop().then(() => left = true);
    for (let i = 0; i < 10; i++) expect(await told(buy(i, [[skus[i]!, 1]]))).toBe("ok");
    expect({ left, opened: kit.observed.filter((what) => what.startsWith("second")) })
      .toEqual({ left: false, opened: [] });
    release();
    await leaving;
    await owned(2, second);
    expect(await told(buy(10, [["S10", 1]]))).toBe("ok");
  });

  test(
    "one that leaves waits for nobody who does not come, and for nothing when it is the last",
    async () => {
      kit = await new ClusterKit().open(2);
      const first = kit.start("first"), endless = new Promise<never>(() => undefined);
      await owned(2, first);
      const second = kit.start("second", { disturb: () => ({ last: () => endless }) });
      await vi.waitFor(() =>
        expect(second.host.unready()).toEqual([expect.stringContaining("not claimed yet")])
      );
      await first.stop();
      await second.kill();
      const third = kit.start("third");
      await owned(2, third);
      await third.stop();
    },
  );

  test("what a killed one had is taken over, and everything asked meanwhile is decided once", async () => {
    kit = await new ClusterKit().open(4);
    const hosts = [kit.start("a"), kit.start("b")];
    await owned(4, ...hosts);
    await told(receive("PO-1", skus.map((sku) => [sku, 100])));
    const numbers = Array.from({ length: 60 }, (_, i) => i);
    const answers = numbers.map((i) => told(buy(i, [[skus[i % 12]!, 1], [skus[(i * 5) % 12]!, 1]])));
    await hosts[0]!.kill();
    await owned(4, hosts[1]!);
    expect(new Set(await Promise.all(answers))).toEqual(new Set(["ok"]));
    const town = await readTown(kit.server.connect());
    auditStock(town);
    auditAgreement(town);
    expect(town.actors("order")).toHaveLength(60);
  });

  test("a frozen one that wakes up is fenced, answers nothing, and gets its share again", async () => {
    kit = await new ClusterKit().open(2);
    const [a, b] = [kit.start("a"), kit.start("b")];
    await owned(2, a, b);
    await told(describeSku("S0", {}));
    a.broker.cut(); // Neither heard nor hearing, as a stopped process.
    await vi.waitFor(() => expect(partitionsOf(b)[0]).toHaveLength(2));
    const answers = skus.map((sku) => told(receive(`PO-${sku}`, [[sku, 1]])));
    a.broker.mend();
    expect(await Promise.all(answers)).toEqual(skus.map(() => "ok"));
    await owned(2, a, b);
    const town = await readTown(kit.server.connect());
    auditStock(town);
  });

  test("actors live where their buckets are, and nowhere else", async () => {
    kit = await new ClusterKit().open(3);
    const host = kit.start("a");
    await owned(3, host);
    await told(receive("PO-1", skus.map((sku) => [sku, 5])));
    await told(buy(1, skus.map((sku) => [sku, 3])));
    const town = await readTown(kit.server.connect());
    for (const { record: { partition, range: [from, to], entries } } of town.records) {
      expect([0, 1, 2]).toContain(partition);
      for (const { actor } of entries) {
        expect(bucketOf(actor)).toBeGreaterThanOrEqual(from);
        expect(bucketOf(actor)).toBeLessThan(to);
      }
    }
  });

  test(
    "a partition that stopped for good at one is forgotten there when it is another's, and tried again when it comes back",
    async () => {
      kit = await new ClusterKit().open(2);
      const broker = kit.server.connect();
      const witness = (sequence: number) =>
        broker.publish(
          "registry.head.1",
          new TextEncoder().encode(JSON.stringify({ sequence, hash: "", eventsCreatedAtMs: 0 })),
          { ackMsMax: 1_000 },
        );
      await witness(1_000);
      const a = kit.start("a");
      await vi.waitFor(() => expect(kit.observed).toContain("a stopped 1: log.lost"));
      await vi.waitFor(() => expect(a.host.unready()).toHaveLength(1));
      await witness(0);
      const name = ["b", "c", "d", "e", "f"].find((other) =>
        assignment([0, 1], ["a", other]).get(1) === other
      )!;
      const other = kit.start(name);
      await owned(2, a, other);
      await other.stop();
      await owned(2, a);
    },
  );
});
