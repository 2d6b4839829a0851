import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type {
  ProjectedBatch,
  ProjectionStanding,
  ProjectorObserver,
} from "../../projections/projector_observer.ts";
import type { CopierObserver } from "../../streams/retention/personal.ts";
import { traceHeaders } from "../../streams/host/trace_headers.ts";
import type { HeldUp, TrimObserver } from "../../streams/retention/trim.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "./instruments.ts";
import type { MetricName } from "./names.ts";
import type { Telemetry } from "./sdk.ts";
import { contextOf, linksTo } from "./trace_context.ts";

/** The most spans of one batch: a rebuild must not send a trace of everything that ever was. */
const tracedRequestsMax = 256;

/** Watches a projector: metrics of every batch, how far it is behind, and the last span of each sampled request. */
export function observeProjector(
  telemetry: Telemetry,
  measure: Instruments,
  { log, lags }: { readonly log: Logger; readonly lags: Lags },
): ProjectorObserver {
  return {
    batch(batch) {
      const { partition, records, events, ms, outcome } = batch;
      measure.record("waybill.projector.batch.duration", ms / 1000, { outcome });
      measure.record("waybill.projector.batch.records", records, {});
      measure.record("waybill.projector.batch.events", events, {});
      if (outcome === "fenced") log.warn({ partition }, "fenced: another projector moved the position");
      traceBatch(telemetry, batch, "project");
    },
    lag: (lag) => lags.tell("projector", lag),
    standing: (of) => lags.stand("projector", of),
    ...readingTroubles(measure, log, "projector"),
  };
}

/** What is made of the log to be sent: each kind is read by itself. */
export const effectNames = ["notifications", "webhooks"] as const;
export type EffectName = (typeof effectNames)[number];
export type ReaderName = "projector" | "personal" | "stock_view" | "copier" | EffectName;

interface ReaderLag {
  readonly partition: number;
  readonly records: number;
  readonly ms: number;
}
export type Lags = ReturnType<typeof observeLags>;

/** How the projections of one reader are in one partition. */
interface Projections {
  readonly partition: number;
  readonly projections: readonly ProjectionStanding[];
}

/** How far the readers of this process are behind, and their projections, each in the partitions that it has. */
export function observeLags(measure: Instruments) {
  const all = new Map<string, ReaderLag & { readonly reader: ReaderName }>();
  const standing = new Map<string, Projections>();
  measure.gauge("waybill.reader.lag.records", (tell) => {
    for (const { reader, partition, records } of all.values()) tell(records, { reader, partition });
  });
  measure.gauge("waybill.reader.lag.time", (tell) => {
    for (const { reader, partition, ms } of all.values()) tell(ms / 1000, { reader, partition });
  });
  const gauge = (name: ProjectionGauge, valueOf: (one: ProjectionStanding) => number) =>
    measure.gauge(name, (tell) => {
      for (const { partition, projections } of standing.values()) {
        for (const one of projections) tell(valueOf(one), { projection: one.projection, partition });
      }
    });
  gauge("waybill.projection.lag.records", ({ records }) => records);
  gauge("waybill.projection.stopped", ({ state }) => state === "stopped" ? 1 : 0);
  gauge("waybill.projection.paused", ({ state }) => state === "paused" ? 1 : 0);
  const keyOf = (reader: ReaderName, partition: number) => `${reader} ${partition}`;
  return {
    tell: (reader: ReaderName, { partition, records, ms }: ReaderLag) =>
      void all.set(keyOf(reader, partition), { reader, partition, records, ms }),
    stand: (reader: ReaderName, of: Projections) => void standing.set(keyOf(reader, of.partition), of),
    /** It is another process' now, which tells of it. */
    forget: (reader: ReaderName, partition: number) => {
      all.delete(keyOf(reader, partition));
      standing.delete(keyOf(reader, partition));
    },
  };
}

/** Watches who trims COMMANDS: what goes, and what keeps it from going. */
export function observeTrimmer(measure: Instruments, log: Logger): TrimObserver {
  let heldUp: HeldUp | undefined;
  measure.gauge("waybill.commands.held", (tell) => tell((heldUp?.ageMs ?? 0) / 1000, {}));
  return {
    trimmed: (what) => log.info(what, "commands trimmed"),
    interrupted: (reason) => log.warn({ reason }, "trimming of commands is interrupted"),
    held: (what) => {
      if (what && what.sequence !== heldUp?.sequence) {
        log.warn(what, "commands are kept beyond their time: one is not decided or not copied yet");
      }
      heldUp = what;
    },
  };
}

type ProjectionGauge = Extract<MetricName, `waybill.projection.${string}`>;

/** What any reader of the log may have to say: it waits, one of its projections stands, or it has stopped for good. */
export function readingTroubles(measure: Instruments, log: Logger, reader: ReaderName) {
  const troubles: Pick<ProjectorObserver, "interrupted" | "unprojected" | "stopped"> = {
    unprojected: (what) =>
      log.error(
        { reader, ...what },
        "a record could not be applied: this projection stands before it, the others go on",
      ),
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

/** How old the edge's view of stock may be; nothing is told before it knows anything. */
export function observeStock(
  measure: Instruments,
  { asOfMs, nowMs }: { asOfMs(): number; nowMs(): number },
): void {
  measure.gauge("waybill.stock_view.age", (tell) => {
    if (asOfMs() > 0) tell(Math.max(0, nowMs() - asOfMs()) / 1000, {});
  });
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

/** A span in each request's trace, from the record to its rows, linked to the turn. */
export function traceBatch(
  { tracing, tracer }: Telemetry,
  batch: ProjectedBatch,
  name: "project" | `effect ${EffectName}`,
): void {
  if (!tracing || batch.headers.length === 0) return;
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
      name,
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
