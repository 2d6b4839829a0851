import { describe, expect, test } from "vitest";
import { betterOf, contestResult, figuresOf, median, type Round } from "./results.ts";
import { showContest } from "./tables.ts";

const round = (ordersPerSecond: number, p99 = 10): Round => ({
  ordersPerSecond,
  seconds: 10,
  statuses: { 201: ordersPerSecond * 10 },
  statusesEver: { 201: ordersPerSecond * 12 },
  p50: 5,
  p95: 8,
  p99,
  max: 20,
  cpuSeconds: 2,
  processes: {
    "host": { cpuSeconds: 9, memoryMiB: 200 },
    projector: { cpuSeconds: 3, memoryMiB: 100 },
  },
});

test("the median of none, an odd and an even number of values", () => {
  expect([median([]), median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([0, 2, 2.5]);
});

describe("the contest's result", () => {
  const theirs = (rate: number, poolSize: number) => ({ ...figuresOf([round(rate)]), poolSize });
  const ours = [round(6_000, 12), round(9_000, 30), round(7_000, 11)].map((one) => ({
    ...one,
    lagRecords: 5,
    catchUpSeconds: 1.25,
  }));
  const result = contestResult(ours, {
    transaction: betterOf([theirs(700, 4), theirs(600, 16)]),
    function: betterOf([theirs(1_600, 4), theirs(1_700, 16)]),
  });

  test("compares medians with the better pool size", () => {
    expect(result.ours).toMatchObject({
      ordersPerSecond: 7_000,
      p99: 12,
      rounds: [6_000, 9_000, 7_000],
      loadCores: 0.2,
    });
    expect(result.ours.cpuCores).toEqual({ "host": 0.9, projector: 0.3 });
    expect([result.transaction.poolSize, result.function.poolSize]).toEqual([4, 16]);
    expect([result.ratioTransaction, result.ratioFunction]).toEqual([10, 4.12]);
  });

  test("is shown in at most 80 columns", () => {
    const lines = showContest("W1", result).split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join("\n")).toContain("10.0 ×");
  });
});
