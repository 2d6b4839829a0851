import { type Context, propagation, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";

/** The W3C `traceparent` of a span that is being recorded; undefined for one that nobody will see. */
export function traceparentOf(span: Span): string | undefined {
  if (!span.isRecording()) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
  return carrier.traceparent;
}

/** The context that a `traceparent` names; undefined when it is malformed. */
export function contextOf(traceparent: string): Context | undefined {
  const found = propagation.extract(ROOT_CONTEXT, { traceparent });
  return trace.getSpanContext(found) === undefined ? undefined : found;
}
