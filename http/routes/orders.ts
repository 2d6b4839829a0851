import type { Hono } from "hono";
import { respond } from "../answers.ts";
import { readJson } from "../body.ts";
import type { Edge, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { placed, placing } from "../placing.ts";
import { preferenceOf } from "../prefer.ts";
import { refuse } from "../respond.ts";
import { traceparentOf } from "../traceparent.ts";

/** POST /v1/orders: the hot path. Parse, ask, translate. */
export function placeRoute(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.post("/v1/orders", allow("orders:write"), async (c) => {
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
    const order = placing(edge, body.value, {
      principal: c.get("principal"),
      patienceMs: preference.patienceMs,
      ...traceparentOf(c.req.header("traceparent")),
    });
    if (!order.ok) return refuse(c, order.refusal);
    const outcome = placed(edge, order.value, await edge.ask(order.value.question), preference);
    if (preference.async) c.set("frame", { ...c.get("frame"), "preference-applied": "respond-async" });
    return respond(c, outcome, `/v1/orders/${order.value.orderId}`);
  });
}
