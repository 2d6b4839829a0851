import { afterEach, expect, test, vi } from "vitest";
import { receive } from "../../actors/town/citizens.ts";
import type { Runtime } from "../runtime.ts";
import { systemRuntime } from "../system_runtime.ts";
import { ClusterKit, type RunningHost } from "../testing/cluster_kit.ts";
import { declineLimits } from "./declined.ts";
import { leaseLimits } from "./lease.ts";

let kit: ClusterKit;
afterEach(() => kit.end());

const skus = Array.from({ length: 12 }, (_, i) => `S${i}`);

/** A clock that is wrong by `offMs`, and a steady one that `waitedMs` have gone by on. */
class OddTime {
  offMs = 0;
  waitedMs = 0;
  readonly runtime: Runtime;

  constructor() {
    const right = systemRuntime("test");
    const nowMs = () => right.nowMs() + this.offMs, elapsedMs = () => right.elapsedMs() + this.waitedMs;
    this.runtime = { ...right, nowMs, elapsedMs };
  }
}
const behind = -(leaseLimits.clockSkewMsMax + 2_000);

const counts = (...hosts: RunningHost[]) => hosts.map(({ host }) => host.gauges().length);
const owned = (wanted: readonly number[], ...hosts: RunningHost[]) =>
  vi.waitFor(() => {
    expect(counts(...hosts)).toEqual(wanted);
    expect(hosts.flatMap(({ host }) => host.unready())).toEqual([]);
  }, { interval: 20 });
const receiveAll = (reference: string) => kit.told(receive(reference, skus.map((sku) => [sku, 1])));
const stops = () => kit.observed.filter((what) => what.includes("stopped"));

test.each([["behind", behind], ["ahead", -behind]])(
  "a host whose clock is %s leaves partitions to others, and gets its share when the clock is right",
  async (_, offMs) => {
    kit = await new ClusterKit().open(2);
    const b = kit.start("b");
    await owned([2], b);
    expect(await receiveAll("PO-1")).toBe("ok"); // Each partition has a record of now.
    const time = new OddTime();
    time.offMs = offMs;
    const a = kit.start("a", time);
    await vi.waitFor(() => expect(stops()).toHaveLength(1));
    await owned([0, 2], a, b);
    expect(await receiveAll("PO-2")).toBe("ok");
    await new Promise((done) => setTimeout(done, 1_500));
    expect(stops(), "it is not tried again and again").toEqual([
      expect.stringMatching(/^a stopped \d: clock.behind$/),
    ]);
    time.offMs = 0;
    time.waitedMs += declineLimits.forMs;
    await owned([1, 1], a, b);
    expect(await receiveAll("PO-3")).toBe("ok");
    expect(stops()).toHaveLength(1);
  },
);

test("with nobody else there it says why it does not answer, and tries again later", async () => {
  kit = await new ClusterKit().open(1);
  const b = kit.start("b");
  await owned([1], b);
  expect(await receiveAll("PO-1")).toBe("ok");
  await b.stop();
  const time = new OddTime();
  time.offMs = behind;
  const a = kit.start("a", time);
  const why = /^partition 0: Cannot open partition 0: this clock is \d+ ms behind the log$/;
  await vi.waitFor(() => expect(a.host.unready()).toEqual([expect.stringMatching(why)]));
  time.offMs = 0;
  time.waitedMs += declineLimits.forMs;
  await owned([1], a);
  expect(await receiveAll("PO-2")).toBe("ok");
});
