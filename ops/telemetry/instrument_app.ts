import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Instruments } from "./instruments.ts";
import type { Telemetry } from "./sdk.ts";
import { traceparentOf } from "./trace_context.ts";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);

/**
 * The app's outermost middleware: one duration for each request by route template, method and status, and a span that goes on in the
 * caller's trace. A streamed answer counts until its headers are ready.
 */
export function instrumentApp(telemetry: Telemetry, measure: Instruments): MiddlewareHandler {
  let active = 0;
  measure.gauge("http.server.active_requests", (tell) => tell(active, {}));
  const answer = telemetry.tracing ? traced(telemetry) : plain;
  return async (c, next) => {
    const startedMs = performance.now();
    let failed = true;
    active++;
    try {
      await answer(c, next);
      failed = false;
    } finally {
      active--;
      measure.record("http.server.request.duration", (performance.now() - startedMs) / 1000, {
        "http.request.method": methodOf(c),
        "http.route": routeOf(c),
        "http.response.status_code": failed ? 500 : c.res.status,
      });
    }
  };
}

type Answering = (c: Context, next: () => Promise<void>) => Promise<void>;

const plain: Answering = (_c, next) => next();

function traced({ tracer }: Telemetry): Answering {
  return async (c, next) => {
    const parent = propagation.extract(context.active(), headersOf(c));
    const attributes = { "http.request.method": methodOf(c), "url.path": pathOf(c.req.path) };
    const span = tracer.startSpan(methodOf(c), { kind: SpanKind.SERVER, attributes }, parent);
    try {
      await context.with(trace.setSpan(parent, span), next);
      describe(span, c);
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  };
}

/** Who has a parcel's link may see it: its token is nobody else's business. */
const pathOf = (path: string): string => path.replace(/^\/(t|v1\/tracking)\/[^/]+/, "/$1/{token}");

/** Names the span once the route is known, and tells the caller which trace to look for. */
function describe(span: Span, c: Context): void {
  const traceparent = traceparentOf(span);
  if (traceparent === undefined) return;
  span.updateName(`${methodOf(c)} ${routeOf(c)}`);
  span.setAttribute("http.route", routeOf(c));
  span.setAttribute("http.response.status_code", c.res.status);
  if (c.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  c.header("traceparent", traceparent);
}

function headersOf(c: Context): Record<string, string> {
  const carrier: Record<string, string> = {};
  for (const name of ["traceparent", "tracestate", "baggage"]) {
    const value = c.req.header(name);
    if (value !== undefined) carrier[name] = value;
  }
  return carrier;
}

function methodOf(c: Context): string {
  return methods.has(c.req.method) ? c.req.method : "_OTHER";
}

/** The template of the innermost route that matched; what only middleware matched has no route of its own. */
function routeOf(c: Context): string {
  const path = routePath(c, -1);
  return path === "" || path === "*" || path === "/*" ? "unmatched" : path;
}
