import { describe, expect, test } from "vitest";
import type { DocumentType } from "../../../actors/series/document.ts";
import { series } from "../../../actors/series/series.ts";
import type { SeriesEvent } from "../../../actors/series/series_events.ts";
import { undescribed } from "../../../actors/series/seller.ts";
import { atOf } from "./cut.ts";
import { GivenNumbers } from "./given_numbers.ts";
import { unsplit } from "./map_at.ts";
import type { SeriesAt } from "./plan.ts";
import { continuing, suffixAt } from "./series_options.ts";

describe("the partition map at an earlier point", () => {
  const split = (partition: number, range: readonly [number, number], sequence: number) => ({
    partition,
    range,
    origin: { partition: 0, sequence, hash: "h" },
  });
  const now = [
    { partition: 0, range: [0, 256] as const },
    split(1, [512, 1024], 10),
    split(2, [256, 512], 20),
  ];

  test("is as it is now when nothing was split since", () => expect(unsplit(now, 20)).toEqual(now));
  test("gives back what was split off later", () => {
    expect(unsplit(now, 15)).toEqual([{ partition: 0, range: [0, 512] }, now[1]]);
    expect(unsplit(now, 9)).toEqual([{ partition: 0, range: [0, 1024] }]);
  });
});

describe("how series go on", () => {
  const nowMs = Date.UTC(2026, 10, 22);
  const issued = (type: DocumentType, sequence: number) =>
    ({
      type: "series.document_issued",
      version: 1,
      data: { type, fiscalYear: 2026, sequence },
    }) as SeriesEvent;
  const continued = (suffix: string): SeriesEvent => ({
    type: "series.continued",
    version: 1,
    data: { suffix, ends: {} },
  });
  const planAfter = (...events: readonly SeriesEvent[]) => {
    const given = new GivenNumbers();
    for (const event of events) given.take(event);
    const state = { ...series.initial("main"), heads: { "invoice/2026": { sequence: 3, hash: "h" } } };
    return { series: new Map<string, SeriesAt>([["main", { state, version: 4, given }]]) };
  };
  const plan = planAfter(issued("invoice", 3));
  const sellers = [undescribed("main"), undescribed("de")];

  test("under the suffix, also those of sellers that had none yet", () => {
    expect([...continuing(plan, sellers, { suffix: "R1", after: [], nowMs })]).toEqual([
      ["main", { type: "continue", suffix: "R1" }],
      ["de", { type: "continue", suffix: "R1" }],
    ]);
  });
  test("behind the numbers that are known, of that seller alone", () => {
    const after = ["INV-2026-000123", "INV-2026-000122", "CN-2026-000000"];
    const all = continuing(plan, sellers, { suffix: "R1", after, nowMs });
    expect(all.get("main")).toEqual({
      type: "continue",
      after: { "invoice/2026": 123, "credit_note/2026": 0 },
    });
    expect(all.get("de")).toEqual({ type: "continue", suffix: "R1" });
  });
  test("not by half, and not behind numbers of nobody", () => {
    const going = (suffix: string, ...after: string[]) => () =>
      continuing(plan, sellers, { suffix, after, nowMs });
    expect(going("R1", "CN-2026-000001")).toThrow(/invoice\/2026/);
    expect(going("R1", "INV-2026-000123")).toThrow(/credit_note\/2026/);
    expect(going("R1", "XX-2026-000001")).toThrow(/no number of any/);
    expect(going("r-1")).toThrow(/no suffix/);
  });
  test("not behind a number while the backup knows of a later one, though it lies behind the point", () => {
    const later = planAfter(issued("invoice", 3), issued("invoice", 9), issued("credit_note", 2));
    const after = (...numbers: string[]) => () =>
      continuing(later, sellers, { suffix: "R1", after: numbers, nowMs });
    expect(after("INV-2026-000008", "CN-2026-000002")).toThrow(/number 9 of invoice\/2026 .* too low/);
    expect(after("INV-2026-000009", "CN-2026-000000")).toThrow(/number 2 of credit_note\/2026 .* too low/);
    expect(after("INV-2026-000009", "CN-2026-000002")).not.toThrow();
  });
  test("not under a suffix that was used, also where it was left behind", () => {
    const restored = planAfter(issued("invoice", 3), continued("R1"), issued("invoice", 1), continued("R2"));
    for (const suffix of ["R1", "R2"]) {
      expect(() => continuing(restored, sellers, { suffix, after: [], nowMs })).toThrow(/were given already/);
    }
    expect(() => continuing(restored, sellers, { suffix: "R3", after: [], nowMs })).not.toThrow();
  });
  test("not without the numbers of a year that has begun since", () => {
    const after = ["INV-2026-000123", "CN-2026-000000"], nextYearMs = Date.UTC(2027, 0, 2);
    expect(() => continuing(plan, sellers, { suffix: "R1", after, nowMs: nextYearMs })).toThrow(
      /invoice\/2027/,
    );
  });
  test("two restores of different minutes have different suffixes", () => {
    const nowMs = Date.UTC(2026, 10, 22);
    expect(suffixAt(nowMs)).toMatch(/^R[0-9A-Z]+$/);
    expect(suffixAt(nowMs)).not.toBe(suffixAt(nowMs + 60_000));
  });
});

test("a point is a time or a sequence", () => {
  expect(atOf("123")).toEqual({ sequence: 123 });
  expect(atOf("2026-11-22T12:00:00Z")).toEqual({ atMs: Date.UTC(2026, 10, 22, 12) });
  for (const wrong of ["yesterday", "2026-11-22", "-1"]) expect(() => atOf(wrong)).toThrow(/Cannot use/);
});
