import type { Hono } from "hono";
import type { Edge, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { pageOf } from "../reading/page.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { refuse } from "../respond.ts";
import { accuracyQuery } from "../schemas/accuracy.ts";
import { validate } from "../schemas/issues.ts";
import { periodErrors } from "../schemas/period.ts";

const daysDefault = 28, dayMs = 86_400_000, dayChars = "2026-01-01".length;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, dayChars);

/** GET /v1/carriers/accuracy: how estimates of delivered parcels have turned out. */
export function accuracyRoute(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/carriers/accuracy", allow("operate"), async (c) => {
    const query = validate(accuracyQuery, c.req.query(), { prefix: "/query", cross: periodErrors });
    if (!query.ok) return refuse(c, query.refusal);
    const position = wantedPosition(c, undefined);
    if (!position.ok) return refuse(c, position.refusal);
    const fresh = await isFresh(edge.queries.reads("lanes"), position.value, edge.limits.positionWaitMsMax);
    const { to = dayOf(edge.nowMs()), limit = edge.limits.listLimit, ...rest } = query.value;
    const { from = dayOf(Date.parse(to) - daysDefault * dayMs) } = rest;
    return pageOf(c, await edge.queries.accuracy({ ...rest, from, to, limit }), fresh);
  });
}
