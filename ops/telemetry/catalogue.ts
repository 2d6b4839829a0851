import type { MetricSpec, ToldBy } from "./metric_kinds.ts";
import { metrics } from "./names.ts";

/** A metric as Prometheus shows it. */
export interface CatalogueEntry {
  /** Of a histogram, what `_bucket`, `_sum` and `_count` are appended to. */
  readonly name: string;
  readonly kind: "histogram" | "counter" | "gauge";
  /** UCUM: `s`, `By`, or what is counted, in braces. */
  readonly unit: string;
  readonly description: string;
  /** Label → what bounds its values. */
  readonly labels: Readonly<Record<string, string>>;
  readonly roles: ToldBy["roles"];
}

const suffixes: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes" };

/** The catalogue of everything that `/metrics` may tell, by name. */
export function catalogue(): CatalogueEntry[] {
  const specs = Object.entries<MetricSpec & ToldBy>(metrics);
  return specs.map(([name, spec]) => entryOf(name, spec)).toSorted((a, b) => a.name < b.name ? -1 : 1);
}

function entryOf(
  name: string,
  { kind, unit, description, labels, roles }: MetricSpec & ToldBy,
): CatalogueEntry {
  const counts = kind === "counter" || kind === "total";
  return {
    name: underscored(name) + (suffixes[unit] ?? "") + (counts ? "_total" : ""),
    kind: kind === "total" ? "counter" : kind,
    unit,
    description,
    labels: Object.fromEntries(Object.entries(labels).map(([label, of]) => [underscored(label), of])),
    roles,
  };
}

const underscored = (name: string) => name.replaceAll(".", "_");

const head = `# Metrics

Every metric that Waybill tells at \`/metrics\`, as Prometheus shows it. Made by \`npx waybill metrics\` from
\`ops/telemetry/names.ts\`; do not edit. No label is an order, a SKU or a key: what bounds each stands beside
it. A metric appears with its first value: a counter that nothing has counted yet is not there.`;

/** The catalogue for people, in Markdown. */
export function catalogueText(): string {
  const all = catalogue(), groups = new Map<string, CatalogueEntry[]>();
  for (const one of all) {
    const roles = one.roles.length === 4 ? "every role" : one.roles.join(", ");
    groups.set(roles, [...groups.get(roles) ?? [], one]);
  }
  const tables = [...groups].map(([roles, entries]) => `## Of ${roles}\n\n${tableOf(entries)}`);
  return [head, ...tables].join("\n\n") + "\n";
}

/** With columns as wide as what is in them, as the formatter wants it. */
function tableOf(entries: readonly CatalogueEntry[]): string {
  const rows = entries.map(({ name, kind, unit, description, labels }) => {
    const bounds = Object.entries(labels).map(([label, of]) => `\`${label}\` (${of})`);
    return [`\`${name}\``, kind, unit, description, bounds.join("; ")];
  });
  const heads = ["name", "kind", "unit", "meaning", "labels"];
  const widths = heads.map((_, column) =>
    Math.max(...[heads, ...rows].map((cells) => cells[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(heads), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
