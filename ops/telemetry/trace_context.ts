import { type Context, type Link, propagation, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";

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

export function linksTo(to: Context | undefined): Link[] {
  const context = to && trace.getSpanContext(to);
  return context === undefined ? [] : [{ context }];
}

/** For the span of one message: it is linked to what made the message, and goes on in that trace. Undefined when it is malformed. */
export function inTraceOf(
  traceparent: string,
): { readonly parent: Context; readonly links: Link[] } | undefined {
  const parent = contextOf(traceparent);
  return parent && { parent, links: linksTo(parent) };
}
