import { expect, test } from "vitest";
import { performDrill } from "./drill.ts";
import { allScenarios } from "./scenarios/all.ts";

test(
  "what was harmed is noticed and mended while people order, and nothing that was acknowledged is lost",
  async () => {
    const report = await performDrill({
      ...{ scenarios: allScenarios, ordersPerSecond: 10, harmMs: 10_000, say: () => {} },
      aborted: new AbortController().signal,
    });
    expect(report.map(({ name }) => name)).toEqual(allScenarios.map(({ name }) => name));
    for (const { lost, acknowledged, noticed, recovered } of report) {
      expect(lost).toEqual({ orders: 0, parcels: 0, units: 0 });
      expect(acknowledged).toBeGreaterThan(10);
      expect(recovered.ms).toBeGreaterThan(noticed.ms);
    }
  },
  1_800_000,
);
