import type { Hono } from "hono";
import type { Edge, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { json, refuse } from "../respond.ts";

/** /livez, /readyz and /metrics. */
export function healthRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/livez", (c) => json(c, 200, { live: true }, { "cache-control": "no-store" }));

  app.get("/readyz", async (c) => {
    const { ready, reasons } = await edge.readiness();
    return json(c, ready ? 200 : 503, { ready, reasons }, { "cache-control": "no-store" });
  });

  const operate = allow("operate");
  app.get("/metrics", (c, next) => {
    // A proxy on this machine forwards strangers: only a caller that is not forwarded is a neighbour.
    const forwarded = c.req.header("forwarded") ?? c.req.header("x-forwarded-for");
    return forwarded === undefined && edge.isLoopback(c.env) ? next() : operate(c, next);
  }, async (c) => {
    if (edge.metrics === undefined) {
      return refuse(c, { problem: "not-found", detail: "Cannot show metrics: they are not collected here" });
    }
    return c.body(await edge.metrics(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}
