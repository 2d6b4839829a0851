import { Hono } from "hono";
import { Fault } from "../streams/faults.ts";
import type { Edge, EdgeDeps, EdgeEnv } from "./edge.ts";
import { guards } from "./guard.ts";
import { edgeLimits } from "./limits.ts";
import { ownWrites } from "./own_writes.ts";
import { refuse } from "./respond.ts";
import { docsRoutes } from "./routes/docs.ts";
import { healthRoutes } from "./routes/health.ts";
import { orderChangeRoutes } from "./routes/order_changes.ts";
import { orderEventRoutes } from "./routes/order_events.ts";
import { orderReadRoutes } from "./routes/order_reads.ts";
import { placeRoute } from "./routes/orders.ts";
import { bulkRoute } from "./routes/orders_bulk.ts";
import { problemRoutes } from "./routes/problems.ts";
import { describeRoutes } from "./routes/stock_described.ts";
import { stockDocumentRoutes } from "./routes/stock.ts";
import { stockReadRoutes } from "./routes/stock_reads.ts";

/** The edge: everything that outsiders can ask, on what it is given. Start it with `serve`, or call `app.request` in tests. */
export function createApp(deps: EdgeDeps): Hono<EdgeEnv> {
  const limits = { ...edgeLimits, ...deps.limits };
  const edge: Edge = { ...deps, limits, ownWrites: ownWrites(limits.ownWritesMax) };
  const app = new Hono<EdgeEnv>();
  framed(app, edge);
  const allow = guards(edge);
  placeRoute(app, edge, allow);
  bulkRoute(app, edge, allow);
  orderReadRoutes(app, edge, allow);
  orderEventRoutes(app, edge, allow);
  orderChangeRoutes(app, edge, allow);
  describeRoutes(app, edge, allow);
  stockDocumentRoutes(app, edge, allow);
  stockReadRoutes(app, edge, allow);
  healthRoutes(app, edge, allow);
  docsRoutes(app);
  problemRoutes(app);
  otherMethods(app);
  return app;
}

/** What every request gets: an id, safe headers, and a problem document whatever happens. */
function framed(app: Hono<EdgeEnv>, edge: Edge): void {
  if (edge.telemetry !== undefined) app.use(edge.telemetry);
  app.use((c, next) => {
    const given = c.req.header("x-request-id");
    const requestId = given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : crypto.randomUUID();
    c.set("requestId", requestId);
    c.header("x-request-id", requestId);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    c.header("x-frame-options", "DENY");
    return next();
  });
  app.notFound((c) =>
    refuse(c, { problem: "not-found", detail: "Cannot find path: no call of this API has it" })
  );
  app.onError((error, c) => {
    if (error instanceof Fault && error.retry) {
      const detail = "Cannot answer: a part of the service that this needs is down";
      return refuse(c, { problem: "unavailable", detail, retryAfterS: 2 });
    }
    edge.report(error, c.get("requestId"));
    return refuse(c, { problem: "defect", detail: "Cannot answer: a defect of ours, which was reported" });
  });
}

/** Every path answers the methods that it does not take with 405 and the ones that it does. */
function otherMethods(app: Hono<EdgeEnv>): void {
  const taken = new Map<string, string[]>();
  for (const { path, method } of app.routes) {
    if (method === "ALL") continue;
    const methods = taken.get(path) ?? [];
    if (!methods.includes(method)) methods.push(method);
    taken.set(path, methods);
  }
  for (const [path, methods] of taken) {
    const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ");
    app.all(path, (c) => {
      const detail = `Cannot ${c.req.method} this path: it takes ${allow}`;
      return refuse(c, { problem: "method-not-allowed", detail }, { allow });
    });
  }
}
