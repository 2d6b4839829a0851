import type { Hono } from "hono";
import type { Edge, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { isOrderId, isReturnId } from "../order_id.ts";
import { findOrder, unknownOrder } from "../reading/order.ts";
import { pageOf } from "../reading/page.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { findReturn, unknownReturn } from "../reading/return.ts";
import { tagged } from "../reading/tagged.ts";
import { refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { returnsQuery } from "../schemas/return.ts";
import { traceparentOf } from "../traceparent.ts";

/** GET /v1/returns/{returnId} and GET /v1/orders/{orderId}/returns. */
export function returnReadRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  const read = allow("orders:read", "stock:read");
  app.get("/v1/returns/:returnId", read, async (c) => {
    const id = c.req.param("returnId");
    if (!isReturnId(id)) return refuse(c, unknownReturn(id));
    const position = wantedPosition(c, edge.ownWrites.of(id));
    if (!position.ok) return refuse(c, position.refusal);
    const trace = traceparentOf(c.req.header("traceparent")), principal = c.get("principal");
    const read = await findReturn(edge, { id, principal, position: position.value, ...trace });
    if (!read.ok) return refuse(c, read.refusal);
    return tagged(c, { body: read.value.found.view, fresh: read.value.fresh });
  });

  app.get("/v1/orders/:orderId/returns", read, async (c) => {
    const id = c.req.param("orderId");
    if (!isOrderId(id)) return refuse(c, unknownOrder(id));
    const query = validate(returnsQuery, c.req.query(), { prefix: "/query" });
    if (!query.ok) return refuse(c, query.refusal);
    const position = wantedPosition(c, edge.ownWrites.of(id) ?? edge.ownWrites.latest());
    if (!position.ok) return refuse(c, position.refusal);
    const trace = traceparentOf(c.req.header("traceparent")), principal = c.get("principal");
    const [order, fresh] = await Promise.all([
      findOrder(edge, { id, principal, position: position.value, ...trace }),
      isFresh(edge.queries.reads("returns", "orders"), position.value, edge.limits.positionWaitMsMax),
    ]);
    if (!order.ok) return refuse(c, order.refusal);
    const { limit = edge.limits.listLimit, cursor } = query.value;
    const page = await edge.queries.returns.list({
      orderId: id,
      limit,
      ...(cursor !== undefined && { cursor }),
    });
    return pageOf(c, page, order.value.fresh && fresh);
  });
}
