import type { Hono } from "hono";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { isOrderId, orderIdOf } from "../order_id.ts";
import { findOrder, isForeign, unknownOrder } from "../reading/order.ts";
import { pageOf } from "../reading/page.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { tagged } from "../reading/tagged.ts";
import { refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { type OrdersQuery, ordersQuery } from "../schemas/queries.ts";
import { instantOf, utc } from "../schemas/time.ts";
import { traceparentOf } from "../traceparent.ts";

/** GET /v1/orders and GET /v1/orders/{orderId}. */
export function orderReadRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/orders", allow("orders:read"), (c) => list(c, edge));

  app.get("/v1/orders/:orderId", allow("orders:read"), async (c) => {
    const id = c.req.param("orderId");
    if (!isOrderId(id)) return refuse(c, unknownOrder(id));
    const position = wantedPosition(c, edge.ownWrites.of(id));
    if (!position.ok) return refuse(c, position.refusal);
    const trace = traceparentOf(c.req.header("traceparent"));
    const principal = c.get("principal");
    const found = await findOrder(edge, { id, principal, position: position.value, ...trace });
    if (!found.ok) return refuse(c, found.refusal);
    const { order, customer, fresh } = found.value;
    return tagged(c, { body: customer === undefined ? order : { ...order, customer }, fresh });
  });
}

async function list(c: EdgeContext, edge: Edge): Promise<Response> {
  const query = validate(ordersQuery, c.req.query(), { prefix: "/query" });
  if (!query.ok) return refuse(c, query.refusal);
  const filter = query.value;
  const { channel } = c.get("principal");
  if (channel !== undefined && isForeign(c.get("principal"), { channel: filter.channel ?? channel })) {
    const detail = "Cannot list orders: the API key speaks for another channel";
    return refuse(c, { problem: "forbidden", detail });
  }
  const fresh = await caughtUp(c, edge, filter);
  if (fresh instanceof Response) return fresh;
  const { createdFrom, limit = edge.limits.listLimit, ...rest } = filter;
  const page = await edge.queries.orders({
    ...rest,
    ...(channel === undefined ? {} : { channel }),
    ...(createdFrom === undefined ? {} : { createdFrom: utc(instantOf(createdFrom) ?? 0) }),
    limit,
  });
  return pageOf(c, page, fresh);
}

/** A list that names one order waits for that order; any other for what this edge wrote last, and not long. */
async function caughtUp(c: EdgeContext, edge: Edge, filter: OrdersQuery): Promise<boolean | Response> {
  const { positionWaitMsMax, listWaitMsMax } = edge.limits;
  const one = filter.channel !== undefined && filter.orderNumber !== undefined
    ? orderIdOf(filter.channel, filter.orderNumber)
    : undefined;
  const position = wantedPosition(c, one === undefined ? edge.ownWrites.latest() : edge.ownWrites.of(one));
  if (!position.ok) return refuse(c, position.refusal);
  const patient = one !== undefined || c.req.header("waybill-position") !== undefined;
  return await isFresh(
    edge.queries.reads("orders"),
    position.value,
    patient ? positionWaitMsMax : listWaitMsMax,
  );
}
