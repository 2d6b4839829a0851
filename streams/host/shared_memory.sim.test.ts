import { afterEach, expect, test, vi } from "vitest";
import { describeSku } from "../../actors/town/citizens.ts";
import { ClusterKit, type RunningHost } from "../testing/cluster_kit.ts";

let kit: ClusterKit;
afterEach(() => kit.end());

const limits = { cacheBytesMax: 60_000, newbornBytesMax: 60_000, headEveryMs: 50 };
const half = limits.cacheBytesMax / 2;
const skus = Array.from({ length: 300 }, (_, i) => `SKU-${i}`);

const held = ({ host }: RunningHost) => host.gauges().map(({ cacheBytes }) => cacheBytes);
const owns = (host: RunningHost, count: number) =>
  vi.waitFor(() => {
    expect(host.host.gauges()).toHaveLength(count);
    expect(host.host.unready()).toEqual([]);
  }, { interval: 20 });
const describeAll = (description: string) =>
  Promise.all(skus.map((sku) => kit.told(describeSku(sku, { description }))));

test("partitions that are open share the host's memory anew when others come and go", async () => {
  kit = await new ClusterKit().open(2);
  const a = kit.start("a", { limits });
  await owns(a, 2);
  await describeAll("each has half");
  await vi.waitFor(() => expect(Math.max(...held(a))).toBeLessThanOrEqual(half));
  expect(Math.min(...held(a))).toBeGreaterThan(half * 0.8);

  const b = kit.start("b", { limits });
  await owns(a, 1);
  await describeAll("one has all");
  await vi.waitFor(() => expect(held(a)[0]).toBeLessThanOrEqual(limits.cacheBytesMax));
  expect(held(a)[0]).toBeGreaterThan(half * 1.2);

  await b.stop();
  await owns(a, 2); // Nothing more is asked of the partition that it had: it gives up what it has too much.
  await vi.waitFor(() => expect(Math.max(...held(a))).toBeLessThanOrEqual(half));
});
