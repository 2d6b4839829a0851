import { expect, test } from "vitest";
import { Recovery } from "./recovery.ts";
import { percentile, recoveryTimes } from "./result.ts";

test("a fault is over when every partition has answered an order that was sent after it", () => {
  const recovery = new Recovery([0, 1]), before = performance.now() - 1;
  recovery.begin("host killed").hit("host-1");
  recovery.answered(0, before); // Sent before the fault: proves nothing.
  recovery.answered(1, performance.now());
  expect(recovery.all[0]?.tookMs).toBeUndefined();
  recovery.answered(0, performance.now());
  expect(recovery.all[0]).toMatchObject({ kind: "host killed", who: "host-1" });
  expect(recovery.all[0]?.tookMs).toBeGreaterThanOrEqual(0);
  expect(recoveryTimes(recovery)).toMatchObject([{ kind: "host killed", times: 1 }]);
});

test("percentiles are by nearest rank", () => {
  const values = [5, 1, 4, 2, 3];
  expect([0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([3, 5, 5]);
  expect(percentile([], 0.5)).toBe(0);
});
