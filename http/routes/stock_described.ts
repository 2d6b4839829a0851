import type { Hono } from "hono";
import type { DescribeLocation, DescribeSku } from "../../actors/commands.ts";
import { type ActorId, actorId } from "../../actors/ids.ts";
import { outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { preferenceOf } from "../prefer.ts";
import { refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { locationBody, safetyStockMax, skuBody } from "../schemas/stock.ts";
import * as field from "../schemas/text.ts";
import { traceparentOf } from "../traceparent.ts";

/** PUT /v1/locations/{location} and PUT /v1/skus/{sku}. */
export function describeRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.put("/v1/locations/:location", allow("stock:write"), async (c) => {
    const location = validate(field.locationCode, c.req.param("location"), { prefix: "/path/location" });
    if (!location.ok) return refuse(c, location.refusal);
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const described = validate(locationBody, body.value);
    if (!described.ok) return refuse(c, described.refusal);
    const command = { type: "describe", ...described.value } as const;
    return await describe(c, edge, actorId("location", location.value), command);
  });

  app.put("/v1/skus/:sku", allow("stock:write"), async (c) => {
    const sku = validate(field.sku, c.req.param("sku"), { prefix: "/path/sku" });
    if (!sku.ok) return refuse(c, sku.refusal);
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const described = validate(skuBody, body.value, { caps: { safetyStock: safetyStockMax } });
    if (!described.ok) return refuse(c, described.refusal);
    return await describe(c, edge, actorId("sku", sku.value), { type: "describe", ...described.value });
  });
}

async function describe(
  c: EdgeContext,
  edge: Edge,
  to: ActorId,
  command: DescribeSku | DescribeLocation,
): Promise<Response> {
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const trace = traceparentOf(c.req.header("traceparent"));
  const asked = await edge.ask({ to, command, patienceMs: preference.patienceMs, ...trace });
  if (asked.kind === "answered" || asked.kind === "defect") edge.ownWrites.note(to, asked.position);
  const { type: pending, ...described } = command;
  return respond(
    c,
    outcomeOf(asked, { status: 200, pending: { ...described, pending }, async: preference.async }),
  );
}
