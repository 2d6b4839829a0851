import { expect, test } from "vitest";
import { systemRuntime } from "../streams/system_runtime.ts";
import { covers, Waiters } from "./waiters.ts";

const at = (...pairs: readonly (readonly [number, number])[]) => new Map(pairs);

test("a position is covered when every partition that it names is", () => {
  expect(covers(at([0, 5], [1, 9]), at([0, 5]))).toBe(true);
  expect(covers(at([0, 5], [1, 9]), at([0, 5], [1, 10]))).toBe(false);
  expect(covers(at([0, 5]), at([2, 1]))).toBe(false);
  expect(covers(at(), at())).toBe(true);
});

test("one move wakes all whose position it reaches, and nobody else", async () => {
  const waiters = new Waiters(systemRuntime("test"));
  const low = [1, 2, 3].map(() => waiters.wait(at([0, 5]), 60_000));
  const high = waiters.wait(at([0, 6]), 60_000);
  waiters.wake(at([0, 4]));
  expect(waiters.count).toBe(4);
  waiters.wake(at([0, 5]));
  expect(await Promise.all(low)).toEqual([true, true, true]);
  expect(waiters.count).toBe(1);
  waiters.close();
  expect(await high).toBe(false);
});

test("patience ends, and nothing stays behind", async () => {
  const waiters = new Waiters(systemRuntime("test"));
  expect(await waiters.wait(at([0, 5]), 5)).toBe(false);
  expect(await waiters.wait(at([0, 5]), 0)).toBe(false);
  expect(waiters.count).toBe(0);
});
