import type { Hono } from "hono";
import { checkContentType } from "../body.ts";
import { placeLines } from "../bulk.ts";
import type { Edge, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { linesOf } from "../lines.ts";
import { preferenceOf } from "../prefer.ts";
import { refuse } from "../respond.ts";
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
    return c.body(streamed(results, bulkResultBytesMax, report, left), 200, {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
    });
  });
}

async function* nothing(): AsyncGenerator<never> {}

/**
 * Pulls as long as the client takes results. Some are kept ready, because many clients send their whole body before they read the answer.
 */
function streamed(
  lines: AsyncGenerator<string>,
  bytesMax: number,
  report: (error: unknown) => void,
  left: AbortController,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await lines.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        report(error); // The status is sent already: a broken stream is the only way to tell the client.
        controller.error(new Error("Cannot go on: the stream ended early"));
      }
    },
    async cancel() {
      left.abort();
      await lines.return(undefined);
    },
  }, { highWaterMark: bytesMax, size: (chunk) => chunk.byteLength });
}
