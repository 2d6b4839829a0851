import { type Context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Stored } from "../../streams/broker/broker.ts";
import { traceHeaders } from "../../streams/host/observer.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "./instruments.ts";
import type { Telemetry } from "./sdk.ts";
import { contextOf } from "./trace_context.ts";

/** How far a reader of EVENTS is, asked for at each scrape. */
export interface ReaderLag {
  readonly partition: number;
  /** Turn records that it has not taken in yet. */
  readonly records: number;
  /** Age of the oldest of them; 0 when there is none. */
  readonly seconds: number;
}

/** One projection transaction, as the projector tells it. */
export interface ProjectedBatch {
  readonly partition: number;
  readonly records: number;
  readonly events: number;
  readonly startedAtMs: number;
  readonly ms: number;
  readonly outcome: "stored" | "fenced" | "failed";
  /** The trace contexts of its records: `tracesOf` each. */
  readonly traces: readonly RecordTraces[];
}
export interface RecordTraces {
  readonly turn: string;
  readonly requests: readonly string[];
}

/** The trace contexts that the host put into a record's headers; undefined for the usual record, which has none. */
export function tracesOf(stored: Pick<Stored, "headers">): RecordTraces | undefined {
  const turn = stored.headers.get(traceHeaders.turn);
  if (turn === undefined) return undefined;
  return { turn, requests: stored.headers.get(traceHeaders.requests)?.split(",") ?? [] };
}

/** Spans of one batch are bounded: a rebuild must not send a trace of everything that ever was. */
const tracedRequestsMax = 256;

/** Watches a projector: metrics of every batch, and the last span of each sampled request. */
export function observeProjector(telemetry: Telemetry, measure: Instruments, log: Logger) {
  return {
    batch(batch: ProjectedBatch): void {
      const { partition, records, events, ms, outcome } = batch;
      measure.record("waybill.projector.batch.duration", ms / 1000, { outcome });
      measure.record("waybill.projector.batch.records", records, {});
      measure.record("waybill.projector.batch.events", events, {});
      if (outcome === "fenced") log.warn({ partition }, "fenced: another projector moved the position");
      if (telemetry.tracing && batch.traces.length > 0) traceBatch(telemetry, batch);
    },
  };
}

/** Publishes how far the projections are behind the log. */
export function observeProjectorLag(measure: Instruments, read: () => readonly ReaderLag[]): void {
  measure.gauge("waybill.projector.lag.records", (tell) => {
    for (const { partition, records } of read()) tell(records, { partition });
  });
  measure.gauge("waybill.projector.lag.time", (tell) => {
    for (const { partition, seconds } of read()) tell(seconds, { partition });
  });
}

/** Watches the copier of personal data. */
export function observeCopier(measure: Instruments, read: () => readonly Omit<ReaderLag, "seconds">[]) {
  measure.gauge("waybill.copier.lag.records", (tell) => {
    for (const { partition, records } of read()) tell(records, { partition });
  });
  return { copied: (messages: number): void => measure.count("waybill.copier.copied", messages, {}) };
}

/** A `project` span in each request's trace, from the record to its rows, linked to the turn. */
function traceBatch({ tracer }: Telemetry, batch: ProjectedBatch): void {
  const { startedAtMs: startTime, partition, records, events, outcome } = batch;
  const attributes = {
    "db.system.name": "postgresql",
    "waybill.partition": partition,
    "waybill.records": records,
    "waybill.events": events,
    "waybill.outcome": outcome,
  };
  for (const { parent, links } of parentsOf(batch.traces).slice(0, tracedRequestsMax)) {
    const span = tracer.startSpan(
      "project",
      { kind: SpanKind.CONSUMER, startTime, attributes, links },
      parent,
    );
    if (outcome !== "stored") span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
    span.end(startTime + batch.ms);
  }
}

function parentsOf(traces: readonly RecordTraces[]) {
  return traces.flatMap(({ turn, requests }) => {
    const links = linksTo(contextOf(turn));
    return requests.flatMap((request) => {
      const parent = contextOf(request);
      return parent === undefined ? [] : [{ parent, links }];
    });
  });
}

function linksTo(to: Context | undefined) {
  const context = to && trace.getSpanContext(to);
  return context === undefined ? [] : [{ context }];
}
