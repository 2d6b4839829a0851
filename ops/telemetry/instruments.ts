import type { Attributes, Meter } from "@opentelemetry/api";
import { type CounterName, type GaugeName, type HistogramName, type LabelsOf, metrics } from "./names.ts";
import type { MetricSpec } from "./metric_kinds.ts";

/** Counts and measures what the table names, with the labels that it allows; anything else does not compile. */
export interface Instruments {
  record<Name extends HistogramName>(name: Name, value: number, labels: LabelsOf<Name>): void;
  count<Name extends CounterName>(name: Name, value: number, labels: LabelsOf<Name>): void;
  /** `read` is called when somebody scrapes, and tells each of the gauge's values. */
  gauge<Name extends GaugeName>(
    name: Name,
    read: (tell: (value: number, labels: LabelsOf<Name>) => void) => void,
  ): void;
}

export function instruments(meter: Meter): Instruments {
  const histograms = new Map<string, { record(value: number, labels: Attributes): void }>();
  const counters = new Map<string, { add(value: number, labels: Attributes): void }>();
  for (const [name, spec] of Object.entries<MetricSpec>(metrics)) {
    const { unit, description } = spec;
    if (spec.kind === "histogram") {
      const advice = { explicitBucketBoundaries: [...spec.buckets] };
      histograms.set(name, meter.createHistogram(name, { unit, description, advice }));
    } else if (spec.kind === "counter") {
      counters.set(name, meter.createCounter(name, { unit, description }));
    }
  }
  return {
    record: (name, value, labels) => histograms.get(name)?.record(value, labels),
    count: (name, value, labels) => counters.get(name)?.add(value, labels),
    gauge: (name, read) => {
      const { kind, unit, description } = metrics[name];
      const options = { unit, description };
      const observed = kind === "total"
        ? meter.createObservableCounter(name, options)
        : meter.createObservableGauge(name, options);
      observed.addCallback((result) => {
        read((value, labels) => result.observe(value, labels));
      });
    },
  };
}

/** Lets a label take at most `valuesMax` different values in this process; whatever comes later is `other`. */
export function bounded(valuesMax: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= valuesMax) return "other";
    seen.add(value);
    return value;
  };
}
