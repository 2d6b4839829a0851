import {
  context,
  type Meter,
  metrics as metricsApi,
  propagation,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { type metrics as metricsSdk, NodeSDK } from "@opentelemetry/sdk-node";
import type { TelemetryConfig } from "../config.ts";

/**
 * The only file that knows OpenTelemetry's SDK: its lines differ in what they export, and everything else needs the API alone.
 *
 * Metrics are always collected and read at `/metrics`. Traces are sent by OTLP when an endpoint is configured; the SDK itself reads
 * `OTEL_EXPORTER_OTLP_*` and `OTEL_TRACES_SAMPLER` (by default: as the caller decided, else always). Without an endpoint the tracer
 * is OpenTelemetry's no-op, and `tracing` is false so that nobody even makes a span's arguments.
 */
export interface Telemetry {
  readonly tracing: boolean;
  readonly tracer: Tracer;
  readonly meter: Meter;
  /** The metrics in Prometheus' text format. */
  prometheusText(): Promise<string>;
  /** Sends what is buffered, waiting at most `stopMsMax`, and gives the globals back. */
  stop(): Promise<void>;
}

const stopMsMax = 3000;
const scope = "waybill";

export function startTelemetry(config: TelemetryConfig): Telemetry {
  if (config.ownedByDeno) return ownedByDeno();
  const exporter = new PrometheusExporter({ preventServerStart: true, appendTimestamp: false });
  const sdk = new NodeSDK({
    serviceName: config.serviceName,
    // Detectors ask for more permissions than the product is started with.
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [exporter],
    logRecordProcessors: [],
    ...(config.traces ? {} : { spanProcessors: [] }),
  });
  sdk.start();
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    tracing: config.traces,
    tracer: trace.getTracer(scope),
    meter: metricsApi.getMeter(scope),
    prometheusText: async () => serializer.serialize(withUnits((await exporter.collect()).resourceMetrics)),
    stop: () => stop(sdk),
  };
}

/** Prometheus' users look for `_seconds` and `_bytes`, as OpenTelemetry's own rules for this format say; the serializer leaves them out. */
function withUnits(collected: metricsSdk.ResourceMetrics): metricsSdk.ResourceMetrics {
  const suffixes: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes" };
  const renamed = (metric: metricsSdk.MetricData): metricsSdk.MetricData => {
    const { name, unit } = metric.descriptor;
    return { ...metric, descriptor: { ...metric.descriptor, name: name + (suffixes[unit] ?? ""), unit: "" } };
  };
  const scopeMetrics = collected.scopeMetrics.map((of) => ({ ...of, metrics: of.metrics.map(renamed) }));
  return { ...collected, scopeMetrics };
}

/** A collector that does not answer must not keep the process from ending. */
async function stop(sdk: NodeSDK): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => timer = setTimeout(resolve, stopMsMax));
  try {
    await Promise.race([sdk.shutdown(), patience]);
  } finally {
    clearTimeout(timer);
    trace.disable();
    metricsApi.disable();
    propagation.disable();
    context.disable();
  }
}

/** With `OTEL_DENO=true` Deno has registered its own providers and sends metrics by OTLP itself; a second owner would break both. */
function ownedByDeno(): Telemetry {
  return {
    tracing: true,
    tracer: trace.getTracer(scope),
    meter: metricsApi.getMeter(scope),
    prometheusText: () => Promise.resolve("# Deno sends the metrics by OTLP: OTEL_DENO is true\n"),
    stop: () => Promise.resolve(),
  };
}
