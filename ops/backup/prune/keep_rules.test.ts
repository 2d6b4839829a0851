import { expect, test } from "vitest";
import { type Dated, type KeepRules, keptBy } from "./keep_rules.ts";

const hourMs = 3_600_000;
/** One each six hours from noon on, the first at record 10, each ten records further. */
const backups: readonly Dated[] = Array.from({ length: 10 }, (_, i) => ({
  id: `B${i}`,
  endedAtMs: Date.UTC(2026, 10, 1, 12) + i * 6 * hourMs,
  cut: { sequence: 10 * (i + 1) },
}));
const stay = (rules: KeepRules, ...splits: readonly number[]) =>
  [...keptBy(rules, backups, splits).keys()].sort();

test("the newest always stays, whatever else goes", () => {
  expect(stay({})).toEqual(["B9"]);
  expect(keptBy({ last: 1 }, backups, []).get("B9")).toEqual(["newest", "last"]);
  expect([...keptBy({ last: 3 }, [], [1])]).toEqual([]);
});

test("what any rule keeps stays", () => {
  expect(stay({ last: 3 })).toEqual(["B7", "B8", "B9"]);
  expect(stay({ last: 100 })).toHaveLength(10);
  expect(stay({ daily: 2 })).toEqual(["B5", "B9"]);
  expect(stay({ daily: 100 })).toEqual(["B1", "B5", "B9"]);
  expect(stay({ last: 2, daily: 2 })).toEqual(["B5", "B8", "B9"]);
});

test("days are counted back from the newest backup: where none are taken any more, nothing is lost", () => {
  expect(stay({ withinDays: 1 })).toEqual(["B5", "B6", "B7", "B8", "B9"]);
  expect(stay({ withinDays: 30 })).toHaveLength(10);
});

test("the first one behind each split stays", () => {
  expect(stay({ last: 1 }, 30, 31, 32)).toEqual(["B2", "B3", "B9"]);
  expect(keptBy({ last: 1 }, backups, [31, 32]).get("B3")).toEqual([
    "split at EVENTS 31",
    "split at EVENTS 32",
  ]);
  expect(stay({ last: 1 }, 1_000)).toEqual(["B9"]);
});
