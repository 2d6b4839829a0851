import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { debianTool } from "../deploy/testing/debian_tool.ts";
import { alertsFolder, ruleFiles, ruleTestFiles } from "./testing/rule_files.ts";

/** Prometheus' own word on the rules: `promtool` of Debian's package, which in CI must be there. */
const run = promisify(execFile);
let promtool: Awaited<ReturnType<typeof debianTool>>;
beforeAll(async () => {
  promtool = await debianTool("promtool", "prometheus");
}, 300_000);

test("Prometheus reads the rules", async ({ skip }) => {
  if (!("path" in promtool)) return skip(promtool.missing);
  const { stdout } = await run(promtool.path, ["check", "rules", ...ruleFiles], { cwd: alertsFolder });
  expect(stdout.match(/SUCCESS/g)).toHaveLength(ruleFiles.length);
});

test.for(ruleTestFiles)("the rules do as %s says", async (file, { skip }) => {
  if (!("path" in promtool)) return skip(promtool.missing);
  const { stdout } = await run(promtool.path, ["test", "rules", file], { cwd: alertsFolder });
  expect(stdout).toContain("SUCCESS");
});

test("Prometheus takes its example, with the rules in their folder", async ({ skip }) => {
  if (!("path" in promtool)) return skip(promtool.missing);
  const folder = await mkdtemp(join(tmpdir(), "waybill-prometheus-"));
  try {
    await cp(join(alertsFolder, "example", "prometheus.yml"), join(folder, "prometheus.yml"));
    for (const name of ruleFiles) {
      await cp(join(alertsFolder, name), join(folder, "rules", name), { recursive: true });
    }
    const { stdout } = await run(promtool.path, ["check", "config", "prometheus.yml"], { cwd: folder });
    expect(stdout).toContain(`${ruleFiles.length} rule files found`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("Alertmanager takes its example, and pages for pages alone", async ({ skip }) => {
  const amtool = await debianTool("amtool", "prometheus-alertmanager");
  if (!("path" in amtool)) return skip(amtool.missing);
  const file = join(alertsFolder, "example", "alertmanager.yml");
  expect((await run(amtool.path, ["check-config", file])).stdout).toContain("SUCCESS");
  const receiverOf = async (severity: string) => {
    const asked = [
      "config",
      "routes",
      "test",
      `--config.file=${file}`,
      "alertname=WaybillEdgeErrors",
      `severity=${severity}`,
    ];
    return (await run(amtool.path, asked)).stdout.trim();
  };
  expect([await receiverOf("page"), await receiverOf("ticket")]).toEqual(["pagerduty", "slack"]);
}, 300_000);
