import { afterEach, describe, expect, test, vi } from "vitest";
import { actorId, bucketOf } from "../../actors/ids.ts";
import { auditAgreement, auditStock } from "../../actors/town/audit.ts";
import { buy, describeSku, receive } from "../../actors/town/citizens.ts";
import type { Call } from "../../actors/town/town.ts";
import { readMap } from "../cluster/map_store.ts";
import { requestSplit } from "../cluster/split_requests.ts";
import { streamNames } from "../record.ts";
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
const partitions = async () => (await readMap(kit.server.connect()))!.map.partitions.length;
const becomes = (count: number) => vi.waitFor(async () => expect(await partitions()).toBe(count));
async function lose(subject: string): Promise<void> {
  const broker = kit.server.connect();
  const { sequence } = (await broker.last(streamNames.snapshots, subject))!;
  await broker.deleteMessage(streamNames.snapshots, sequence, false);
}

describe("a split in trouble", () => {
  test("waits until everything is saved: the child begins with what is in snapshots", async () => {
    let refused = false;
    kit = await new ClusterKit({
      publishFault: (subject) => refused && subject.startsWith("snapshots.0") ? "contended" : undefined,
    }).open(1);
    expect(skus.some((sku) => bucketOf(actorId("sku", sku)) >= 512)).toBe(true);
    const first = kit.start("first");
    await ready(first);
    expect(await told(receive("PO-1", skus.map((sku) => [sku, 5])))).toBe("ok");
    await first.stop(); // There are snapshots of five each now.
    const second = kit.start("second");
    await ready(second);
    expect(await told(receive("PO-2", skus.map((sku) => [sku, 5])))).toBe("ok");
    refused = true;
    await requestSplit(kit.server.connect(), runtime, 0);
    await runtime.sleep(1_500);
    expect(await partitions()).toBe(1);
    refused = false;
    await becomes(2);
    await vi.waitFor(() => expect(second.host.gauges()).toHaveLength(2));
    expect(await told(buy(1, skus.map((sku) => [sku, 9])))).toBe("ok");
    const town = await readTown(kit.server.connect());
    auditStock(town);
    auditAgreement(town);
  });

  test(
    "is begun by whoever has the partition while the request stands, also when it is not open yet",
    async () => {
      kit = await new ClusterKit().open(1);
      await requestSplit(kit.server.connect(), runtime, 0);
      kit.start("a");
      await becomes(2);
    },
  );

  test(
    "that lost the child's first checkpoint stops the child instead of beginning it with nothing",
    async () => {
      kit = await new ClusterKit().open(1);
      const first = kit.start("first");
      await ready(first);
      await told(receive("PO-1", skus.map((sku) => [sku, 5])));
      await requestSplit(kit.server.connect(), runtime, 0);
      await becomes(2);
      await ready(first);
      // As long as the split is its last record, the parent would write that checkpoint again.
      const stays = skus.find((sku) => bucketOf(actorId("sku", sku)) < 512)!;
      expect(await told(describeSku(stays, {}))).toBe("ok");
      await first.kill();
      await lose("checkpoints.1");
      kit.start("second");
      await vi.waitFor(() => expect(kit.observed).toContain("second stopped 1: log.lost"));
    },
  );

  test(
    "that lost the parent's last checkpoint is not completed with a child that has older snapshots",
    async () => {
      let refused = true;
      kit = await new ClusterKit({
        publishFault: (subject) => refused && subject.startsWith("checkpoints.1") ? "contended" : undefined,
      }).open(1);
      const first = kit.start("first"), broker = kit.server.connect();
      await ready(first);
      await told(receive("PO-1", skus.map((sku) => [sku, 5])));
      await requestSplit(broker, runtime, 0);
      await vi.waitFor(async () => {
        expect((await readTown(broker)).records.some(({ record }) => record.split)).toBe(true);
      });
      await first.kill();
      await lose("checkpoints.0");
      refused = false;
      kit.start("second");
      await vi.waitFor(() => expect(kit.observed).toContain("second stopped 0: log.lost"));
      expect(await partitions()).toBe(1);
    },
  );
});
