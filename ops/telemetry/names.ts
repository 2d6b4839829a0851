import { carrierSettings, processMetrics, readerMetrics, streamMetrics } from "./names/shared_metrics.ts";
import { deliverMetrics } from "./names/deliver_metrics.ts";
import { edgeMetrics } from "./names/edge_metrics.ts";
import { hostMetrics } from "./names/host_metrics.ts";
import { projectorMetrics } from "./names/projector_metrics.ts";
import type { MetricSpec, ToldBy } from "./metric_kinds.ts";

/**
 * Every span and metric that Waybill emits: the one table that dashboards, alerts and `METRICS.md` are held against, in pieces by who
 * tells them. Labels are bounded: never an order, a SKU, a key or an id.
 */
export const metrics = {
  ...edgeMetrics,
  ...hostMetrics,
  ...projectorMetrics,
  ...deliverMetrics,
  ...readerMetrics,
  ...streamMetrics,
  ...carrierSettings,
  ...processMetrics,
} satisfies Record<string, MetricSpec & ToldBy>;

export type MetricName = keyof typeof metrics;
type NamesOf<Kind extends MetricSpec["kind"]> = {
  [Name in MetricName]: (typeof metrics)[Name]["kind"] extends Kind ? Name : never;
}[MetricName];
export type HistogramName = NamesOf<"histogram">;
export type CounterName = NamesOf<"counter">;
export type GaugeName = NamesOf<"gauge" | "total">;
/** None for a metric without labels, whose type could have any. */
type LabelNames<Name extends MetricName> = KnownKeys<(typeof metrics)[Name]["labels"]>;
type KnownKeys<T> = string extends keyof T ? never : keyof T;
/** Exactly the labels that the table allows for the metric. */
export type LabelsOf<Name extends MetricName> = [LabelNames<Name>] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Label in LabelNames<Name>]: string | number };

export const spans = {
  request: {
    name: "{http.request.method} {http.route}",
    description: "One HTTP request, a child of the caller's span",
  },
  ask: { name: "ask {actor.kind}", description: "A command from its publication in COMMANDS to its answer" },
  callback: {
    name: "callback",
    description:
      "What a carrier sent, from its being read in CALLBACKS until its parcels have it in COMMANDS",
  },
  replay: {
    name: "replay",
    description: "A parcel being told again what carriers sent; a trace of its own, linked to those requests",
  },
  turn: {
    name: "turn",
    description: "One turn; child of its first sampled request, linked to every one",
  },
  append: { name: "append", description: "The conditional append of the turn record to EVENTS" },
  decide: {
    name: "decide",
    description:
      "What a turn decided for one request, by its command or by messages that follow from it, in the request's trace; linked to the turn",
  },
  effect: {
    name: "effect {reader}",
    description:
      "The transaction that said what is to be sent because of the turn, once in each request's trace",
  },
  project: {
    name: "project",
    description: "The transaction that made the turn's rows, once in each request's trace",
  },
  sendWebhook: {
    name: "send webhook",
    description: "One try to tell an endpoint, in the trace of the request behind the event",
  },
  sendNotification: {
    name: "send notification",
    description: "One try to tell a customer, in the trace of the request behind the milestone",
  },
} as const satisfies Record<string, { readonly name: string; readonly description: string }>;
