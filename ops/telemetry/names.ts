/**
 * Every span and metric that Waybill emits: the one table that dashboards, alerts and documents are made from. Labels are bounded:
 * never an order, a SKU, a key or an id.
 */

interface MetricBase {
  /** UCUM, as OpenTelemetry asks. */
  readonly unit: string;
  readonly description: string;
  /** Label → what bounds its values. */
  readonly labels: Readonly<Record<string, string>>;
}
export interface HistogramSpec extends MetricBase {
  readonly kind: "histogram";
  readonly buckets: readonly number[];
}
export interface CounterSpec extends MetricBase {
  readonly kind: "counter";
}
export interface GaugeSpec extends MetricBase {
  /** Read when somebody scrapes; costs nothing in between. */
  readonly kind: "gauge";
}
/** A counter that somebody else keeps, read like a gauge. */
export interface TotalSpec extends MetricBase {
  readonly kind: "total";
}
export type MetricSpec = HistogramSpec | CounterSpec | GaugeSpec | TotalSpec;

const secondBuckets = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const countBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const byteBuckets = [
  1_024,
  4_096,
  16_384,
  65_536,
  131_072,
  262_144,
  524_288,
  1_048_576,
  4_194_304,
  8_388_608,
];

const partition = "the number of partitions";

export const metrics = {
  "http.server.request.duration": {
    kind: "histogram",
    unit: "s",
    description: "Duration of HTTP server requests",
    labels: {
      "http.request.method": "the standard methods, others as _OTHER",
      "http.route": "the route templates of the app, anything else as unmatched",
      "http.response.status_code": "the HTTP status codes",
    },
    buckets: secondBuckets,
  },
  "http.server.active_requests": {
    kind: "gauge",
    unit: "{request}",
    description: "HTTP requests that are being answered",
    labels: {},
  },
  "waybill.ask.duration": {
    kind: "histogram",
    unit: "s",
    description: "Time from a question to its answer; the count by outcome says how asking goes",
    labels: {
      "actor.kind": "the kinds of actors",
      outcome: "ok, rejected, defect, accepted, in-doubt, overloaded, failed",
    },
    buckets: secondBuckets,
  },
  "waybill.ask.pending": {
    kind: "gauge",
    unit: "{question}",
    description: "Questions that wait for their answer at this edge",
    labels: {},
  },
  "waybill.turn.duration": {
    kind: "histogram",
    unit: "s",
    description: "Time from the start of a turn until its record is durable, by how the append ended",
    labels: { outcome: "stored, conflict, contended, full, unknown" },
    buckets: secondBuckets,
  },
  "waybill.turn.decide.duration": {
    kind: "histogram",
    unit: "s",
    description: "Time that a turn spends deciding",
    labels: {},
    buckets: secondBuckets,
  },
  "waybill.turn.append.duration": {
    kind: "histogram",
    unit: "s",
    description: "Time that the log takes to acknowledge a turn record, by outcome",
    labels: { outcome: "stored, conflict, contended, full, unknown" },
    buckets: secondBuckets,
  },
  "waybill.turn.commands": {
    kind: "histogram",
    unit: "{command}",
    description: "Commands from outside that one turn decided",
    labels: {},
    buckets: countBuckets,
  },
  "waybill.turn.entries": {
    kind: "histogram",
    unit: "{event}",
    description: "Events in one turn record",
    labels: {},
    buckets: countBuckets,
  },
  "waybill.turn.size": {
    kind: "histogram",
    unit: "By",
    description: "Size of one turn record",
    labels: {},
    buckets: byteBuckets,
  },
  "waybill.rejections": {
    kind: "counter",
    unit: "{command}",
    description: "Commands that the domain refused, by reason",
    labels: { reason: "the named rejections, at most 100 different ones, others as other" },
  },
  "waybill.dead_letters": {
    kind: "counter",
    unit: "{command}",
    description: "Commands that could not be decided because of a defect; each stops its actor",
    labels: { "actor.kind": "the kinds of actors" },
  },
  "waybill.timers.late": {
    kind: "histogram",
    unit: "s",
    description: "How long after its due time a timer fired",
    labels: { "actor.kind": "the kinds of actors" },
    buckets: secondBuckets,
  },
  "waybill.checkpoint.duration": {
    kind: "histogram",
    unit: "s",
    description: "Time that a checkpoint took, by outcome",
    labels: { outcome: "stored, conflict, failed" },
    buckets: secondBuckets,
  },
  "waybill.checkpoint.snapshots": {
    kind: "histogram",
    unit: "{actor}",
    description: "Actors whose state one checkpoint wrote",
    labels: {},
    buckets: countBuckets,
  },
  "waybill.partition.open.duration": {
    kind: "histogram",
    unit: "s",
    description: "Time from claiming a partition until it answers",
    labels: {},
    buckets: secondBuckets,
  },
  "waybill.partition.fenced": {
    kind: "counter",
    unit: "{event}",
    description: "Times that another host turned out to own the partition",
    labels: {},
  },
  "waybill.partition.stopped": {
    kind: "counter",
    unit: "{event}",
    description:
      "Times that a partition stopped because of a fault that trying again cannot mend, by fault code",
    labels: { code: "the fault codes" },
  },
  "waybill.partition.queue": {
    kind: "gauge",
    unit: "{message}",
    description: "Messages between actors that wait for the next turn",
    labels: { partition },
  },
  "waybill.commands.lag": {
    kind: "gauge",
    unit: "{message}",
    description: "COMMANDS messages that the partition has not read yet",
    labels: { partition },
  },
  "waybill.cache.size": {
    kind: "gauge",
    unit: "By",
    description: "Estimated memory of the actors that are loaded",
    labels: { partition },
  },
  "waybill.cache.actors": {
    kind: "gauge",
    unit: "{actor}",
    description: "Actors that are loaded",
    labels: { partition },
  },
  "waybill.timers.overdue": {
    kind: "gauge",
    unit: "{timer}",
    description: "Timers past their due time that have not fired: holds past their deadline",
    labels: { partition },
  },
  "waybill.actors.stopped": {
    kind: "gauge",
    unit: "{actor}",
    description: "Actors that are stopped after a defect, until an operator retries or drops",
    labels: { partition },
  },
  "waybill.projector.lag.records": {
    kind: "gauge",
    unit: "{record}",
    description: "Turn records that the projections do not hold yet",
    labels: { partition },
  },
  "waybill.projector.lag.time": {
    kind: "gauge",
    unit: "s",
    description: "Age of the oldest turn record that the projections do not hold yet; 0 when they hold all",
    labels: { partition },
  },
  "waybill.projector.batch.records": {
    kind: "histogram",
    unit: "{record}",
    description: "Turn records in one projection transaction",
    labels: {},
    buckets: countBuckets,
  },
  "waybill.projector.batch.events": {
    kind: "histogram",
    unit: "{event}",
    description: "Events in one projection transaction",
    labels: {},
    buckets: countBuckets,
  },
  "waybill.projector.batch.duration": {
    kind: "histogram",
    unit: "s",
    description: "Time of one projection transaction, by outcome",
    labels: { outcome: "stored, fenced, failed" },
    buckets: secondBuckets,
  },
  "waybill.reader.interrupted": {
    kind: "counter",
    unit: "{event}",
    description: "Times that a reader of the log had to wait for the log or the database, by fault code",
    labels: { reader: "projector, personal, stock_view, copier", code: "the fault codes" },
  },
  "waybill.reader.stopped": {
    kind: "counter",
    unit: "{event}",
    description: "Times that a reader of the log stopped because trying again cannot help, by fault code",
    labels: { reader: "projector, personal, stock_view, copier", code: "the fault codes, or defect" },
  },
  "waybill.copier.copied": {
    kind: "counter",
    unit: "{message}",
    description: "Personal parts copied to PERSONAL",
    labels: {},
  },
  "waybill.copier.records": {
    kind: "counter",
    unit: "{record}",
    description:
      "Turn records that the copier has taken in; beside the log's growth it shows how far it is behind",
    labels: {},
  },
  "waybill.copier.missing": {
    kind: "counter",
    unit: "{message}",
    description: "Personal parts that were gone from COMMANDS before they were copied",
    labels: {},
  },
  "process.memory.usage": {
    kind: "gauge",
    unit: "By",
    description: "Resident memory of this process",
    labels: {},
  },
  "process.cpu.time": {
    kind: "total",
    unit: "s",
    description: "CPU time that this process has used",
    labels: { "cpu.mode": "user, system" },
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof metrics;
type NamesOf<Kind extends MetricSpec["kind"]> = {
  [Name in MetricName]: (typeof metrics)[Name]["kind"] extends Kind ? Name : never;
}[MetricName];
export type HistogramName = NamesOf<"histogram">;
export type CounterName = NamesOf<"counter">;
export type GaugeName = NamesOf<"gauge" | "total">;
/** Exactly the labels that the table allows for the metric. */
export type LabelsOf<Name extends MetricName> = {
  readonly [Label in keyof (typeof metrics)[Name]["labels"]]: string | number;
};

export const spans = {
  request: {
    name: "{http.request.method} {http.route}",
    description: "One HTTP request, a child of the caller's span",
  },
  ask: { name: "ask {actor.kind}", description: "A command from its publication in COMMANDS to its answer" },
  turn: {
    name: "turn",
    description: "One turn; child of its first sampled command, linked to every one",
  },
  append: { name: "append", description: "The conditional append of the turn record to EVENTS" },
  decide: {
    name: "decide",
    description: "One command's share of its turn, in the trace of its own request; linked to the turn",
  },
  project: {
    name: "project",
    description: "The transaction that made the turn's rows, once in each request's trace",
  },
} as const satisfies Record<string, { readonly name: string; readonly description: string }>;
