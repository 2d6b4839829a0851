import { expect, test } from "vitest";
import { systemRuntime } from "../streams/system_runtime.ts";
import { backoffMs, pause } from "./pace.ts";

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
  expect(performance.now() - started).toBeLessThan(50_000);
});
