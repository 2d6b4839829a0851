import type { Hono } from "hono";
import type { Sku } from "../../actors/ids.ts";
import type { SkuStock } from "../../projections/queries.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { positionToken } from "../position.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { tagged } from "../reading/tagged.ts";
import { refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { stockQuery } from "../schemas/queries.ts";
import * as field from "../schemas/text.ts";
import { utc } from "../schemas/time.ts";

/** GET /v1/stock/{sku} and GET /v1/stock?sku=…: from this edge's memory, saying how old it is. */
export function stockReadRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/stock/:sku", allow("stock:read"), async (c) => {
    const sku = validate(field.sku, c.req.param("sku"), { prefix: "/path/sku" });
    if (!sku.ok) return refuse(c, sku.refusal);
    const fresh = await caughtUp(c, edge);
    if (fresh instanceof Response) return fresh;
    const found = edge.stock.sku(sku.value as Sku);
    if (found === undefined) {
      const detail =
        `Cannot find stock of "${sku.value}": no such SKU was ever described, received or ordered`;
      return refuse(c, { problem: "unknown-sku", detail }, fresh ? {} : { "waybill-stale": "true" });
    }
    return tagged(c, { body: { ...found, ...age(edge) }, content: found, fresh });
  });

  app.get("/v1/stock", allow("stock:read"), async (c) => {
    const query = validate(stockQuery, { sku: c.req.queries("sku") }, { prefix: "/query" });
    if (!query.ok) return refuse(c, query.refusal);
    const fresh = await caughtUp(c, edge);
    if (fresh instanceof Response) return fresh;
    const asOf = age(edge);
    const found = [...new Set(query.value.sku)].map((sku) => edge.stock.sku(sku as Sku))
      .filter((stock): stock is SkuStock => stock !== undefined);
    const items = found.map((stock) => ({ ...stock, ...asOf }));
    return tagged(c, { body: { items }, content: found, fresh });
  });
}

/** Every write of this edge may have moved stock, so it waits for the latest of them. */
async function caughtUp(c: EdgeContext, edge: Edge): Promise<boolean | Response> {
  const position = wantedPosition(c, edge.ownWrites.latest());
  if (!position.ok) return refuse(c, position.refusal);
  return await isFresh(edge.stock, position.value, edge.limits.positionWaitMsMax);
}

function age(edge: Edge): { asOf: string; position: string } {
  return { asOf: utc(edge.stock.asOfMs()), position: positionToken(edge.stock.positions()) };
}
