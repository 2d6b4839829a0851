import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { unknownIn } from "../alerts/testing/promql.ts";
import { dashboardFiles } from "./all.ts";

/** What Grafana's own model demands of what we use of it; anything else is a mistake of ours. */
const gridPos = z.strictObject({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1), h: z.int().min(1) })
  .refine(({ x, w }) => x + w <= 24, "is wider than the dashboard");
const datasource = z.strictObject({ type: z.literal("prometheus"), uid: z.literal("${datasource}") });
const row = z.looseObject({ id: z.int(), type: z.literal("row"), title: z.string().min(1), gridPos });
const graph = z.looseObject({
  ...{ id: z.int(), title: z.string().min(1), description: z.string().min(5), gridPos, datasource },
  type: z.enum(["timeseries", "stat"]),
  targets: z.array(z.looseObject({
    refId: z.string().regex(/^[A-Z]$/),
    datasource,
    expr: z.string().min(1),
    legendFormat: z.string().min(1),
  })).min(1),
  fieldConfig: z.looseObject({
    defaults: z.looseObject({ unit: z.string() }),
    overrides: z.array(z.never()),
  }),
});
const dashboard = z.looseObject({
  uid: z.string().regex(/^[a-z-]{1,40}$/),
  title: z.string().min(1),
  schemaVersion: z.int().min(39),
  templating: z.object({
    list: z.tuple([
      z.looseObject({
        name: z.literal("datasource"),
        type: z.literal("datasource"),
        query: z.literal("prometheus"),
      }),
    ]),
  }),
  panels: z.array(z.discriminatedUnion("type", [row, graph])).min(3),
});

describe.each([...dashboardFiles.keys()])("the dashboard %s", (name) => {
  const text = readFileSync(new URL(name, import.meta.url), "utf8");
  const { panels } = dashboard.parse(JSON.parse(text));

  test("is what its specification makes", () => expect(text).toBe(dashboardFiles.get(name)));

  test("asks for nothing that no /metrics tells", () => {
    for (const panel of panels) {
      if (panel.type === "row") continue;
      for (const { expr } of panel.targets) expect(unknownIn(expr), panel.title).toEqual([]);
    }
  });

  test("has panels that are told apart and do not cover each other", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + cell % w} ${y + Math.floor(cell / w)}`)
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

test("dashboards have names of their own", () => {
  const uids = [...dashboardFiles.values()].map((text) => dashboard.parse(JSON.parse(text)).uid);
  expect(new Set(uids).size).toBe(uids.length);
});
