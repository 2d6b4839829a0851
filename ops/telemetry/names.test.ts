import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { MetricSpec } from "./metric_kinds.ts";
import { type LabelsOf, type MetricName, metrics, spans } from "./names.ts";

const folder = new URL("./", import.meta.url);
const sources = readdirSync(folder)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(new URL(name, folder), "utf8"))
  .join("\n");

describe("the table of names", () => {
  test("every metric in it is emitted somewhere", () => {
    const unused = Object.keys(metrics).filter((name) => !sources.includes(`"${name}"`));
    expect(unused).toEqual([]);
  });

  test("every metric that is emitted is in it", () => {
    const emitted = [...sources.matchAll(/measure\.(?:record|count|gauge)\("([^"]+)"/g)].map((match) =>
      match[1]!
    );
    expect(emitted.length).toBeGreaterThan(10);
    expect(emitted.filter((name) => !(name in metrics))).toEqual([]);
  });

  test("every span that is started is in it", () => {
    const started = [...sources.matchAll(/startSpan\(\s*["`](\w+)/g)].map((match) => match[1]!);
    expect(started.length).toBeGreaterThan(3);
    expect(started.filter((name) => !(name in spans))).toEqual([]);
  });

  test("has a unit and a description for each, and no label that could grow without bound", () => {
    for (const [name, spec] of Object.entries<MetricSpec>(metrics)) {
      expect(spec.unit, name).toMatch(/^(s|By|\{[a-z]+\})$/);
      expect(spec.description, name).toMatch(/^[A-Z].{10,}/);
      for (const label of Object.keys(spec.labels)) expect(label).not.toMatch(/(^|\.)(id|sku|order|key)$/);
    }
  });

  // The type checker is the test here: each `@ts-expect-error` fails the check when the line below it compiles.
  test("labels that it does not name do not compile", () => {
    const allowed: LabelsOf<"waybill.commands.lag"> = { partition: 0 };
    expect(allowed).toEqual({ partition: 0 });
    // @ts-expect-error -- a label too many
    ({ partition: 0, sku: "TEA" }) satisfies LabelsOf<"waybill.commands.lag">;
    // @ts-expect-error -- a label is missing
    ({}) satisfies LabelsOf<"waybill.commands.lag">;
    // @ts-expect-error -- a label where there is none
    ({ order: "1" }) satisfies LabelsOf<"waybill.turn.size">;
  });

  test("histograms have rising buckets", () => {
    for (const name of Object.keys(metrics) as MetricName[]) {
      const spec: MetricSpec = metrics[name];
      if (spec.kind !== "histogram") continue;
      expect([...spec.buckets].sort((a, b) => a - b), name).toEqual(spec.buckets);
    }
  });
});
