import { expect, test } from "vitest";
import fc from "fast-check";
import { systemRuntime } from "../streams/system_runtime.ts";
import { backoffMs, pause, restMs } from "./pace.ts";

test("work takes no more than its share, unless rows would get too old", () => {
  fc.assert(fc.property(
    fc.double({ min: 0, max: 10_000, noNaN: true }),
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    (workMs, shareMax) => {
      const rest = restMs(workMs, { shareMax, restMsMax: 1_000 });
      expect(rest).toBeLessThanOrEqual(1_000);
      if (rest < 1_000) expect(workMs).toBeLessThanOrEqual((workMs + rest) * shareMax * (1 + 1e-9));
    },
  ));
});

test("waits grow to ten seconds, and differ", () => {
  expect(backoffMs(0, () => 0)).toBe(50);
  expect(backoffMs(0, () => 1)).toBe(100);
  expect(backoffMs(3, () => 1)).toBe(800);
  expect(backoffMs(1_000, () => 1)).toBe(10_000);
});

test("a pause ends with its signal, at once if that came before", async () => {
  const runtime = systemRuntime("test"), stopping = new AbortController();
  const started = performance.now();
  const paused = pause(runtime, 60_000, stopping.signal);
  stopping.abort();
  await paused;
  await pause(runtime, 60_000, stopping.signal);
  expect(performance.now() - started).toBeLessThan(10_000);
});
