import { catalogue } from "../../telemetry/catalogue.ts";

/** What Prometheus itself adds to every series. */
const ofEverything = ["instance", "job"];

/** Every series that `/metrics` may tell, with the labels that it may have. */
function knownSeries(): Map<string, readonly string[]> {
  const series = new Map<string, readonly string[]>();
  for (const { name, kind, labels } of catalogue()) {
    const names = Object.keys(labels);
    if (kind !== "histogram") series.set(name, names);
    else {
      for (const suffix of ["_sum", "_count"]) series.set(name + suffix, names);
      series.set(`${name}_bucket`, [...names, "le"]);
    }
  }
  return series;
}

const selector = /\b((?:waybill|http|process)_\w+)(?:\{([^}]*)\})?/g;
const labelIn = /(\w+)\s*(?:=~|!~|!=|=)\s*"/g;
const grouping = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

/** What of an expression no `/metrics` tells; recorded series (with a colon) and Prometheus' own are not looked at. */
export function unknownIn(expression: string): string[] {
  const known = knownSeries(), problems: string[] = [], possible = new Set<string>();
  // A label may look like a metric: http_route.
  for (const [, name = "", matchers = ""] of expression.replaceAll(grouping, "").matchAll(selector)) {
    const labels = known.get(name);
    if (labels === undefined) {
      problems.push(name);
      continue;
    }
    for (const label of [...labels, ...ofEverything]) possible.add(label);
    for (const [, label = ""] of matchers.matchAll(labelIn)) {
      if (![...labels, ...ofEverything].includes(label)) problems.push(`${name}{${label}}`);
    }
  }
  for (const [, list = ""] of expression.matchAll(grouping)) {
    const labels = list.split(",").map((label) => label.trim()).filter((label) => label !== "");
    problems.push(...labels.filter((label) => !possible.has(label)).map((label) => `by (${label})`));
  }
  return problems;
}
