/** The little of Grafana's dashboard model that ours use, and how it is laid out. */

export type Unit = "short" | "s" | "bytes" | "reqps" | "ops" | "percentunit";
export interface Query {
  readonly expr: string;
  /** Grafana's template of a series' name: `{{reader}}`. */
  readonly legend: string;
}
export interface PanelSpec {
  readonly title: string;
  /** What somebody who does not know the product should know of it. */
  readonly about: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  readonly type?: "timeseries" | "stat";
}
export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}
export interface DashboardSpec {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly RowSpec[];
}

/** Grafana 11's; later ones bring it up to date when they load it. */
const schemaVersion = 39;
const columns = 24, panelsInRow = 3, panelRows = 8;
const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** A dashboard as Grafana imports it. */
export function dashboardJson({ uid, title, about, rows }: DashboardSpec) {
  return {
    uid,
    title,
    description: about,
    tags: ["waybill"],
    schemaVersion,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    timezone: "browser",
    templating: {
      list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }],
    },
    annotations: { list: [] },
    links: [{ type: "dashboards", tags: ["waybill"], title: "Waybill", asDropdown: true }],
    panels: panelsOf(rows),
  };
}

function panelsOf(rows: readonly RowSpec[]) {
  const panels: object[] = [];
  let y = 0, id = 0;
  for (const { title, panels: specs } of rows) {
    panels.push({
      id: ++id,
      type: "row",
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: columns, h: 1 },
      panels: [],
    });
    y += 1;
    const w = columns / panelsInRow;
    specs.forEach((spec, index) => {
      const at = { x: index % panelsInRow * w, y: y + Math.floor(index / panelsInRow) * panelRows };
      panels.push({ id: ++id, gridPos: { ...at, w, h: panelRows }, ...panelOf(spec) });
    });
    y += Math.ceil(specs.length / panelsInRow) * panelRows;
  }
  return panels;
}

function panelOf({ title, about, unit, queries, type = "timeseries" }: PanelSpec) {
  const graph = { drawStyle: "line", lineWidth: 1, fillOpacity: 10, showPoints: "never", spanNulls: false };
  return {
    type,
    title,
    description: about,
    datasource,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource,
      editorMode: "code",
      expr,
      legendFormat: legend,
      range: type === "timeseries",
      instant: type === "stat",
    })),
    fieldConfig: {
      defaults: { unit, min: 0, ...(type === "timeseries" && { custom: graph }) },
      overrides: [],
    },
    options: type === "stat"
      ? { reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false }, colorMode: "value" }
      : { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
  };
}

/** One query of how many a second, by these labels. */
export const perSecond = (metric: string, by: string, legend = `{{${by}}}`): Query => ({
  expr: `sum by (${by}) (rate(${metric}[$__rate_interval]))`,
  legend,
});

/** How many in the last hour, by these labels. */
export const inAnHour = (metric: string, by: string, legend = `{{${by}}}`): Query => ({
  expr: `sum by (${by}) (increase(${metric}[1h]))`,
  legend,
});

/** The median and the slowest hundredth. */
export const slowness = (histogram: string, matchers = ""): Query[] =>
  [0.5, 0.99].map((quantile) => ({
    expr:
      `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket${matchers}[$__rate_interval])))`,
    legend: `p${quantile * 100}`,
  }));

/** The worst of what several processes tell. */
export const worst = (metric: string, by: string, legend = `{{${by}}}`): Query => ({
  expr: `max by (${by}) (${metric})`,
  legend,
});
