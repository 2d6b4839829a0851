import type { Hono } from "hono";
import { parcelOfCase } from "../../actors/parcel/case_id.ts";
import type { CaseFound } from "../../projections/case_view.ts";
import type { Positions } from "../../projections/queries.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import type { Refusal } from "../problems.ts";
import { pageOf } from "../reading/page.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { tagged } from "../reading/tagged.ts";
import { refuse } from "../respond.ts";
import { casesQuery } from "../schemas/case.ts";
import { validate } from "../schemas/issues.ts";
import { instantOf, utc } from "../schemas/time.ts";

/** GET /v1/cases and GET /v1/cases/{caseId}: what needs a person. */
export function caseReadRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/cases", allow("shipments:read"), (c) => list(c, edge));

  app.get("/v1/cases/:caseId", allow("shipments:read"), async (c) => {
    const id = c.req.param("caseId");
    if (parcelOfCase(id) === undefined) return refuse(c, unknownCase(id));
    const position = wantedPosition(c, edge.ownWrites.of(id));
    if (!position.ok) return refuse(c, position.refusal);
    let fresh = await isFresh(
      edge.queries.reads("cases", "orders"),
      position.value,
      edge.limits.positionWaitMsMax,
    );
    let found = await edge.queries.cases.find(id);
    if (found === undefined && !fresh) return refuse(c, behind);
    if (found === undefined || isForeignCase(c, found)) return refuse(c, unknownCase(id));
    if (position.value && lacksText(found)) {
      fresh = await withTexts(edge, position.value) && fresh;
      found = await edge.queries.cases.find(id) ?? found;
    }
    return tagged(c, { body: { ...found.view, notes: found.notes }, fresh });
  });
}

/** The texts of notes come a moment after the case's own rows; one that was erased never comes. */
const withTexts = (edge: Edge, position: Positions) =>
  edge.queries.reachedCustomers(position, edge.limits.positionWaitMsMax);
const lacksText = ({ notes }: CaseFound) => notes.some(({ text }) => text === undefined);

async function list(c: EdgeContext, edge: Edge): Promise<Response> {
  const query = validate(casesQuery, c.req.query(), { prefix: "/query" });
  if (!query.ok) return refuse(c, query.refusal);
  const position = wantedPosition(c, edge.ownWrites.latest());
  if (!position.ok) return refuse(c, position.refusal);
  const { positionWaitMsMax, listWaitMsMax, listLimit } = edge.limits;
  const patient = c.req.header("waybill-position") !== undefined;
  const fresh = await isFresh(
    edge.queries.reads("cases", "orders"),
    position.value,
    patient ? positionWaitMsMax : listWaitMsMax,
  );
  const { dueBefore, limit = listLimit, ...rest } = query.value, { channel } = c.get("principal");
  const page = await edge.queries.cases.list({
    ...rest,
    ...(channel !== undefined && { channel }),
    ...(dueBefore !== undefined && { dueBefore: utc(instantOf(dueBefore) ?? 0) }),
    limit,
  });
  return pageOf(c, page, fresh);
}

/** A storefront's key sees the cases of its own orders only. */
export function isForeignCase(c: EdgeContext, { view }: CaseFound): boolean {
  const { channel } = c.get("principal");
  return channel !== undefined && channel !== view.channel;
}

const behind: Refusal = {
  problem: "no-answer",
  detail: "Cannot read case: what is read from is behind what was written",
  retryAfterS: 1,
};
export const unknownCase = (id: string): Refusal => ({
  problem: "unknown-case",
  detail: `Cannot find case ${id.slice(0, 200)}: no such case was ever opened`,
});
