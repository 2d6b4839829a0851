import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Telemetry } from "./sdk.ts";
import { inTraceOf } from "./trace_context.ts";

/** One try to send; never an address, a URL or a text. */
export interface Sending {
  readonly traceparent: string;
  readonly about: Readonly<Record<string, string>>;
  readonly attempt: number;
  readonly outcome: string;
  readonly failed: boolean;
  /** When it began, milliseconds since 1970. */
  readonly atMs: number;
  /** Absent: now. */
  readonly endMs?: number;
}

/** A span for a try that is over, in the trace of the request that it follows from, whichever process sends and however late. */
export function traceSending(
  { tracer }: Pick<Telemetry, "tracer">,
  name: "send webhook" | "send notification",
  { traceparent, about, attempt, outcome, failed, atMs, endMs }: Sending,
): void {
  const of = inTraceOf(traceparent);
  if (of === undefined) return;
  const attributes = { ...about, "waybill.attempt": attempt, "waybill.outcome": outcome };
  const options = { kind: SpanKind.CLIENT, startTime: atMs, attributes, links: of.links };
  const span = tracer.startSpan(name, options, of.parent);
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
  span.end(endMs);
}
