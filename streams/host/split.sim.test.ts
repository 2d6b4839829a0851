import { afterEach, describe, expect, test, vi } from "vitest";
import { actorId, bucketOf } from "../../actors/ids.ts";
import { auditAgreement, auditStock } from "../../actors/town/audit.ts";
import { buy, look, orderOf, pay, receive } from "../../actors/town/citizens.ts";
import type { Call } from "../../actors/town/town.ts";
import { readMap } from "../cluster/map_store.ts";
import { requestSplit } from "../cluster/split_requests.ts";
import { systemRuntime } from "../system_runtime.ts";
import { ClusterKit } from "../testing/cluster_kit.ts";
import { readTown } from "../testing/town_of_log.ts";

let kit: ClusterKit;
afterEach(() => kit.end());

const runtime = systemRuntime("test");
const skus = Array.from({ length: 8 }, (_, i) => `S${i}`);
const told = (call: Call) => kit.told(call);
const ready = (host: ReturnType<ClusterKit["start"]>) =>
  vi.waitFor(() => expect(host.host.unready()).toEqual([]));

async function split(partition: number): Promise<number> {
  const broker = kit.server.connect();
  const { child } = await requestSplit(broker, runtime, partition);
  await vi.waitFor(async () => {
    const numbers = (await readMap(broker))!.map.partitions.map((one) => one.partition);
    expect(numbers).toContain(child);
  });
  return child;
}

async function audited() {
  const town = await readTown(kit.server.connect());
  auditStock(town);
  auditAgreement(town);
  for (const { record: { range: [from, to], entries } } of town.records) {
    for (const { actor } of entries) {
      expect(from <= bucketOf(actor) && bucketOf(actor) < to, `${actor} in ${from}-${to}`).toBe(true);
    }
  }
  return town;
}

describe("splitting a partition", () => {
  test("moves the upper half of its buckets, with their actors as they were, while orders flow", async () => {
    kit = await new ClusterKit().open(1);
    const host = kit.start("a");
    await ready(host);
    await told(receive("PO-1", skus.map((sku) => [sku, 200])));
    let ordered = 0, going = true;
    const kinds = new Map<string, number>();
    const flow = async () => {
      while (going) {
        const n = ordered++;
        const kind = await told(buy(n, [[skus[n % 8]!, 1], [skus[(n * 3 + 1) % 8]!, 1]]));
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        await runtime.sleep(10);
      }
    };
    const flowing = Array.from({ length: 4 }, flow);
    await vi.waitFor(() => expect(ordered).toBeGreaterThan(40));
    expect(await split(0)).toBe(1);
    const after = ordered;
    await vi.waitFor(() => expect(ordered).toBeGreaterThan(after + 40));
    await expect(split(1)).rejects.toThrow("it came out of a split itself");
    expect(await split(0)).toBe(2);
    await vi.waitFor(() => expect(host.host.gauges()).toHaveLength(3));
    going = false;
    await Promise.all(flowing);
    expect([...kinds.keys()].filter((kind) => !["ok", "accepted", "insufficient-stock"].includes(kind)))
      .toEqual([]);
    for (let n = 0; n < ordered; n++) expect(await told(look(n)), `order ${n}`).not.toBe("unknown-order");
    const town = await audited();
    expect(town.actors("order").length).toBe(ordered);
    expect(new Set(town.records.map(({ record }) => record.partition))).toEqual(new Set([0, 1, 2]));
  });

  test("takes timers along, and what was placed before is paid after", async () => {
    kit = await new ClusterKit().open(1);
    const host = kit.start("a");
    await ready(host);
    await told(receive("PO-1", [["S0", 100]]));
    const numbers = Array.from({ length: 12 }, (_, i) => i);
    for (const n of numbers) {
      expect(await told(buy(n, [["S0", 1]], { payment: "pending", holdMinutes: 1 }))).toBe("ok");
    }
    await split(0);
    await ready(host);
    const moved = numbers.filter((n) => bucketOf(actorId("order", orderOf(n))) >= 512);
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.length).toBeLessThan(12);
    for (const n of numbers) expect(await told(pay(n, "captured"))).toBe("ok");
    const town = await audited();
    const paid = town.records.filter(({ record }) =>
      record.entries.some(({ type }) => type === "order.payment_captured")
    );
    expect(new Set(paid.map(({ record }) => record.partition))).toEqual(new Set([0, 1]));
    const cleared = town.records.flatMap(({ record }) => record.timers.filter(({ dueMs }) => dueMs === null));
    expect(new Set(cleared.map(({ actor }) => actor)).size).toBe(12);
  });

  test("that dies after its turn is completed by whoever opens the partition next", async () => {
    let cut = false;
    kit = await new ClusterKit({
      publishFault: (subject) => cut && subject.startsWith("checkpoints.1") ? "lose-message" : undefined,
    }).open(1);
    const first = kit.start("first");
    await ready(first);
    await told(receive("PO-1", skus.map((sku) => [sku, 5])));
    cut = true;
    const broker = kit.server.connect();
    await requestSplit(broker, runtime, 0);
    await vi.waitFor(async () => {
      expect((await readTown(broker)).records.some(({ record }) => record.split)).toBe(true);
    });
    await first.kill();
    expect((await readMap(broker))!.map.partitions).toHaveLength(1);
    cut = false;
    const second = kit.start("second");
    await vi.waitFor(() => expect(second.host.gauges()).toHaveLength(2));
    await ready(second);
    expect(await told(buy(1, skus.map((sku) => [sku, 2])))).toBe("ok");
    await audited();
  });
});
