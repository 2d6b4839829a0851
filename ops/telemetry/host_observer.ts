import { type Context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { kindOf } from "../../actors/ids.ts";
import {
  type HostObserver,
  type ObservedTurn,
  type PartitionGauges,
  type TurnStart,
  type TurnSummary,
} from "../../streams/host/observer.ts";
import { tracedCommandsMax } from "../../streams/host/trace_headers.ts";
import type { Logger } from "../logging.ts";
import { bounded, type Instruments } from "./instruments.ts";
import type { Telemetry } from "./sdk.ts";
import { contextOf, linksTo, traceparentOf } from "./trace_context.ts";

const reasonsMax = 100;

/** Watches a host: metrics of every turn, spans of the sampled ones, a log line for what an operator should know. */
export function observeHost(telemetry: Telemetry, measure: Instruments, log: Logger): HostObserver {
  const reasonOf = bounded(reasonsMax);
  const reopenings = new Map<number, string>();
  return {
    startTurn(start) {
      const measured = (summary: TurnSummary) => measureTurn(measure, reasonOf, start, summary);
      if (!telemetry.tracing || start.traced.length === 0) return { end: measured };
      return traceTurn(telemetry, start, measured);
    },
    appendTried({ outcome }) {
      measure.count("waybill.appends", 1, { outcome });
    },
    dead({ partition, actor, error }) {
      measure.count("waybill.dead_letters", 1, { "actor.kind": kindOf(actor) });
      log.error({ partition, actor, error }, "a command could not be decided; its actor is stopped");
    },
    timerFired({ actor, lateMs }) {
      measure.record("waybill.timers.late", Math.max(0, lateMs) / 1000, { "actor.kind": kindOf(actor) });
    },
    checkpoint({ partition, sequence, snapshots, ms, outcome, reason }) {
      measure.record("waybill.checkpoint.duration", ms / 1000, { outcome });
      measure.record("waybill.checkpoint.snapshots", snapshots, {});
      const line = {
        partition,
        sequence,
        snapshots,
        ms,
        outcome,
        ...(reason === undefined ? {} : { reason }),
      };
      if (outcome === "stored") log.debug(line, "checkpoint stored");
      else log.warn(line, "checkpoint not stored; the one before it still holds");
    },
    opened({ partition, ms, tail }) {
      measure.record("waybill.partition.open.duration", ms / 1000, {});
      reopenings.delete(partition);
      log.info({ partition, ms, tail }, "partition opened");
    },
    fenced({ partition, sequence }) {
      measure.count("waybill.partition.fenced", 1, {});
      log.warn({ partition, sequence }, "fenced: another host owns the partition");
    },
    reopening({ partition, code, reason }) {
      measure.count("waybill.partition.reopenings", 1, { code });
      // It is tried several times a second: numbers aside, the same reason is told once until the partition opens.
      const said = `${code} ${reason.replace(/\d+/g, "#")}`;
      if (reopenings.get(partition) === said) return;
      reopenings.set(partition, said);
      log.warn({ partition, code, reason }, "partition closed by a fault; it is opened again");
    },
    stopped({ partition, code, reason }) {
      reopenings.delete(partition);
      measure.count("waybill.partition.stopped", 1, { code });
      log.fatal({ partition, code, reason }, "partition stopped");
    },
  };
}

/** Publishes what can be read of the partitions; `read` is called at each scrape. */
export function observePartitions(measure: Instruments, read: () => readonly PartitionGauges[]): void {
  const gauges = [
    ["waybill.partition.open", () => 1],
    ["waybill.commands.lag", (of: PartitionGauges) => of.commandsLag],
    ["waybill.commands.age", (of: PartitionGauges) => of.commandsAgeMs / 1000],
    ["waybill.partition.queue", (of: PartitionGauges) => of.queue],
    ["waybill.cache.size", (of: PartitionGauges) => of.cacheBytes],
    ["waybill.cache.actors", (of: PartitionGauges) => of.cacheActors],
    ["waybill.timers.overdue", (of: PartitionGauges) => of.timersOverdue],
    ["waybill.actors.stopped", (of: PartitionGauges) => of.actorsStopped],
    ["waybill.paused", (of: PartitionGauges) => of.paused],
    ["waybill.parked", (of: PartitionGauges) => of.parked],
  ] as const;
  for (const [name, valueOf] of gauges) {
    measure.gauge(name, (tell) => {
      for (const one of read()) tell(valueOf(one), { partition: one.partition });
    });
  }
}

function measureTurn(
  measure: Instruments,
  reasonOf: (reason: string) => string,
  start: TurnStart,
  summary: TurnSummary,
): void {
  const { outcome, decidedMs, appendMs } = summary;
  const decideMs = decidedMs - start.startedAtMs;
  measure.record("waybill.turn.duration", (decideMs + appendMs) / 1000, { outcome });
  measure.record("waybill.turn.decide.duration", decideMs / 1000, {});
  measure.record("waybill.turn.append.duration", appendMs / 1000, { outcome });
  measure.record("waybill.turn.commands", summary.commands, {});
  measure.record("waybill.turn.entries", summary.entries, {});
  measure.record("waybill.turn.size", summary.bytes, {});
  if (outcome === "stored") {
    for (const [type, count] of summary.events) measure.count("waybill.events", count, { type });
  }
  for (const [reason, count] of countsOf(summary.rejections)) {
    measure.count("waybill.rejections", count, { reason: reasonOf(reason) });
  }
}

/** A sold-out SKU refuses a whole turn for one reason: one call then, not hundreds. */
function countsOf(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/**
 * The turn belongs to many requests at once. Its span is a child of the first sampled one and links to all; beside it each request
 * gets a `decide` span in its own trace, which is whole by itself so.
 */
function traceTurn(
  { tracer }: Telemetry,
  start: TurnStart,
  measured: (s: TurnSummary) => void,
): ObservedTurn {
  const { startedAtMs: startTime, partition } = start;
  const traced = start.traced.slice(0, tracedCommandsMax)
    .map(({ traceparent, message }) => ({ of: contextOf(traceparent), message }));
  const requests = traced.flatMap(({ of }) => of ?? []), first = requests[0];
  if (first === undefined) return { end: measured };
  const links = requests.flatMap(linksTo);
  const turn = tracer.startSpan("turn", { kind: SpanKind.CONSUMER, startTime, links }, first);
  const within = trace.setSpan(first, turn);
  const decideIn = (of: Context, message?: string) => {
    const attributes = { "waybill.partition": partition, ...(message && { "waybill.message": message }) };
    return tracer.startSpan("decide", { startTime, attributes, links: linksTo(within) }, of);
  };
  const decides = traced.map(({ of, message }) => of && decideIn(of, message));
  const decided = decides.map((span) => span && traceparentOf(span));
  const end = (summary: TurnSummary) => {
    measured(summary);
    const endTime = summary.decidedMs + summary.appendMs;
    tracer.startSpan("append", { startTime: summary.decidedMs, attributes: appendAttributes }, within).end(
      endTime,
    );
    describe(turn, start, summary);
    for (const span of [...decides, turn]) span?.end(endTime);
  };
  const traceparent = traceparentOf(turn);
  return { ...(traceparent === undefined ? {} : { traceparent, requests: decided }), end };
}

const appendAttributes = { "messaging.system": "nats", "messaging.destination.name": "events" };

function describe(turn: Span, start: TurnStart, summary: TurnSummary): void {
  turn.setAttributes({
    "waybill.partition": start.partition,
    "waybill.sequence": summary.sequence,
    "waybill.commands": summary.commands,
    "waybill.deliveries": summary.deliveries,
    "waybill.entries": summary.entries,
    "waybill.bytes": summary.bytes,
    "waybill.outcome": summary.outcome,
  });
  if (summary.outcome !== "stored") turn.setStatus({ code: SpanStatusCode.ERROR, message: summary.outcome });
}
