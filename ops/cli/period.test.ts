import { expect, test } from "vitest";
import { periodOf } from "./period.ts";

test.each([
  ["2026-11", "2026-11-01", "2026-11-30"],
  ["2024-02", "2024-02-01", "2024-02-29"],
  ["2026-Q4", "2026-10-01", "2026-12-31"],
  ["2026-Q1", "2026-01-01", "2026-03-31"],
  ["2026", "2026-01-01", "2026-12-31"],
])("%s is from %s to %s", (period, from, to) => expect(periodOf(period)).toEqual({ from, to }));

test.each(["2026-13", "2026-Q5", "26-11", "", "2026-1"])("%j is no period", (text) => {
  expect(() => periodOf(text)).toThrow("a period is a month 2026-11, a quarter 2026-Q4 or a year 2026");
});
