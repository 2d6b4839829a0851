import { trace } from "@opentelemetry/api";
import pino, { type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./environment.ts";

export type { Logger };

/** One JSON object a line, with the ids of the span that was active when it was written. */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly role: string;
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level,
    base: { role: options.role },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: traceIds,
  };
  return pino(settings, options.destination ?? standardOutput());
}

/**
 * Synchronous: a line that says why the process dies must be out before it does. Worker transports would need a thread each, and
 * lose the last lines.
 */
function standardOutput(): DestinationStream {
  return pino.destination({ fd: 1, sync: true });
}

function traceIds(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
