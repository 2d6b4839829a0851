import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { unknownIn } from "./testing/promql.ts";
import { allRules, expectedOf, runbookOf } from "./testing/rule_files.ts";

const alerts = allRules().filter(({ alert }) => alert !== undefined);
const names = [...new Set(alerts.map(({ alert }) => alert!))];
const runbooks = new URL("../runbooks/", import.meta.url);

describe("alerts", () => {
  test("ask for nothing that no /metrics tells", () => {
    for (const { alert, record, expr } of allRules()) expect(unknownIn(expr), alert ?? record).toEqual([]);
    expect(unknownIn('sum by (sku) (waybill_orders_total{order="1"})')).toEqual([
      "waybill_orders_total",
      "by (sku)",
    ]);
    expect(unknownIn('waybill_ready{order="1"}')).toEqual(["waybill_ready{order}"]);
  });

  test("say how urgent they are, what is the matter, and where the runbook is", () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(labels.severity, alert).toMatch(/^(page|ticket)$/);
      expect(annotations.summary, alert).toMatch(/^\S.{15,}/);
      expect(annotations.runbook_url).toBe(`{{ $externalLabels.runbooks }}/${runbookOf(alert!)}.md`);
    }
  });

  test("are each tested to fire, and not to fire", () => {
    const expected = expectedOf();
    expect([...expected.keys()].toSorted()).toEqual(names.toSorted());
    for (const [alert, counts] of expected) {
      expect(counts.some((count) => count > 0), `${alert} fires`).toBe(true);
      expect(counts.includes(0), `${alert} is silent`).toBe(true);
    }
  });

  test("have each a runbook, and each runbook of an alert has its alert", () => {
    const files = readdirSync(runbooks).filter((name) => name.endsWith(".md"));
    const answering = files.filter((name) => /^Alert: /m.test(readFileSync(new URL(name, runbooks), "utf8")));
    expect(answering.toSorted()).toEqual(names.map((name) => `${runbookOf(name)}.md`).toSorted());
    for (const name of names) {
      const text = readFileSync(new URL(`${runbookOf(name)}.md`, runbooks), "utf8");
      expect(text, name).toContain(`Alert: \`${name}\``);
    }
  });
});
