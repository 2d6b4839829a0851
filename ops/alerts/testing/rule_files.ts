import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";

export const alertsFolder = fileURLToPath(new URL("../", import.meta.url));

const rule = z.object({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
const rules = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) });
const ruleTests = z.object({
  rule_files: z.array(z.string()),
  tests: z.array(z.object({
    alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
  })),
});

const named = (suffix: string) =>
  readdirSync(alertsFolder).filter((name) => name.endsWith(suffix)).toSorted();
const read = (name: string): unknown => parse(readFileSync(alertsFolder + name, "utf8"));

export const ruleFiles = named(".rules.yml");
export const ruleTestFiles = named(".test.yml");
export type Rule = z.infer<typeof rule>;

/** Every rule of every file. */
export const allRules = (): Rule[] =>
  ruleFiles.flatMap((name) => rules.parse(read(name)).groups.flatMap((group) => group.rules));

/** For each alert, how many alerts the tests expect of it, one by one. */
export function expectedOf(): Map<string, number[]> {
  const all = new Map<string, number[]>();
  for (const name of ruleTestFiles) {
    for (const { alert_rule_test } of ruleTests.parse(read(name)).tests) {
      for (const { alertname, exp_alerts } of alert_rule_test) {
        all.set(alertname, [...all.get(alertname) ?? [], exp_alerts.length]);
      }
    }
  }
  return all;
}

/** `WaybillEdgeErrors` → `edge-errors`. */
export const runbookOf = (alert: string): string =>
  alert.replace(/^Waybill/, "").replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
