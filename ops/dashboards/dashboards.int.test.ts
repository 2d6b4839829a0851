import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { debianTool } from "../deploy/testing/debian_tool.ts";
import { dashboardFiles } from "./all.ts";

const run = promisify(execFile);

interface Panel {
  readonly targets?: readonly { readonly expr: string }[];
}
const expressionsOf = (text: string) =>
  (JSON.parse(text) as { readonly panels: readonly Panel[] }).panels.flatMap(({ targets = [] }) =>
    targets.map(({ expr }) => expr)
  );

test("Prometheus can parse every query of every dashboard", async ({ skip }) => {
  const promtool = await debianTool("promtool", "prometheus");
  if (!("path" in promtool)) return skip(promtool.missing);
  const expressions = [...dashboardFiles.values()].flatMap(expressionsOf);
  expect(expressions.length).toBeGreaterThan(40);
  // As recording rules, which Prometheus checks. Grafana puts the interval in.
  const rules = expressions.map((expr, index) => ({
    record: `query_${index}`,
    expr: expr.replaceAll("$__rate_interval", "5m"),
  }));
  const folder = await mkdtemp(join(tmpdir(), "waybill-dashboards-"));
  try {
    const file = join(folder, "queries.rules.yml");
    await writeFile(file, JSON.stringify({ groups: [{ name: "queries", rules }] })); // JSON is YAML.
    const { stdout } = await run(promtool.path, ["check", "rules", file]);
    expect(stdout).toContain(`SUCCESS: ${expressions.length} rules found`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);
