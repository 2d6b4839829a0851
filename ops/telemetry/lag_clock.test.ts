import { expect, test } from "vitest";
import { LagClock } from "./lag_clock.ts";

test("a reader is as late as the oldest end of the log that it has not reached", () => {
  const clock = new LagClock();
  expect(clock.look({ head: 10, done: 10, nowMs: 1_000 })).toEqual({ records: 0, ms: 0 });
  expect(clock.look({ head: 20, done: 10, nowMs: 2_000 })).toEqual({ records: 10, ms: 0 });
  expect(clock.look({ head: 30, done: 15, nowMs: 5_000 })).toEqual({ records: 15, ms: 3_000 });
  expect(clock.look({ head: 30, done: 20, nowMs: 6_000 })).toEqual({ records: 10, ms: 1_000 });
  expect(clock.look({ head: 30, done: 30, nowMs: 7_000 })).toEqual({ records: 0, ms: 0 });
});

test("one that stands still for days is still as late as it is", () => {
  const clock = new LagClock(), seconds = 200_000;
  for (let second = 1; second < seconds; second++) {
    clock.look({ head: second, done: 0, nowMs: second * 1_000 });
  }
  const late = clock.look({ head: seconds, done: 0, nowMs: seconds * 1_000 });
  expect(late).toEqual({ records: seconds, ms: (seconds - 1) * 1_000 });
});
