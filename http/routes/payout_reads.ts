import type { Hono } from "hono";
import { accepts } from "hono/accepts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { bookings } from "../payouts/bookings.ts";
import { pageOf } from "../reading/page.ts";
import { findPayout, isForeignSource, type PayoutFound } from "../reading/payout.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { isKnown, tagged, taggedHeaders } from "../reading/tagged.ts";
import { answer, refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { payoutsQuery } from "../schemas/payout.ts";
import { traceparentOf } from "../traceparent.ts";

/** GET /v1/payouts and GET /v1/payouts/{payoutId}, as JSON or as CSV of what is to be booked. */
export function payoutReadRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/payouts", allow("invoices:read"), (c) => list(c, edge));

  app.get("/v1/payouts/:payoutId", allow("invoices:read"), async (c) => {
    const id = c.req.param("payoutId"), principal = c.get("principal");
    const position = wantedPosition(c, edge.ownWrites.of(id));
    if (!position.ok) return refuse(c, position.refusal);
    const trace = traceparentOf(c.req.header("traceparent"));
    const found = await findPayout(edge, { id, principal, position: position.value, ...trace });
    if (!found.ok) return refuse(c, found.refusal);
    if (wantsCsv(c)) return csvAnswer(c, found.value);
    const { payout, fresh } = found.value;
    return tagged(c, { body: payout, fresh, headers: { vary: "accept" } });
  });
}

function wantsCsv(c: EdgeContext): boolean {
  const supports = ["application/json", "text/csv"];
  return accepts(c, { header: "Accept", supports, default: "application/json" }) === "text/csv";
}

function csvAnswer(c: EdgeContext, { payout, fresh }: PayoutFound): Response {
  const csv = bookings(payout);
  const headers = { ...taggedHeaders(csv, { fresh, weak: false }), vary: "accept" };
  if (isKnown(c, headers.etag)) return c.body(null, 304, headers);
  return answer(c, 200, csv, {
    ...headers,
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": `attachment; filename="${payout.payoutId}.csv"`,
  });
}

async function list(c: EdgeContext, edge: Edge): Promise<Response> {
  const query = validate(payoutsQuery, c.req.query(), { prefix: "/query" });
  if (!query.ok) return refuse(c, query.refusal);
  const { limit = edge.limits.listLimit, ...filter } = query.value, principal = c.get("principal");
  const { channel } = principal;
  if (filter.source !== undefined && isForeignSource(principal, filter.source)) {
    const detail = "Cannot list payouts: the API key speaks for another channel";
    return refuse(c, { problem: "forbidden", detail });
  }
  const position = wantedPosition(c, edge.ownWrites.latest());
  if (!position.ok) return refuse(c, position.refusal);
  const { positionWaitMsMax, listWaitMsMax } = edge.limits;
  const patient = c.req.header("waybill-position") !== undefined;
  const fresh = await isFresh(
    edge.queries.reads("payouts"),
    position.value,
    patient ? positionWaitMsMax : listWaitMsMax,
  );
  const own = channel === undefined ? {} : { source: channel };
  return pageOf(c, await edge.queries.payouts.list({ ...filter, ...own, limit }), fresh);
}
