import { type Context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { ProjectedBatch, ProjectorObserver } from "../../projections/projector_observer.ts";
import type { CopierObserver } from "../../streams/retention/personal.ts";
import { traceHeaders } from "../../streams/host/observer.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "./instruments.ts";
import type { Telemetry } from "./sdk.ts";
import { contextOf } from "./trace_context.ts";

/** The most spans of one batch: a rebuild must not send a trace of everything that ever was. */
const tracedRequestsMax = 256;

/** Watches a projector: metrics of every batch, how far it is behind, and the last span of each sampled request. */
export function observeProjector(telemetry: Telemetry, measure: Instruments, log: Logger): ProjectorObserver {
  const lags = new Map<number, { readonly records: number; readonly ms: number }>();
  measure.gauge("waybill.projector.lag.records", (tell) => {
    for (const [partition, { records }] of lags) tell(records, { partition });
  });
  measure.gauge("waybill.projector.lag.time", (tell) => {
    for (const [partition, { ms }] of lags) tell(ms / 1000, { partition });
  });
  return {
    batch(batch) {
      const { partition, records, events, ms, outcome } = batch;
      measure.record("waybill.projector.batch.duration", ms / 1000, { outcome });
      measure.record("waybill.projector.batch.records", records, {});
      measure.record("waybill.projector.batch.events", events, {});
      if (outcome === "fenced") log.warn({ partition }, "fenced: another projector moved the position");
      if (telemetry.tracing && batch.headers.length > 0) traceBatch(telemetry, batch);
    },
    lag: ({ partition, records, ms }) => void lags.set(partition, { records, ms }),
    ...readingTroubles(measure, log, "projector"),
  };
}

/** What is made of the log to be sent: each kind is read by itself. */
export const effectNames = ["notifications", "webhooks"] as const;
export type EffectName = (typeof effectNames)[number];
export type ReaderName = "projector" | "personal" | "stock_view" | "copier" | EffectName;

/** What any reader of the log may have to say: it waits, or it has stopped for good. */
export function readingTroubles(measure: Instruments, log: Logger, reader: ReaderName) {
  const troubles: Pick<ProjectorObserver, "interrupted" | "stopped"> = {
    interrupted({ partition, code, reason, retryMs }) {
      measure.count("waybill.reader.interrupted", 1, { reader, code });
      log.warn(
        { reader, partition, code, reason, retryMs },
        "reading is interrupted and will be tried again",
      );
    },
    stopped({ partition, code, reason }) {
      measure.count("waybill.reader.stopped", 1, { reader, code });
      log.fatal({ reader, partition, code, reason }, "reading stopped: trying again cannot help");
    },
  };
  return troubles;
}

/** Watches one partition's copier of personal data. */
export function observeCopier(measure: Instruments, log: Logger, partition: number): CopierObserver {
  return {
    copied({ records, items, missing }) {
      measure.count("waybill.copier.records", records, {});
      if (items > 0) measure.count("waybill.copier.copied", items, {});
      if (missing === 0) return;
      measure.count("waybill.copier.missing", missing, {});
      log.error(
        { partition, missing },
        "personal data is missing: COMMANDS had lost it before it was copied",
      );
    },
    interrupted(reason) {
      measure.count("waybill.reader.interrupted", 1, { reader: "copier", code: "log.unavailable" });
      log.warn({ reader: "copier", partition, reason }, "copying is interrupted and will be tried again");
    },
  };
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
  for (const { parent, links } of batch.headers.flatMap(parentsOf).slice(0, tracedRequestsMax)) {
    const span = tracer.startSpan(
      "project",
      { kind: SpanKind.CONSUMER, startTime, attributes, links },
      parent,
    );
    if (outcome !== "stored") span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
    span.end(startTime + batch.ms);
  }
}

/** The contexts of the requests that a record's headers name, each with a link to their turn. */
function parentsOf(headers: ReadonlyMap<string, string>) {
  const turn = headers.get(traceHeaders.turn);
  const links = turn === undefined ? [] : linksTo(contextOf(turn));
  return (headers.get(traceHeaders.requests)?.split(",") ?? []).flatMap((request) => {
    const parent = contextOf(request);
    return parent === undefined ? [] : [{ parent, links }];
  });
}

function linksTo(to: Context | undefined) {
  const context = to && trace.getSpanContext(to);
  return context === undefined ? [] : [{ context }];
}
