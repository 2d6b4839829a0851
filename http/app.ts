import { Hono } from "hono";
import { Fault } from "../streams/faults.ts";
import type { Edge, EdgeDeps, EdgeEnv } from "./edge.ts";
import { guards } from "./guard.ts";
import { edgeLimits } from "./limits.ts";
import { ownWrites } from "./own_writes.ts";
import { whileReadOnly } from "./read_only.ts";
import { refuse } from "./respond.ts";
import { accuracyRoute } from "./routes/accuracy.ts";
import { callbackRoutes } from "./routes/callbacks.ts";
import { creditRoutes } from "./routes/credits.ts";
import { standAloneCreditRoutes } from "./routes/stand_alone_credits.ts";
import { devInboxRoutes } from "./routes/dev_inbox.ts";
import { caseChangeRoutes } from "./routes/case_changes.ts";
import { caseReadRoutes } from "./routes/cases.ts";
import { docsRoutes } from "./routes/docs.ts";
import { healthRoutes } from "./routes/health.ts";
import { invoiceReadRoutes } from "./routes/invoice_reads.ts";
import { consoleRoutes } from "./ops/routes.ts";
import { notificationRoutes } from "./routes/notifications.ts";
import { orderChangeRoutes } from "./routes/order_changes.ts";
import { orderEventRoutes } from "./routes/order_events.ts";
import { orderReadRoutes } from "./routes/order_reads.ts";
import { placeRoute } from "./routes/orders.ts";
import { bulkRoute } from "./routes/orders_bulk.ts";
import { payoutReadRoutes } from "./routes/payout_reads.ts";
import { payoutRoutes } from "./routes/payouts.ts";
import { problemRoutes } from "./routes/problems.ts";
import { returnReadRoutes } from "./routes/return_reads.ts";
import { returnRoutes } from "./routes/returns.ts";
import { describeRoutes } from "./routes/stock_described.ts";
import { shipmentReadRoutes } from "./routes/shipment_reads.ts";
import { shipmentRoutes } from "./routes/shipments.ts";
import { stockDocumentRoutes } from "./routes/stock.ts";
import { stockReadRoutes } from "./routes/stock_reads.ts";
import { mainSeller } from "./sellers.ts";
import { trackingRoutes } from "./routes/tracking.ts";
import { webhookDeliveryRoutes } from "./routes/webhook_deliveries.ts";
import { webhookEndpointRoutes } from "./routes/webhook_endpoints.ts";

/** The edge: everything that outsiders can ask, on what it is given. Start it with `serve`, or call `app.request` in tests. */
export function createApp(deps: EdgeDeps): Hono<EdgeEnv> {
  const limits = { ...edgeLimits, ...deps.limits };
  const edge: Edge = { sellers: mainSeller, ...deps, limits, ownWrites: ownWrites(limits.ownWritesMax) };
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
  shipmentRoutes(app, edge, allow);
  shipmentReadRoutes(app, edge, allow);
  returnRoutes(app, edge, allow);
  returnReadRoutes(app, edge, allow);
  caseReadRoutes(app, edge, allow);
  caseChangeRoutes(app, edge, allow);
  invoiceReadRoutes(app, edge, allow);
  creditRoutes(app, edge, allow);
  standAloneCreditRoutes(app, edge, allow);
  payoutRoutes(app, edge, allow);
  payoutReadRoutes(app, edge, allow);
  accuracyRoute(app, edge, allow);
  callbackRoutes(app, edge);
  notificationRoutes(app, edge);
  trackingRoutes(app, edge);
  devInboxRoutes(app, edge, allow);
  webhookEndpointRoutes(app, edge, allow);
  webhookDeliveryRoutes(app, edge, allow);
  consoleRoutes(app, edge);
  healthRoutes(app, edge, allow);
  docsRoutes(app);
  problemRoutes(app);
  return app;
}

/** What every request gets: an id, safe headers, and a problem document whatever happens. */
function framed(app: Hono<EdgeEnv>, edge: Edge): void {
  if (edge.telemetry !== undefined) app.use(edge.telemetry);
  app.use(async (c, next) => {
    const given = c.req.header("x-request-id");
    const requestId = given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : crypto.randomUUID();
    c.set("requestId", requestId);
    c.set("frame", { "x-request-id": requestId, ...safeHeaders });
    await next();
    for (const [name, value] of Object.entries(c.get("frame") ?? {})) c.header(name, value);
  });
  if (edge.isReadOnly !== undefined) app.use(whileReadOnly(edge.isReadOnly));
  app.notFound((c) => {
    const taken = methodsOf(app, c.req.path);
    if (taken.length === 0) {
      return refuse(c, { problem: "not-found", detail: "Cannot find path: no call of this API has it" });
    }
    const allow = taken.join(", ");
    const detail = `Cannot ${c.req.method} this path: it takes ${allow}`;
    return refuse(c, { problem: "method-not-allowed", detail }, { allow });
  });
  app.onError((error, c) => {
    if (error instanceof Fault && error.retry) {
      const detail = "Cannot answer: a part of the service that this needs is down";
      return refuse(c, { problem: "unavailable", detail, retryAfterS: 2 });
    }
    edge.report(error, c.get("requestId"));
    return refuse(c, { problem: "defect", detail: "Cannot answer: a defect of ours, which was reported" });
  });
}

const safeHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
};

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The methods that the path takes. */
function methodsOf(app: Hono<EdgeEnv>, path: string): readonly string[] {
  const taken = methods.filter((method) => {
    const [handlers] = app.router.match(method, path);
    return handlers.some(([[, route]]) => route.method === method);
  });
  return taken.includes("GET") ? [...taken, "HEAD"] : taken;
}
