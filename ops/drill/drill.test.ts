import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { broken } from "./builds.ts";
import type { Performed } from "./drill.ts";
import { drillText } from "./report.ts";
import { allScenarios } from "./scenarios/all.ts";

describe("a defective build", () => {
  const defects = allScenarios.flatMap(({ name, defect }) => defect ? [[name, defect] as const] : []);

  test.each(defects)("%s: what it breaks is there", async (_, defect) => {
    expect(broken(await readFile(defect.file, "utf8"), defect)).toContain(defect.defective);
  });

  test("is refused when what it should break is not there once", () => {
    const defect = { file: "a.ts", line: "x();", defective: "y();" };
    expect(() => broken("", defect)).toThrow('Cannot break a.ts: "x();" does not stand there once');
    expect(() => broken("x(); x();", defect)).toThrow("Cannot break");
    expect(broken("x();", defect)).toBe("y();");
  });
});

describe("the report", () => {
  const performed: Performed = {
    ...{ name: "rows", title: "Rows changed", acknowledged: 120, longestMs: 2_500 },
    noticed: { ms: 1_234, by: "waybill verify" },
    recovered: { ms: 65_000, by: "waybill rebuild" },
    lost: { orders: 0, parcels: 0, units: 0 },
  };

  test("says when it was noticed, when it was over, and that nothing was lost", () => {
    expect(drillText([performed])).toBe([
      "Rows changed",
      "  noticed       1.2 s  waybill verify",
      "  recovered    65.0 s  waybill rebuild",
      "  lost        nothing  120 orders meanwhile; one waited 2.5 s",
      "",
      "Nothing was lost.",
    ].join("\n"));
  });

  test("says what was lost, loudly", () => {
    const text = drillText([{ ...performed, lost: { orders: 2, parcels: 1, units: 0 } }, performed]);
    expect(text).toContain("  LOST       2 orders, 1 parcels, 0 units");
    expect(text).toMatch(/SOMETHING WAS LOST in 1 of 2\.$/);
  });
});
