import type { Hono } from "hono";
import { checkContentType } from "../body.ts";
import { placeLines } from "../bulk.ts";
import type { Edge, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { linesOf } from "../lines.ts";
import { preferenceOf } from "../prefer.ts";
import { refuse } from "../respond.ts";
import { streamed } from "../streamed.ts";
import { traceparentOf } from "../traceparent.ts";

/** POST /v1/orders:bulk: NDJSON in, NDJSON out, streamed. */
export function bulkRoute(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.post("/v1/orders:bulk", allow("orders:write"), (c) => {
    const wrongType = checkContentType(c.req.header("content-type"), [
      "application/x-ndjson",
      "application/jsonl",
    ]);
    if (wrongType !== undefined) return refuse(c, wrongType);
    const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.bulkPatienceMs);
    const { bodyBytesMax, bulkResultBytesMax } = edge.limits;
    const body = c.req.raw.body;
    // The request's own signal is of no use: under Deno it also fires when the answer is complete, and says so on the console.
    const left = new AbortController();
    const results = placeLines(edge, body === null ? nothing() : linesOf(body, bodyBytesMax), {
      principal: c.get("principal"),
      patienceMs: preference.patienceMs,
      preference,
      path: c.req.path,
      left: left.signal,
      ...traceparentOf(c.req.header("traceparent")),
    });
    const report = (error: unknown) => edge.report(error, c.get("requestId"));
    return c.body(streamed(results, { bytesMax: bulkResultBytesMax, report, left }), 200, {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
    });
  });
}

async function* nothing(): AsyncGenerator<never> {}
