import { type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { CallbackTracer } from "../../http/carriers/callback_handler.ts";
import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import type { CallbackStore } from "../../streams/callbacks/callback_store.ts";
import type { Telemetry } from "./sdk.ts";
import { contextOf, inTraceOf, linksTo, traceparentOf } from "./trace_context.ts";

const read = {
  "messaging.system": "nats",
  "messaging.destination.name": "callbacks",
  "messaging.operation.name": "process",
} as const;

/** The same store; a callback whose request is sampled is kept with its trace context. */
export function traceKeeping(store: CallbackStore, { tracing }: Pick<Telemetry, "tracing">): CallbackStore {
  if (!tracing) return store;
  const keep = (callback: Callback) => {
    const span = trace.getActiveSpan(), traceparent = span && traceparentOf(span);
    return store.keep(traceparent === undefined ? callback : { ...callback, traceparent });
  };
  return { ...store, keep };
}

/**
 * One span for each traced callback, however often it is tried: while the system is read-only that is every few seconds, and all of it
 * is one wait. Undefined when nothing is traced.
 */
export function traceHandling({ tracing, tracer }: Telemetry): CallbackTracer | undefined {
  if (!tracing) return undefined;
  const begun = new WeakMap<Callback, { readonly span: Span; readonly traceparent: string | undefined }>();
  return {
    begin(callback) {
      const known = begun.get(callback);
      if (known !== undefined) return known.traceparent;
      const of = callback.traceparent === undefined ? undefined : inTraceOf(callback.traceparent);
      if (of === undefined) return undefined;
      const attributes = { ...read, "waybill.carrier": callback.carrier };
      const span = tracer.startSpan(
        "callback",
        { kind: SpanKind.CONSUMER, attributes, links: of.links },
        of.parent,
      );
      const traceparent = traceparentOf(span);
      begun.set(callback, { span, traceparent });
      return traceparent;
    },
    end(callback, { result, parcels }) {
      const span = begun.get(callback)?.span;
      if (!span?.isRecording()) return; // Another callback of its batch was tried again, and this one with it.
      span.setAttributes({ "waybill.outcome": result, "waybill.parcels": parcels });
      if (result !== "told") span.setStatus({ code: SpanStatusCode.ERROR, message: result });
      span.end();
    },
  };
}

/** Tells a parcel again what these requests brought, and answers whether it is told. */
export type ReplayTracer = (
  requests: readonly string[],
  tell: (traceparent?: string) => Promise<boolean>,
) => Promise<boolean>;

export const untraced: ReplayTracer = (_requests, tell) => tell();

/** A replay is no part of the requests of then: each parcel's is a trace of its own, linked to those of them that were sampled. */
export function traceReplay({ tracer }: Pick<Telemetry, "tracer">): ReplayTracer {
  return async (requests, tell) => {
    const links = requests.flatMap((request) => linksTo(contextOf(request)));
    if (links.length === 0) return await tell();
    const span = tracer.startSpan("replay", { kind: SpanKind.PRODUCER, root: true, links });
    try {
      const told = await tell(traceparentOf(span));
      if (!told) span.setStatus({ code: SpanStatusCode.ERROR });
      return told;
    } finally {
      span.end();
    }
  };
}
